#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # helpers.bash sets stdout
#
# --systemd-cgroup of an ordinary user: scopes of the user's own systemd.
# vm: --user

load helpers
load helpers_fields
load helpers_systemd

setup() {
	requires not_root systemd cgroup_v2
	[ -S "${XDG_RUNTIME_DIR:-}/systemd/private" ] || skip "needs a systemd of the user's"
	setup_bundle
	scope_config user.slice
	update_config '.linux.namespaces += [{type: "user"}]
		| .linux.uidMappings = [{containerID: 0, hostID: $u, size: 1}]
		| .linux.gidMappings = [{containerID: 0, hostID: $g, size: 1}]
		| del(.linux.resources.devices) | .mounts |= map(.options |= (. // [] | map(select(startswith("gid=") | not))))' \
		--argjson u "$(id -u)" --argjson g "$(id -g)"
}

@test "a user's container is a scope of the user's systemd, with limits" {
	update_config '.linux.resources = {"memory": {"limit": 33554432}, "pids": {"limit": 77}, "cpu": {"shares": 512}}'
	starts_scope
	[[ $place == *"/user@$(id -u).service/user.slice/$UNIT" ]]
	property MemoryMax 33554432
	[ "$(cat "$place/memory.max")" = 33554432 ]
	[ "$(cat "$place/pids.max")" = 77 ]
	[ "$(cat "$place/cpu.weight")" = 59 ]
	succeeds update --memory 64M --pids-limit 10 "$CTR"
	[ "$(cat "$place/memory.max")" = 67108864 ]
	[ "$(cat "$place/pids.max")" = 10 ]
	succeeds exec --detach --pid-file pid "$CTR" sleep 1000
	[ "$(cgroup_dir "$(cat pid)" memory)" = "$place" ]
	succeeds delete --force "$CTR"
	eventually 3 no_units
	[ ! -e "$place" ]
}

@test "exec goes where init is when the container divides its cgroup" {
	set_namespace cgroup
	add_mount /sys/fs/cgroup cgroup cgroup rw
	# shellcheck disable=SC2016
	set_script 'cd /sys/fs/cgroup; mkdir init && echo $$ >init/cgroup.procs && echo +pids >cgroup.subtree_control && echo ok >/tmp/ready; exec sleep 1000'
	starts_scope
	eventually 20 test -s rootfs/tmp/ready
	place=${place%/init}
	succeeds exec --detach --pid-file pid "$CTR" sleep 1000
	[ "$(cgroup_dir "$(cat pid)" memory)" = "$place/init" ]
	succeeds exec --detach --cgroup init --pid-file pid "$CTR" sleep 1000
	[ "$(cgroup_dir "$(cat pid)" memory)" = "$place/init" ]
	runtime exec --cgroup / "$CTR" true
	[ "$status" -eq 255 ]
	says "error adding pid"
}

@test "the bus is found by its address alone, and in the user's own user namespace" {
	starts_scope
	succeeds delete --force "$CTR"
	(
		unset XDG_RUNTIME_DIR
		runtime --systemd-cgroup run --detach "$CTR"
		[ "$status" -eq 0 ]
		runtime delete --force "$CTR"
		[ "$status" -eq 0 ]
	)
	# root there is us here, and that is what systemd sees.
	update_config '.linux.uidMappings[0].hostID = 0 | .linux.gidMappings[0].hostID = 0'
	runtime_in_userns() {
		new_output_files
		status=0
		unshare --user --map-root-user --mount "$RUNTIME" --root "$STATE_ROOT" "$@" >"$stdout_file" 2>"$stderr_file" 3>&- 4>&- || status=$?
		read_output "(unshare) $*"
		[ "$status" -eq 0 ]
	}
	runtime_in_userns --systemd-cgroup run --detach "$CTR"
	[[ $(cgroup_dir "$(pid_of "$CTR")" memory) == *"/user@$(id -u).service/user.slice/$UNIT" ]]
	runtime_in_userns delete --force "$CTR"
	eventually 3 no_units
}

@test "without a bus the error says what was tried" {
	unset DBUS_SESSION_BUS_ADDRESS
	export XDG_RUNTIME_DIR=$TEST_DIR
	fails_saying "cannot reach the user's systemd" --systemd-cgroup create "$CTR"
	says "$TEST_DIR/systemd/private"
	unset XDG_RUNTIME_DIR
	fails_saying "neither XDG_RUNTIME_DIR nor DBUS_SESSION_BUS_ADDRESS is set" --systemd-cgroup create "$CTR"
	absent "$CTR"
}

@test "a systemd that does not answer is waited for half a minute" {
	requires python
	corten_only "runc waits for ever"
	mkdir -p "$TEST_DIR/systemd"
	"$PYTHON" -c 'import socket, sys, time
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
time.sleep(1000)' "$TEST_DIR/systemd/private" 3>&- &
	BACKGROUND+=($!)
	eventually 10 test -S "$TEST_DIR/systemd/private"
	unset DBUS_SESSION_BUS_ADDRESS
	XDG_RUNTIME_DIR=$TEST_DIR fails_saying "systemd did not answer" --systemd-cgroup create "$CTR"
	absent "$CTR"
}
