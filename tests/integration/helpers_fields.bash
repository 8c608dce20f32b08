# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # jq has variables too; helpers.bash sets the variables of a call
#
# What the files about single fields of config.json share, on top of helpers.bash.

# --- config.json --------------------------------------------------------------

# json_list WORD… prints a JSON array of strings.
json_list() { jq -nc '$ARGS.positional' --args -- "$@"; }

# add_mount DESTINATION TYPE SOURCE [OPTION…] appends to mounts.
add_mount() {
	local IFS=$'\n'
	update_config '.mounts += [{destination: $d, type: $t, source: $s, options: ($o / "\n")}]' \
		--arg d "$1" --arg t "$2" --arg s "$3" --arg o "${*:4}"
}

# add_bind SOURCE DESTINATION [OPTION…] binds; the option "bind" is added unless
# "rbind" is among the options.
add_bind() {
	local bind=bind
	[[ " ${*:3} " != *" rbind "* ]] || bind=
	add_mount "$2" bind "$1" ${bind:+bind} "${@:3}"
}

# without_mount DESTINATION removes a mount.
without_mount() { update_config '.mounts |= map(select(.destination != $d))' --arg d "$1"; }

# set_namespace TYPE [PATH] adds a namespace, or changes the one of that type.
set_namespace() {
	update_config '.linux.namespaces |= map(select(.type != $t)) + [{type: $t} + if $p == "" then {} else {path: $p} end]' \
		--arg t "$1" --arg p "${2:-}"
}

# without_namespace TYPE makes the container use the caller's, and drops the fields
# that would then be refused.
without_namespace() {
	update_config '.linux.namespaces |= map(select(.type != $t))
		| if $t == "uts" then del(.hostname) else . end
		| if $t == "mount" then del(.linux.maskedPaths, .linux.readonlyPaths) else . end' --arg t "$1"
}

