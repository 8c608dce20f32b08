#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

@test "start runs the process of a created container, as the same pid" {
	succeeds create "$CTR"
	pid=$(pid_of "$CTR")
	succeeds start "$CTR"
	[ -z "$output" ]
	has_status "$CTR" running
	[ "$(pid_of "$CTR")" = "$pid" ]
	eventually 5 grep -q sleep "/proc/$pid/cmdline"
}

@test "start refuses a running container" {
	succeeds run --detach "$CTR"
	fails_saying "cannot start an already running container" start "$CTR"
	has_status "$CTR" running
}

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

@test "start fails for an absent container" {
	fails_saying "container does not exist" start "$CTR"
}

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
