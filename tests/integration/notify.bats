#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

setup() {
	requires python cc
	setup_bundle
	c_tool notify-send
	tool notify "$TEST_DIR/notify"
	# Is ready once /go exists, and lives on.
	ready_script='while [ ! -e /go ]; do sleep 0.02; done; notify-send "READY=1\nSTATUS=fine"; touch /sent; sleep 1000'
}

notified() { eventually 5 grep -qx "$1" "$TEST_DIR/notify.out"; }

not_notified() { not grep -q "$1" "$TEST_DIR/notify.out"; }

@test "the process sees a socket of its own, on a read-only mount" {
	set_script 'echo $NOTIFY_SOCKET; ls -l /run/notify/notify.sock; touch /run/notify/file 2>&1; notify-send READY=1'
	NOTIFY_SOCKET=$TEST_DIR/notify runtime run "$CTR"
	[ "$status" -eq 0 ]
	mapfile -t lines <<<"$output"
	[ "${lines[0]}" = /run/notify/notify.sock ]
	[[ ${lines[1]} == srwxrwxrwx* ]]
	[[ ${lines[2]} == *"Read-only file system"* ]]
}

@test "run --detach blocks until the process is ready, then tells the host" {
	set_script "$ready_script"
	NOTIFY_SOCKET=$TEST_DIR/notify runtime_background run --detach --pid-file pid "$CTR"
	wait_for_status "$CTR" running
	sleep 0.3
	kill -0 "$runtime_pid"
	not_notified READY
	touch rootfs/go
	wait_background
	[ "$status" -eq 0 ]
	notified READY=1
	notified "MAINPID=$(cat pid)"
	notified BARRIER=1
	has_status "$CTR" running
}

@test "create only prepares the socket, start blocks until the process is ready" {
	set_script "$ready_script"
	NOTIFY_SOCKET=$TEST_DIR/notify runtime create "$CTR"
	[ "$status" -eq 0 ]
	has_status "$CTR" created
	NOTIFY_SOCKET=$TEST_DIR/notify runtime_background start "$CTR"
	wait_for_status "$CTR" running
	sleep 0.3
	kill -0 "$runtime_pid"
	not_notified READY
	touch rootfs/go
	wait_background
	[ "$status" -eq 0 ]
	notified READY=1
	notified "MAINPID=$(pid_of "$CTR")"
	notified BARRIER=1
}

@test "the host hears READY before MAINPID before BARRIER" {
	set_script 'notify-send READY=1; sleep 1000'
	NOTIFY_SOCKET=$TEST_DIR/notify runtime run --detach "$CTR"
	[ "$status" -eq 0 ]
	notified BARRIER=1
	[ "$(grep -v ^ready "$TEST_DIR/notify.out")" = "READY=1"$'\n'"MAINPID=$(pid_of "$CTR")"$'\n'"BARRIER=1" ]
}

@test "other messages of the process do not count as ready" {
	set_script "notify-send STATUS=starting; $ready_script"
	NOTIFY_SOCKET=$TEST_DIR/notify runtime_background run --detach "$CTR"
	wait_for_status "$CTR" running
	sleep 0.3
	kill -0 "$runtime_pid"
	not_notified READY
	touch rootfs/go
	wait_background
	[ "$status" -eq 0 ]
	notified READY=1
}

@test "a process that ends without being ready unblocks start" {
	set_args true
	NOTIFY_SOCKET=$TEST_DIR/notify runtime create "$CTR"
	[ "$status" -eq 0 ]
	NOTIFY_SOCKET=$TEST_DIR/notify runtime start "$CTR"
	[ "$status" -eq 0 ]
	wait_for_status "$CTR" stopped
	not_notified READY
}

@test "a process that ends without being ready unblocks run" {
	corten_only "runc waits for ever: the process is its own zombie"
	set_args true
	for option in --detach --detach=false; do
		NOTIFY_SOCKET=$TEST_DIR/notify runtime run "$option" "$CTR"
		[ "$status" -eq 0 ]
		succeeds delete --force "$CTR"
	done
	not_notified READY
}

@test "a foreground run names itself as the main process and exits with the status" {
	set_script 'notify-send READY=1; while [ ! -e /go ]; do sleep 0.02; done; exit 8'
	NOTIFY_SOCKET=$TEST_DIR/notify runtime_background run "$CTR"
	notified READY=1
	notified "MAINPID=$runtime_pid"
	notified BARRIER=1
	touch rootfs/go
	wait_background
	[ "$status" -eq 8 ]
	absent "$CTR"
}

@test "a process of another user may notify, too" {
	update_config '.process.user = {uid: 1000, gid: 1000}'
	set_script 'notify-send READY=1; exec sleep 1000'
	NOTIFY_SOCKET=$TEST_DIR/notify runtime run --detach "$CTR"
	[ "$status" -eq 0 ]
	notified READY=1
}

@test "delete removes the socket with the rest" {
	set_script 'notify-send READY=1; sleep 1000'
	NOTIFY_SOCKET=$TEST_DIR/notify runtime run --detach "$CTR"
	[ "$status" -eq 0 ]
	[ -d "$STATE_ROOT/$CTR" ]
	succeeds delete --force "$CTR"
	[ ! -e "$STATE_ROOT/$CTR" ]
}

@test "without NOTIFY_SOCKET nothing is mounted and nothing blocks" {
	set_script 'echo "<$NOTIFY_SOCKET>"; ls /run'
	succeeds run "$CTR"
	[ "$output" = "<>" ]
}

@test "a host socket that is absent does not keep a container that failed" {
	set_args /absent
	NOTIFY_SOCKET=$TEST_DIR/nobody runtime run --detach "$CTR"
	[ "$status" -eq 1 ]
	[ ! -e "$STATE_ROOT/$CTR" ]
}