# map_ids [FIRST [SIZE]] gives the container a user namespace whose ids from 0 on are those
# from FIRST (100000) on outside, and its directories to its root. The files of /bin stay as
# they are: other tests have links to them.
map_ids() {
	local dir=$BUNDLE/rootfs
	set_namespace user
	update_config '.linux.uidMappings = [{containerID: 0, hostID: $first, size: $size}]
		| .linux.gidMappings = .linux.uidMappings' --argjson first "${1:-100000}" --argjson size "${2:-65536}"
	find "$dir" -xdev -type d -exec chown -h "${1:-100000}:${1:-100000}" {} +
	# The container's root has to reach the rootfs.
	until chmod a+x "$dir" && dir=${dir%/*} && [[ -z $dir || $dir == "${BATS_RUN_TMPDIR%/*}" ]]; do :; done
}

# all_capabilities gives the container what root mostly has, and leaves no_new_privs off.
all_capabilities() {
	update_config '.process.noNewPrivileges = false
		| .process.capabilities = ({bounding: $all} | .effective = .bounding | .permitted = .bounding)' \
		--argjson all "$(json_list CAP_{CHOWN,DAC_OVERRIDE,FOWNER,FSETID,KILL,SETGID,SETUID} \
			CAP_{NET_ADMIN,NET_RAW,SYS_CHROOT,SYS_PTRACE,SYS_ADMIN,SYS_NICE,MKNOD})"
}

# --- calls ----------------------------------------------------------------------

# runs 'SHELL TEXT': the container of the current bundle runs it, and succeeds.
runs() {
	set_script "$1"
	succeeds run "$CTR"
}

# starts [ID]: the container is started in the background of the test.
starts() { succeeds run --detach "${1:-$CTR}"; }

# refuses 'TEXT': the container cannot be created; TEXT is in the message, and
# nothing stays.
refuses() {
	fails_saying "$1" create "$CTR"
	unknown "$CTR"
}

# unknown ID: there is no such container; unlike absent it leaves $output alone.
unknown() { [[ ! -e $STATE_ROOT/$1 && -z $(status_of "$1") ]]; }

# prints 'TEXT': that and nothing else was the last call's standard output.
prints() {
	[[ $stdout == "$1" ]] && return
	printf 'should have printed: %s\n' "$1"
	return 1
}

# lacks 'TEXT': it is not in the last call's output.
lacks() {
	[[ $output != *"$1"* ]] && return
	printf 'should not be in the output: %s\n' "$1"
	return 1
}

# wrap_runtime 'SHELL TEXT' has TEXT run before the runtime, in the same process and
# in a mount namespace of its own, at each call from here on.
wrap_runtime() {
	local dir=$TEST_DIR/wrapped
	mkdir -p "$dir"
	{
		printf '#!/bin/sh\nset -e\n'
		# The shell of the wrapper is to expand these.
		# shellcheck disable=SC2016
		printf '[ "$1" = --inside ] || exec unshare --mount --propagation private "$0" --inside "$@"\nshift\n'
		# shellcheck disable=SC2016
		printf '%s\nexec %q "$@"\n' "$1" "$RUNTIME"
	} >"$dir/${RUNTIME##*/}"
	chmod +x "$dir/${RUNTIME##*/}"
	RUNTIME=$dir/${RUNTIME##*/}
}

# only_cgroup2 has the runtime find a machine with cgroup v2 and nothing else from here on.
only_cgroup2() {
	requires root
	grep -qw cgroup2 /proc/filesystems || skip "needs cgroup v2"
	cgroup_is_v2 || wrap_runtime 'mount -t cgroup2 none /sys/fs/cgroup'
}

# become_daemon has the user "daemon" call the runtime from here on.
become_daemon() {
	requires setpriv
	USER_ID=$(id -u daemon) GROUP_ID=$(id -g daemon)
	local dir=$TEST_DIR user_dir=$TEST_DIR/user
	mkdir -p "$user_dir"
	chmod a+x "$BATS_RUN_TMPDIR"
	until chmod a+x "$dir" && dir=${dir%/*} && [[ $dir == "$BATS_RUN_TMPDIR" || -z $dir ]]; do :; done
	find "$TEST_DIR" -xdev -type d -exec chown daemon: {} +
	printf '#!/bin/sh\nunset XDG_RUNTIME_DIR\nexec setpriv --reuid=daemon --regid=daemon --init-groups %q "$@"\n' "$RUNTIME" \
		>"$user_dir/${RUNTIME##*/}"
	chmod 755 "$user_dir/${RUNTIME##*/}"
	RUNTIME=$user_dir/${RUNTIME##*/}
}

# --- what the container is like -----------------------------------------------------

# namespace_of PID TYPE prints the kernel's name of it, as "net:[4026531840]".
namespace_of() {
	local file=$2
	case $2 in
	network) file=net ;;
	mount) file=mnt ;;
	esac
	readlink "/proc/$1/ns/$file"
}

# same_namespace PID PID TYPE
same_namespace() { [ "$(namespace_of "$1" "$3")" = "$(namespace_of "$2" "$3")" ]; }

# mount_at DESTINATION prints the topmost line about it of the mountinfo in $stdout.
mount_at() { awk -v d="$1" '$5 == d { line = $0 } END { if (line == "") exit 1; print line }' <<<"$stdout"; }

# options_at DESTINATION prints the mount's own options, as "rw,nosuid".
options_at() { mount_at "$1" | cut -d' ' -f6; }

# propagation_at DESTINATION prints "shared:5 master:4 unbindable" or parts of it.
propagation_at() { mount_at "$1" | sed 's/ - .*//' | cut -d' ' -f7-; }

# filesystem_at DESTINATION prints "type source options" of the filesystem.
filesystem_at() { mount_at "$1" | sed 's/.* - //'; }

# options_are DESTINATION OPTION… / options_are_not check single mount options.
options_are() {
	local option
	for option in "${@:2}"; do
		[[ ,$(options_at "$1"), == *,"$option",* ]] || {
			printf '%s is not mounted %s: %s\n' "$1" "$option" "$(options_at "$1")"
			return 1
		}
	done
}

options_are_not() {
	local option
	for option in "${@:2}"; do
		[[ ,$(options_at "$1"), != *,"$option",* ]] || {
			printf '%s is mounted %s: %s\n' "$1" "$option" "$(options_at "$1")"
			return 1
		}
	done
}
