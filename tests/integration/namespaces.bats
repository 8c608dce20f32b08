#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # the shells of containers expand variables too
#
# linux.namespaces: made, joined by path, or the caller's.

load helpers
load helpers_fields

# The types that a bundle may ask for without further fields.
TYPES="pid network mount ipc uts cgroup"

# Field: linux.namespaces[].type
# Value: linux.namespaces[].type={pid,network,mount,ipc,uts,cgroup}
@test "each listed namespace is a new one" {
	requires root
	for type in $TYPES; do set_namespace "$type"; done
	starts
	pid=$(pid_of "$CTR")
	for type in $TYPES; do
		not same_namespace "$pid" self "$type"
	done
}

# Field: linux.namespaces[].type
@test "a namespace that is not listed is the caller's" {
	requires root
	for type in pid network ipc uts; do without_namespace "$type"; done
	starts
	pid=$(pid_of "$CTR")
	for type in pid network ipc uts cgroup user time; do
		same_namespace "$pid" self "$type"
	done
	not same_namespace "$pid" self mount
}

# Asked: What does a runtime say in the last of 32 pid namespaces, one in the other, or where user.max_*_namespaces is reached?
# Happens: clone and unshare give ENOSPC, "no space left on device", as a full disk does; crun 1.28 says no more.
# Corten: names the depth and /proc/sys/user/max_*_namespaces.
# Source: pid_namespaces(7), namespaces(7); seen on Linux 6.18.
@test "a limit of namespaces is named" {
	requires root
	corten_only "the others say that no space is left"
	set_namespace pid
	local runtime=$RUNTIME
	wrap_runtime 'unshare --pid --fork true 2>/dev/null && exec unshare --pid --fork --mount-proc "$0" --inside "$@"'
	refuses "no space left on device (namespaces are nested too deeply, or /proc/sys/user/max_*_namespaces is reached)"
	RUNTIME=$runtime
	wrap_runtime 'echo 0 >/proc/sys/user/max_uts_namespaces'
	sed -i 's/unshare --mount/unshare --user --map-root-user --mount/' "$RUNTIME"
	set_namespace uts
	refuses "no space left on device (namespaces are nested too deeply, or /proc/sys/user/max_*_namespaces is reached)"
}

# Field: linux.namespaces[].path
@test "a namespace with a path is joined" {
	requires root
	set_namespace cgroup
	starts "$CTR-1"
	first=$(pid_of "$CTR-1")
	for type in pid network ipc uts cgroup; do set_namespace "$type" "/proc/$first/ns/${type/network/net}"; done
	starts "$CTR-2"
	second=$(pid_of "$CTR-2")
	for type in pid network ipc uts cgroup; do
		same_namespace "$first" "$second" "$type"
	done
	not same_namespace "$first" "$second" mount
}

@test "a namespace can be joined through a bind-mounted file" {
	requires root
	: >"$TEST_DIR/net"
	unshare --net="$TEST_DIR/net" true
	set_namespace network "$TEST_DIR/net"
	runs 'readlink /proc/self/ns/net'
	joined=$(stat -c %i "$TEST_DIR/net")
	umount "$TEST_DIR/net"
	prints "net:[$joined]"
}

@test "an exec'd process is in all namespaces of the container" {
	requires root
	for type in $TYPES time; do set_namespace "$type"; done
	starts
	pid=$(pid_of "$CTR")
	succeeds exec "$CTR" sh -c 'for n in pid net mnt ipc uts cgroup time; do readlink /proc/self/ns/$n; done'
	prints "$(for n in pid net mnt ipc uts cgroup time; do readlink "/proc/$pid/ns/$n"; done)"
}

@test "a path to a namespace of another type is an error" {
	requires root
	for type in pid network ipc uts mount cgroup; do
		cp config.json config.saved
		other=net
		[ "$type" != network ] || other=ipc
		set_namespace "$type" "/proc/self/ns/$other"
		refuses ""
		mv config.saved config.json
	done
}

