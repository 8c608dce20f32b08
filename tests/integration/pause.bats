#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

setup() {
	requires cgroup_freezer
	setup_bundle
}

# A container that counts in /count.
run_counter() {
	set_script 'n=0; while :; do n=$((n + 1)); echo $n >/count; sleep 0.02; done'
	succeeds run --detach "$CTR"
	eventually 5 test -s rootfs/count
}

@test "pause stops every process of the container and resume lets them go on" {
	run_counter
	succeeds pause "$CTR"
	[ -z "$output" ]
	has_status "$CTR" paused
	count=$(cat rootfs/count)
	sleep 0.2
	[ "$(cat rootfs/count)" = "$count" ]
	succeeds resume "$CTR"
	[ -z "$output" ]
	has_status "$CTR" running
	eventually 5 not grep -qx "$count" rootfs/count
}

@test "pause reaches processes that exec added" {
	succeeds run --detach "$CTR"
	succeeds exec --detach "$CTR" sh -c 'while :; do echo x >>/count; sleep 0.02; done'
	eventually 5 test -s rootfs/count
	succeeds pause "$CTR"
	size=$(stat -c %s rootfs/count)
	sleep 0.2
	[ "$(stat -c %s rootfs/count)" -eq "$size" ]
}

@test "pause can be repeated many times without leaving the container frozen" {
	run_counter
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		succeeds pause "$CTR"
		succeeds resume "$CTR"
	done
	has_status "$CTR" running
	count=$(cat rootfs/count)
	eventually 5 not grep -qx "$count" rootfs/count
}

@test "pause refuses a paused container" {
	succeeds run --detach "$CTR"
	succeeds pause "$CTR"
	fails_saying "container not running" pause "$CTR"
	has_status "$CTR" paused
}

@test "resume refuses a container that is not paused" {
	succeeds create "$CTR"
	fails_saying "container not paused" resume "$CTR"
	succeeds start "$CTR"
	fails_saying "container not paused" resume "$CTR"
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	fails_saying "container not paused" resume "$CTR"
}

@test "pause refuses a stopped container" {
	set_args true
	succeeds run --keep "$CTR"
	fails_saying "container not running" pause "$CTR"
}

@test "pause and resume refuse an absent container" {
	fails_saying "container does not exist" pause "$CTR"
	fails_saying "container does not exist" resume "$CTR"
}

@test "pause and resume take exactly one id" {
	for command in pause resume; do
		fails_saying "requires exactly 1 argument(s)" "$command"
		fails_saying "requires exactly 1 argument(s)" "$command" a b
	done
}

@test "a created container can be paused and stays created after resume" {
	succeeds create "$CTR"
	succeeds pause "$CTR"
	has_status "$CTR" paused
	succeeds resume "$CTR"
	has_status "$CTR" created
	succeeds start "$CTR"
	has_status "$CTR" running
}

@test "exec is refused in a paused container unless --ignore-paused is given" {
	succeeds run --detach "$CTR"
	succeeds pause "$CTR"
	runtime exec "$CTR" true
	[ "$status" -eq 255 ]
	says "cannot exec in a paused container (use --ignore-paused to override)"
	runtime_background exec --ignore-paused "$CTR" echo thawed
	sleep 0.2
	kill -0 "$runtime_pid"
	succeeds resume "$CTR"
	wait_background
	[ "$status" -eq 0 ]
	[ "$stdout" = thawed ]
}

@test "a signal to a paused container arrives when it is resumed" {
	set_script 'trap "touch /got" USR1; touch /ready; while :; do sleep 0.02; done'
	succeeds run --detach "$CTR"
	eventually 5 test -e rootfs/ready
	succeeds pause "$CTR"
	succeeds kill "$CTR" USR1
	sleep 0.1
	[ ! -e rootfs/got ]
	succeeds resume "$CTR"
	eventually 5 test -e rootfs/got
}

@test "state and list tell paused from running by the freezer, not by memory" {
	succeeds run --detach "$CTR"
	pid=$(pid_of "$CTR")
	if cgroup_is_v2; then
		echo 1 >"$(cgroup_dir "$pid" unified)/cgroup.freeze"
	else
		echo FROZEN >"$(cgroup_dir "$pid" freezer)/freezer.state"
	fi
	wait_for_status "$CTR" paused
	succeeds resume "$CTR"
	has_status "$CTR" running
}

# stop_of PID prints the cgroup in which it is frozen.
stop_of() { if cgroup_is_v2; then cgroup_dir "$1" unified; else cgroup_dir "$1" freezer; fi; }

# Asked: Does v1's freezer get hold of a process that waits in vfork(2), alone in its cgroup?
# Happens: on Linux 6.18 one write of FROZEN does; where the process comes into the frozen cgroup it stays FREEZING until a second one.
# Corten: pause writes FROZEN again until all are frozen, for 10 s at most, thawing now and then.
# Source: seen on Linux 6.18; kernel/cgroup/legacy_freezer.c, kernel/fork.c, wait_for_vfork_done()
@test "pause stops a process that waits in vfork, alone in its cgroup" {
	requires root
	c_tool process_settings
	set_args process_settings vfork
	succeeds run --detach "$CTR"
	pid=$(pid_of "$CTR")
	eventually 5 grep -q . "/proc/$pid/task/$pid/children"
	read -r child <"/proc/$pid/task/$pid/children" || true # no newline ends it
	place=$(stop_of "$pid")
	mkdir "${place%/*}/$CTR-child"
	echo "$child" >"${place%/*}/$CTR-child/cgroup.procs"
	succeeds pause "$CTR"
	has_status "$CTR" paused
	cgroup_is_v2 || [ "$(cat "$place/freezer.state")" = FROZEN ]
	succeeds resume "$CTR"
	kill -KILL "$child"
	eventually 5 rmdir "${place%/*}/$CTR-child"
	eventually 5 test -e rootfs/settings.child
}

# Asked: How long does pause wait for a process that cannot be stopped?
# Happens: one that waits for a FUSE server is not reached by the freezers of v1 (FREEZING) and v2 (frozen 0) for as long as it waits.
# Corten: gives up after 10 s, as runc does, and thaws the cgroup: the container runs on, and a later pause works.
# Source: seen on Linux 6.18 and 7.2; fs/fuse/dev.c, request_wait_answer()
@test "pause gives up after its deadline, and all processes go on" {
	requires root python
	[ -c /dev/fuse ] || skip "needs /dev/fuse"
	load helpers_fields
	mkdir "$TEST_DIR/hang"
	tool fuse_hang "$TEST_DIR/hang"
	server=${BACKGROUND[-1]}
	add_bind "$TEST_DIR/hang" /home
	set_script 'cat /home/file & while :; do echo x >>/count; sleep 0.02; done'
	succeeds run --detach "$CTR"
	eventually 5 grep -q "asked 1" "$TEST_DIR/fuse_hang.out"
	start=$SECONDS
	fails pause "$CTR"
	((SECONDS - start < 15 * SLOWNESS))
	is_corten && says "; all go on"
	has_status "$CTR" running
	size=$(stat -c %s rootfs/count)
	eventually 5 eval '(($(stat -c %s rootfs/count) > size))'
	kill "$server"
	umount "$TEST_DIR/hang"
	succeeds pause "$CTR"
	has_status "$CTR" paused
	succeeds resume "$CTR"
}
