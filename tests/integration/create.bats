#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

# Rule: create: runs nothing of process.args
@test "create prepares the container and runs nothing of it" {
	set_script 'touch /ran; sleep 1000'
	succeeds create "$CTR"
	[ -z "$output" ]
	has_status "$CTR" created
	[ ! -e rootfs/ran ]
	succeeds start "$CTR"
	has_status "$CTR" running
	eventually 5 test -e rootfs/ran
}

# Rule: create: applies the configuration but for process
@test "the pid of a created container is a live process in its own namespaces" {
	succeeds create "$CTR"
	pid=$(pid_of "$CTR")
	kill -0 "$pid"
	for namespace in pid net ipc uts mnt; do
		[ "$(readlink "/proc/$pid/ns/$namespace")" != "$(readlink "/proc/self/ns/$namespace")" ]
	done
}

@test "create --bundle takes absolute and relative paths and records an absolute one" {
	mkdir "$TEST_DIR/elsewhere"
	cd "$TEST_DIR/elsewhere"
	succeeds create --bundle ../b "$CTR"
	[ "$("$RUNTIME" --root "$STATE_ROOT" state "$CTR" | jq -r .bundle)" = "$BUNDLE" ]
	succeeds create -b "$BUNDLE" "$CTR-2"
	[ "$("$RUNTIME" --root "$STATE_ROOT" state "$CTR-2" | jq -r .bundle)" = "$BUNDLE" ]
}

@test "create --pid-file writes the pid without a newline and no other file" {
	succeeds create --pid-file "$TEST_DIR/pid" "$CTR"
	[ "$(cat "$TEST_DIR/pid")" = "$(pid_of "$CTR")" ]
	[ "$(wc -l <"$TEST_DIR/pid")" -eq 0 ]
	[ ! -e "$TEST_DIR/.pid" ]
}

@test "create --pid-file takes a relative path and replaces an old file" {
	echo old >pid
	succeeds create --pid-file pid "$CTR"
	[ "$(cat pid)" = "$(pid_of "$CTR")" ]
}

@test "a pid file that cannot be written undoes the create" {
	fails_saying "no such file or directory" create --pid-file "$TEST_DIR/absent/pid" "$CTR"
	absent "$CTR"
}

# Rule: create: what cannot be applied is an error, and nothing is left
@test "a failed create leaves no pid file" {
	set_args /absent
	fails create --pid-file pid "$CTR"
	[ ! -e pid ]
	[ ! -e .pid ]
	absent "$CTR"
}

# Rule: create: an id that is taken is an error, and changes nothing
@test "create fails for an id that exists, whatever its status, and does not disturb it" {
	for status_wanted in created running paused stopped; do
		case $status_wanted in
		created) succeeds create "$CTR" ;;
		running) succeeds start "$CTR" ;;
		paused) succeeds pause "$CTR" ;;
		stopped)
			succeeds resume "$CTR"
			succeeds kill "$CTR" KILL
			;;
		esac
		wait_for_status "$CTR" "$status_wanted"
		fails_saying "container with given ID already exists" create "$CTR"
		has_status "$CTR" "$status_wanted"
	done
}

@test "create makes the state root, for its owner only" {
	STATE_ROOT=$TEST_DIR/new/deep
	succeeds create "$CTR"
	[ "$(stat -c %a "$STATE_ROOT")" = 700 ]
	has_status "$CTR" created
}

@test "the state directory lets nobody else read the state or list the containers" {
	succeeds create "$CTR"
	jq -e --arg id "$CTR" '.id == $id' "$STATE_ROOT/$CTR/state.json"
	[ "$(stat -c %a "$STATE_ROOT/$CTR/state.json")" = 600 ]
	[[ $(stat -c %A "$STATE_ROOT/$CTR") == d???--[x-]--[x-] ]]
}

@test "a created container holds the caller's stdout and writes to it once started" {
	set_args echo hello
	succeeds create "$CTR"
	inherited=$stdout_file
	succeeds start "$CTR"
	wait_for_status "$CTR" stopped
	[ "$(cat "$inherited")" = hello ]
}

# Rule: create: later changes of config.json have no effect
@test "what config.json becomes after create does not matter" {
	set_args echo first
	succeeds create "$CTR"
	inherited=$stdout_file
	set_args echo second
	succeeds start "$CTR"
	wait_for_status "$CTR" stopped
	[ "$(cat "$inherited")" = first ]
}

@test "a bundle can serve several containers at once" {
	succeeds create "$CTR"
	succeeds create "$CTR-2"
	succeeds create "$CTR-3"
	[ "$(pid_of "$CTR")" != "$(pid_of "$CTR-2")" ]
	succeeds start "$CTR-2"
	has_status "$CTR" created
	has_status "$CTR-2" running
}

@test "create --no-pivot runs the container on its rootfs" {
	set_args ls -d /bin/busybox /proc/self
	succeeds create --no-pivot "$CTR"
	inherited=$stdout_file
	succeeds start "$CTR"
	wait_for_status "$CTR" stopped
	[ "$(cat "$inherited")" = $'/bin/busybox\n/proc/self' ]
}

@test "the container gets a session keyring of its own, without --no-new-keyring" {
	# The second column of /proc/keys is the name; "_ses.ID" is what runc calls it.
	update_config '.linux.maskedPaths = []'
	set_script 'cat /proc/keys'
	succeeds run "$CTR"
	says " _ses.$CTR:"
	succeeds run --no-new-keyring "$CTR-2"
	not says " _ses.$CTR-2:"
}

@test "a relative config or rootfs path is taken from the bundle, not from where create runs" {
	cd "$TEST_DIR"
	mkdir rootfs
	succeeds create --bundle b "$CTR"
	succeeds start "$CTR"
	has_status "$CTR" running
}

@test "create works with a rootfs given by an absolute path" {
	update_config '.root.path = $path | .process.args = ["true"]' --arg path "$BUNDLE/rootfs"
	succeeds run "$CTR"
}

@test "a created container holds less than 300 KiB while it waits for start" {
	corten_only "runc's init holds some 5 MB"
	requires no_sanitizers
	succeeds create "$CTR"
	local init held
	init=$(pid_of "$CTR")
	small() { held=$(awk '$1 == "Pss:" { print $2 }' "/proc/$init/smaps_rollup") && [ "$held" -lt 300 ]; }
	eventually small
	# Being asked wakes it.
	succeeds state "$CTR"
	eventually small
	succeeds start "$CTR"
}