@test "a path that is no namespace is an error" {
	requires root
	set_namespace network /etc/passwd
	refuses ""
	set_namespace network /nowhere/net
	refuses "/nowhere/net"
}

@test "an unknown namespace type is an error" {
	set_namespace planet
	refuses "does not exist"
	says planet
}

@test "a namespace listed twice is an error" {
	update_config '.linux.namespaces += [{type: "ipc"}]'
	refuses "duplicated ns"
	update_config '.linux.namespaces[-1] = {type: "network", path: "/proc/self/ns/net"}'
	refuses "duplicated ns"
}

@test "the process is number 1 of a new pid namespace" {
	requires root
	runs 'echo $$ /proc/[0-9]*'
	prints "1 /proc/1"
}

@test "a container in the host's pid namespace sees the host's processes" {
	requires root
	without_namespace pid
	runs "grep -c . /proc/$$/cmdline; echo \$\$"
	[ "$(sed -n 2p <<<"$stdout")" -gt 1 ]
}

@test "a container in a joined pid namespace sees the processes of the other" {
	requires root
	set_args sleep 4321
	starts "$CTR-1"
	set_namespace pid "/proc/$(pid_of "$CTR-1")/ns/pid"
	runs 'ps -o pid,args'
	says "1 sleep 4321"
	has_status "$CTR-1" running
}

# joins_pid_namespace starts $CTR-1; the container of the bundle joins its pid namespace.
joins_pid_namespace() {
	requires root
	set_args sleep 4321
	starts "$CTR-1"
	set_namespace pid "/proc/$(pid_of "$CTR-1")/ns/pid"
}

@test "/proc shows a joined pid namespace also where the kernel cannot be told which" {
	joins_pid_namespace
	export CORTEN_NO_PROC_PIDNS=1
	runs 'ps -o pid,args; cat /proc/1/cmdline; readlink /proc/self/ns/pid'
	says "1 sleep 4321"
	says "$(readlink "/proc/$(pid_of "$CTR-1")/ns/pid")"
}

@test "a container in a joined pid namespace is created, started, entered and deleted" {
	joins_pid_namespace
	set_args sleep 1234
	succeeds create "$CTR"
	has_status "$CTR" created
	pid=$(pid_of "$CTR")
	same_namespace "$pid" "$(pid_of "$CTR-1")" pid
	succeeds start "$CTR"
	[ "$(tr '\0' ' ' <"/proc/$pid/cmdline")" = "sleep 1234 " ]
	succeeds exec "$CTR" ps -o args
	says "sleep 1234"
	says "sleep 4321"
	succeeds delete --force "$CTR"
	is_gone "$pid"
	has_status "$CTR-1" running
}

@test "a container in a joined pid namespace has its exit status, terminal and session" {
	joins_pid_namespace
	set_args sh -c 'exit 7'
	runtime run "$CTR"
	[ "$status" -eq 7 ]
	requires terminal
	update_config '.process.terminal = true'
	set_args sh -c 'tty; ps -o pid,sid | grep "^ *$$ "'
	in_terminal "$(runtime_command) run $CTR"
	[ "$status" -eq 0 ]
	says /dev/pts/0
	[[ $output =~ ([0-9]+)\ +([0-9]+) && ${BASH_REMATCH[1]} == "${BASH_REMATCH[2]}" ]]
}

@test "a container in a joined pid namespace may have a single task" {
	joins_pid_namespace
	requires cgroup_pids
	update_config '.linux.resources.pids.limit = 1'
	set_args sleep 1000
	starts
	[ "$(cat "$(cgroup_dir "$(pid_of "$CTR")" pids)/pids.max")" -eq 1 ]
	[ "$(cat "$(cgroup_dir "$(pid_of "$CTR")" pids)/pids.current")" -eq 1 ]
}

@test "hooks in a joined pid namespace are told the pid in there" {
	joins_pid_namespace
	set_args true
	update_config '.hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "cat >/tmp/state"]}]'
	set_script 'cat /tmp/state; echo; echo $$'
	succeeds run "$CTR"
	[ "$(head -n1 <<<"$stdout" | jq .pid)" = "$(tail -n1 <<<"$stdout")" ]
}

