#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

# Rule: start: runs the program
@test "start runs the process of a created container, as the same pid" {
	succeeds create "$CTR"
	pid=$(pid_of "$CTR")
	succeeds start "$CTR"
	[ -z "$output" ]
	has_status "$CTR" running
	[ "$(pid_of "$CTR")" = "$pid" ]
	eventually 5 grep -q sleep "/proc/$pid/cmdline"
}

# Rule: start: a container that is not created is an error, and stays as it is
@test "start refuses a running container" {
	succeeds run --detach "$CTR"
	fails_saying "cannot start an already running container" start "$CTR"
	has_status "$CTR" running
}

# Rule: start: a container that is not created is an error, and stays as it is
@test "start refuses a container that has stopped" {
	set_args true
	succeeds create "$CTR"
	succeeds start "$CTR"
	wait_for_status "$CTR" stopped
	fails_saying "cannot start a container that has stopped" start "$CTR"
}

@test "start refuses a container whose init was killed before" {
	succeeds create "$CTR"
	kill -KILL "$(pid_of "$CTR")"
	wait_for_status "$CTR" stopped
	fails_saying "cannot start a container that has stopped" start "$CTR"
}

@test "start refuses a paused container" {
	succeeds run --detach "$CTR"
	succeeds pause "$CTR"
	fails_saying "cannot start a container in the paused state" start "$CTR"
	has_status "$CTR" paused
}

# Rule: start: an unknown id is an error
@test "start fails for an absent container" {
	fails_saying "container does not exist" start "$CTR"
}

# Rule: start: no id is an error
@test "start takes exactly one id" {
	fails_saying 'requires exactly 1 argument(s)' start
	succeeds create "$CTR"
	fails_saying 'requires exactly 1 argument(s)' start "$CTR" "$CTR"
	has_status "$CTR" created
}

@test "of two starts at once exactly one wins" {
	corten_only "the loser of the race may wait for ever in runc"
	for round in 1 2 3 4 5; do
		succeeds create "$CTR-$round"
		runtime_background start "$CTR-$round"
		first=$runtime_pid
		runtime_background start "$CTR-$round"
		second=$runtime_pid
		wins=0
		! wait "$first" || wins=$((wins + 1))
		! wait "$second" || wins=$((wins + 1))
		[ "$wins" -eq 1 ]
		has_status "$CTR-$round" running
	done
}

@test "start works from another directory and after the bundle is renamed" {
	succeeds create "$CTR"
	cd /
	mv "$BUNDLE" "$BUNDLE.moved"
	succeeds start "$CTR"
	has_status "$CTR" running
	mv "$BUNDLE.moved" "$BUNDLE"
}

# created_and_stopped: a created container whose init is stopped.
created_and_stopped() {
	succeeds create "$CTR"
	pid=$(pid_of "$CTR")
	kill -STOP "$pid"
	eventually 5 grep -q '^State:.T' "/proc/$pid/status"
}

@test "a created container whose init is stopped can be looked at as often as one likes, and deleted" {
	created_and_stopped
	LIMIT=(timeout --foreground --signal=KILL $((5 * SLOWNESS)))
	for _ in {1..40}; do has_status "$CTR" created; done
	for _ in {1..5}; do
		succeeds list --quiet
		[ "$output" = "$CTR" ]
	done
	succeeds delete "$CTR"
	absent "$CTR"
}

@test "a created container that is paused can be looked at as often as one likes, and deleted" {
	requires cgroup_freezer
	succeeds create "$CTR"
	succeeds pause "$CTR"
	LIMIT=(timeout --foreground --signal=KILL $((5 * SLOWNESS)))
	for _ in {1..40}; do has_status "$CTR" paused; done
	succeeds list
	succeeds delete --force "$CTR"
	absent "$CTR"
}

@test "to look at a created container does not wake its init" {
	corten_only "runc's init does not listen"
	succeeds create "$CTR"
	switches() { awk '/ctxt_switches/ { n += $2 } END { print n }' "/proc/$(pid_of "$CTR")/status"; }
	switches >"$TEST_DIR/settle"
	before=$(switches)
	for _ in {1..20}; do has_status "$CTR" created; done
	[ "$(switches)" = "$before" ]
}

@test "start of a container whose init is stopped ends, with an error, and is not made up for later" {
	corten_only "runc waits for as long as init is stopped"
	created_and_stopped
	LIMIT=(timeout --foreground --signal=KILL $((15 * SLOWNESS)))
	fails_saying "does not answer" start "$CTR"
	says "$pid"
	has_status "$CTR" created
	kill -CONT "$pid"
	sleep 0.3
	has_status "$CTR" created
	succeeds start "$CTR"
	has_status "$CTR" running
}

@test "many starts of a container whose init is stopped all end" {
	corten_only "runc waits for as long as init is stopped"
	created_and_stopped
	pids=()
	for n in {1..24}; do
		timeout --signal=KILL $((40 * SLOWNESS)) "$RUNTIME" --root "$STATE_ROOT" start "$CTR" &>"$TEST_DIR/start.$n" 3>&- 4>&- &
		pids+=($!)
	done
	for starter in "${pids[@]}"; do
		status=0
		wait "$starter" || status=$?
		[ "$status" -eq 1 ]
	done
	not grep -L "does not answer" "$TEST_DIR"/start.* | grep .
	kill -CONT "$pid"
	succeeds start "$CTR"
	has_status "$CTR" running
}

@test "a start that was killed while init was stopped starts nothing later" {
	corten_only "runc's start has written its word before it can be killed"
	created_and_stopped
	runtime_background start "$CTR"
	sleep 0.3
	kill -KILL "$runtime_pid"
	wait "$runtime_pid" || true
	kill -CONT "$pid"
	sleep 0.3
	has_status "$CTR" created
}

@test "a startContainer hook may take longer than init may be silent" {
	update_config '.hooks.startContainer = [{path: "/bin/sleep", args: ["sleep", "11"]}]'
	succeeds create "$CTR"
	succeeds start "$CTR"
	has_status "$CTR" running
}

@test "nobody else can connect to the start socket, whatever the umask" {
	corten_only "it is our socket"
	umask 0
	succeeds create "$CTR"
	[ "$(stat -c %a "$STATE_ROOT/$CTR/start.sock")" = 600 ]
}
