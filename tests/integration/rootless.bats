#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# Containers of an ordinary user: the one who runs the tests or, where that is root, the user "daemon".
# vm: --user

load helpers
load helpers_fields

setup() {
	requires userns
	setup_bundle
	USER_ID=$(id -u) GROUP_ID=$(id -g)
	((EUID != 0)) || become_daemon
	rm config.json
	succeeds spec --rootless
	update_config '.process.terminal = false'
}

# sub_ids gives the user the ids from $FIRST on, a thousand.
sub_ids() {
	requires newuidmap newgidmap
	if ((EUID != 0)); then
		FIRST=$(awk -F: -v u="$(id -un)" '$1 == u && $3 >= 1000 { print $2; exit }' /etc/subuid)
		grep -q "^$(id -un):${FIRST:-none}:" /etc/subgid || skip "needs a thousand ids, the same in /etc/subuid and /etc/subgid"
		return
	fi
	FIRST=300000
	own_etc daemon:300000:1000
}

# own_etc [SUB-IDS] has the runtime find such /etc/subuid and /etc/subgid.
own_etc() {
	mkdir "$TEST_DIR/etc"
	cp /etc/{passwd,group} "$TEST_DIR/etc/"
	printf '%s\n' "$@" | tee "$TEST_DIR/etc/subuid" >"$TEST_DIR/etc/subgid"
	wrap_runtime "mount --bind '$TEST_DIR/etc' /etc"
}

# mappings JSON: what is mapped beside the user, who is root inside.
mappings() {
	update_config '.linux.uidMappings[1:] = $m | .linux.gidMappings[1:] = $m' --argjson m "$1"
}

# line 'REGEX' is one of the last call's standard output.
line() { grep -Eqx "$1" <<<"$stdout"; }

@test "a user needs no set-up for what spec --rootless writes" {
	runs 'id -u; id -g; cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups'
	[ "$(head -n2 <<<"$stdout")" = $'0\n0' ]
	line " +0 +$USER_ID +1"
	line " +0 +$GROUP_ID +1"
	line deny
}

@test "files that the container makes are the user's" {
	update_config '.root.readonly = false'
	runs 'echo hello >/tmp/file; chmod 600 /tmp/file'
	[ "$(stat -c '%u:%g %a' rootfs/tmp/file)" = "$USER_ID:$GROUP_ID 600" ]
}

@test "a user's container is run detached, listed, entered, killed and deleted" {
	set_args sleep 1000
	starts
	grep -qP "^Uid:\t$USER_ID\t$USER_ID\t" "/proc/$(pid_of "$CTR")/status"
	succeeds list --quiet
	prints "$CTR"
	succeeds exec "$CTR" id -u
	prints 0
	succeeds exec "$CTR" grep Seccomp: /proc/1/status
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
	absent "$CTR"
}

@test "create and start are two steps of a user, too" {
	set_script 'echo started >/tmp/file'
	update_config '.root.readonly = false'
	succeeds create "$CTR"
	has_status "$CTR" created
	succeeds start "$CTR"
	eventually 10 grep -q started rootfs/tmp/file
}

@test "the filter applies to a user's container without no_new_privs, too" {
	update_config '.process.noNewPrivileges = false
		| .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO"}]}'
	runs 'grep ^Seccomp: /proc/self/status; mkdir /tmp/x || true'
	says $'Seccomp:\t2'
	says "Operation not permitted"
}

@test "capabilities of a user's container reach no further than its namespaces" {
	all_capabilities
	update_config '.root.readonly = false'
	runs 'hostname other && hostname; mount -t tmpfs mine /tmp; chown 1 /tmp || true; mknod /tmp/disk b 8 0 || true'
	prints other
	[ "$(grep -cE "Invalid argument|Operation not permitted" <<<"$output")" -eq 2 ]
}

@test "with sub-ids newuidmap and newgidmap write the mappings" {
	sub_ids
	mappings "[{\"containerID\": 1, \"hostID\": $FIRST, \"size\": 1000}]"
	update_config '.process.user = {uid: 500, gid: 600}'
	! is_corten || update_config '.process.user.additionalGids = [700]' # runc wants none of an ordinary user
	runs 'id -u; id -g; cat /proc/self/uid_map; cat /proc/self/gid_map; cat /proc/self/setgroups'
	[ "$(head -n2 <<<"$stdout")" = $'500\n600' ]
	line " +0 +$USER_ID +1"
	[ "$(grep -Ecx " +1 +$FIRST +1000" <<<"$stdout")" -eq 2 ]
	line allow
	set_args sleep 1000
	starts
	grep -qP "^Uid:\t$((FIRST + 499))\t" "/proc/$(pid_of "$CTR")/status"
	! is_corten || grep -qP "^Groups:\t$((FIRST + 699)) " "/proc/$(pid_of "$CTR")/status"
	succeeds exec --user 2:3 "$CTR" sh -c 'id -u; id -g'
	prints $'2\n3'
}

@test "additional groups that cannot be set are refused" {
	update_config '.process.user.additionalGids = [5]'
	refuses "cannot set any additional groups in a rootless container"
	corten_only "runc refuses the process's own group, too"
	update_config '.process.user.additionalGids = [0]'
	runs 'cat /proc/self/setgroups'
	prints deny
	update_config '.process.user.additionalGids = [] | .process.args = ["sleep", "1000"]'
	starts
	runtime exec --additional-gids 5 "$CTR" true
	[ "$status" -eq 255 ]
	says "cannot set any additional groups in a rootless container"
	succeeds exec --additional-gids 0 "$CTR" true
}

@test "a user's container without a user namespace is refused, saying what it lacks" {
	update_config '.linux.namespaces |= map(select(.type != "user")) | del(.linux.uidMappings, .linux.gidMappings)'
	refuses "rootless container requires user namespaces"
}