@test "a failure after a pid namespace has been joined leaves nothing behind" {
	joins_pid_namespace
	set_args /absent
	refuses "no such file or directory"
	update_config '.mounts += [{destination: "/x", type: "bind", source: "/absent", options: ["bind"]}]'
	refuses "/absent"
	has_status "$CTR-1" running
}

@test "the loopback interface of a new network namespace is up" {
	requires root
	runs 'ip addr show lo; ip link | grep -c "^[0-9]"'
	says "LOOPBACK,UP"
	says "127.0.0.1/8"
	# Some kernels put fallback devices such as tunl0 into every namespace.
	set_script 'wget -q -O - http://127.0.0.1:1/'
	runtime run "$CTR"
	says "onnection refused"
}

@test "the loopback interface of a joined network namespace is left as it is" {
	requires root
	: >"$TEST_DIR/net"
	unshare --net="$TEST_DIR/net" true
	set_namespace network "$TEST_DIR/net"
	runs 'ip link show lo'
	umount "$TEST_DIR/net"
	lacks "UP"
}

@test "a new network namespace has none of the host's interfaces" {
	requires root
	ip link add "v$$a" type veth peer name "v$$b" || skip "cannot make veth devices"
	runs 'cat /proc/net/dev'
	runs_without_veth=$stdout
	without_namespace network
	runs 'cat /proc/net/dev'
	ip link del "v$$a"
	says "v$$a:"
	[[ $runs_without_veth != *"v$$a:"* ]]
}

@test "a new ipc namespace does not show the host's System V objects" {
	requires root ipcmk
	id=$(ipcmk -Q | grep -o '[0-9]*$')
	runs 'cat /proc/sysvipc/msg'
	in_new=$(grep -c . <<<"$stdout")
	without_namespace ipc
	runs "awk '\$2 == $id' /proc/sysvipc/msg"
	ipcrm -q "$id"
	[ -n "$stdout" ]
	[ "$in_new" -eq 1 ]
}

@test "the hostname of the host stays, the container has its own" {
	requires root
	before=$(hostname)
	update_config '.hostname = "in-the-box"'
	runs 'hostname; cat /proc/sys/kernel/hostname'
	prints $'in-the-box\nin-the-box'
	[ "$(hostname)" = "$before" ]
}

@test "without hostname a new uts namespace keeps the host's name" {
	requires root
	update_config 'del(.hostname)'
	runs 'hostname'
	prints "$(hostname)"
}

@test "the hostname is set in a joined uts namespace too" {
	requires root
	starts "$CTR-1"
	set_namespace uts "/proc/$(pid_of "$CTR-1")/ns/uts"
	update_config '.hostname = "renamed"'
	runs 'hostname'
	prints renamed
	succeeds exec "$CTR-1" hostname
	prints renamed
}

@test "hostname and domainname need a uts namespace" {
	without_namespace uts
	update_config '.hostname = "x"'
	refuses "unable to set hostname without a private UTS namespace"
	update_config 'del(.hostname) | .domainname = "x"'
	refuses "unable to set domainname without a private UTS namespace"
}

@test "the container's cgroup is the root of a new cgroup namespace" {
	requires root
	set_namespace cgroup
	runs 'cut -d: -f3 /proc/self/cgroup | sort -u'
	# A hierarchy in which the runtime did not make a cgroup stays at the caller's: "/" too.
	prints /
}

@test "without a cgroup namespace the container sees its place in the hierarchy" {
	requires root
	runs 'cat /proc/self/cgroup'
	says "/$CTR"
}

@test "mounts of a new mount namespace are not the host's" {
	requires root
	starts
	not grep -F "$BUNDLE" /proc/self/mountinfo
	succeeds exec "$CTR" cat /proc/self/mountinfo
	# Nothing of the host but what was asked for: each mount is the root or beneath /proc, /dev and /sys.
	not grep -vE ' (/|/(proc|dev|sys)(/[^ ]*)?) [^ ]* .*- ' <<<"$stdout"
}