@test "ids that are not the user's are refused, saying who gives them" {
	corten_only "runc repeats what newuidmap says"
	sub_ids
	mappings '[{"containerID": 1, "hostID": 5, "size": 10}]'
	refuses "linux.uidMappings: user $USER_ID may map these ids only by means of newuidmap: "
	says "/etc/subuid has to give them to that user, as \`usermod --add-subuids FIRST-LAST\` does"
	# One that the user has beside the user's own group, which is another's.
	update_config '.linux.uidMappings = .linux.uidMappings[:1] | .linux.gidMappings[1:] = []
		| .linux.gidMappings[0].hostID = 7'
	refuses "linux.gidMappings: user $USER_ID may map these ids only by means of newgidmap: "
	says "/etc/subgid has to give them to that user, as \`usermod --add-subgids FIRST-LAST\` does"
}

@test "a user without any sub-ids may map but the own ids" {
	requires root newuidmap
	own_etc
	set_args echo hello
	succeeds run "$CTR"
	prints hello
	mappings '[{"containerID": 1, "hostID": 300000, "size": 1000}]'
	refuses newuidmap
	! is_corten || says "/etc/subuid has to give them to that user"
}

@test "without newuidmap the error says what to install" {
	corten_only "runc says that the program is not in PATH"
	mappings '[{"containerID": 1, "hostID": 300000, "size": 1000}]'
	mkdir "$TEST_DIR/programs"
	for program in sh setpriv unshare mount; do ln -s "$(command -v $program)" "$TEST_DIR/programs/$program"; done
	PATH=$TEST_DIR/programs "$RUNTIME" --root "$STATE_ROOT" run "$CTR" &>"$TEST_DIR/said" || status=$?
	cat "$TEST_DIR/said"
	[ "$status" -eq 1 ]
	grep -qF "linux.uidMappings: user $USER_ID may map these ids only by means of newuidmap: the program newuidmap is not installed (package uidmap)" "$TEST_DIR/said"
	unknown "$CTR"
}

@test "a user cannot have what takes the host's root, and is told" {
	add_bind "$BUNDLE" /tmp idmap
	refuses "id-mapped mounts are not supported for rootless containers"
	without_mount /tmp
	set_namespace network
	update_config '.linux.netDevices = {eth0: {}}'
	refuses "network devices are not supported for rootless containers"
}

@test "a namespace of another user cannot be joined" {
	requires root
	update_config 'del(.linux.uidMappings, .linux.gidMappings)'
	unshare --user --net sleep 1000 3>&- 4>&- &
	BACKGROUND+=($!)
	eventually 10 not same_namespace "$!" self network
	set_namespace user "/proc/$!/ns/user"
	set_namespace network "/proc/$!/ns/net"
	refuses ""
	! is_corten || says "$!/ns/"
}

# --- cgroups -----------------------------------------------------------------------------

# no_cgroups skips where the user may make some after all.
no_cgroups() {
	local dir
	dir=$(cgroup_dir self "$(cgroup_is_v2 && echo unified || echo pids)")
	if stat -c ,%u, "$dir" "$(dirname "$dir")" | grep -q ",$USER_ID,"; then skip "needs a user without cgroups"; fi
}

@test "without permission for cgroups there is none, unless something asks for one" {
	no_cgroups
	runs 'echo hello'
	prints hello
	succeeds --rootless=true run "$CTR"
	update_config '.linux.cgroupsPath = $path' --arg path "/$CTR"
	refuses "permission denied"
	update_config 'del(.linux.cgroupsPath) | .linux.resources.pids.limit = 10'
	if cgroup_is_v2; then
		refuses "rootless needs no limits + no cgrouppath when no permission is granted for cgroups"
	else
		refuses "cannot set pids limit: container could not join or create cgroup"
	fi
}

@test "without permission for cgroups an exec'd process has none of its own, either" {
	no_cgroups
	cgroup_is_v2 || only_cgroup2
	set_args sleep 1000
	starts
	succeeds exec "$CTR" id -u
	prints 0
	succeeds exec --detach --pid-file "$TEST_DIR/b/pid" "$CTR" sleep 1000
	[ "$(cat "/proc/$(cat pid)/cgroup")" = "$(cat "/proc/$(pid_of "$CTR")/cgroup")" ]
}

@test "--rootless=false minds the lack of permission" {
	no_cgroups
	set_args true
	for mode in false 0; do
		fails_saying "permission denied" --rootless=$mode run "$CTR"
		unknown "$CTR"
	done
	succeeds --rootless=auto run "$CTR"
}

@test "the host's cgroups are not writable in a user's container" {
	# CVE-2023-25809
	cgroup_is_v2 || only_cgroup2
	for namespace in '' cgroup; do
		update_config '.linux.namespaces |= map(select(.type != "cgroup"))'
		[ -z "$namespace" ] || set_namespace cgroup
		runs 'cat /proc/self/mountinfo; mkdir /sys/fs/cgroup/mine || true'
		options_are /sys/fs/cgroup ro
		says "Read-only file system"
	done
}

@test "descriptors are preserved, gaps are none" {
	corten_only "runc refuses a gap"
	echo five >"$TEST_DIR/five"
	chmod 644 "$TEST_DIR/five"
	set_script 'cat <&5; for n in 3 4 5 6 7 8 9; do [ ! -L /proc/$$/fd/$n ] || echo $n; done'
	"$RUNTIME" --root "$STATE_ROOT" run --preserve-fds 5 "$CTR" >"$TEST_DIR/out" 2>&1 3>&- 4>&- 5<"$TEST_DIR/five" 6>&- 7>&-
	[ "$(cat "$TEST_DIR/out")" = $'five\n5' ]
}
