#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Where the time of a start goes, in the Trace Event format.

load helpers

setup() {
	corten_only "runc writes no trace"
	setup_bundle
	trace=$TEST_DIR/trace.json
}

# phases LINE prints the names of the phases on that line ("corten", "init"), in order of their beginning.
phases() {
	# The format allows a missing end, so that several processes can add to one file.
	{ sed '$s/,$//' "$trace" && echo ']'; } | jq -r --arg line "$1" '
		(map(select(.ph == "M" and .args.name == $line)) | map([.pid, .tid])) as $lines |
		map(select(.ph == "X" and ([.pid, .tid] as $of | $lines | index([$of])))) | sort_by(.ts)[].name'
}

@test "--trace writes the phases of the parent and of init" {
	set_args true
	succeeds --trace "$trace" run "$CTR"
	phases corten >"$TEST_DIR/parent"
	phases init >"$TEST_DIR/init"
	[ "$(head -n1 "$TEST_DIR/parent")" = "start the init stage" ]
	grep -qx "read config.json" "$TEST_DIR/parent"
	grep -qx "the container runs" "$TEST_DIR/parent"
	[ "$(tail -n1 "$TEST_DIR/parent")" = "clean up" ]
	[ "$(head -n1 "$TEST_DIR/init")" = "waiting for the parent" ]
	grep -qx "building the root file system" "$TEST_DIR/init"
	[ "$(tail -n1 "$TEST_DIR/init")" = "waiting for start" ]
}

@test "several commands add to one trace, and the environment can ask for it" {
	export CORTEN_TRACE=$trace
	succeeds create "$CTR"
	succeeds start "$CTR"
	succeeds exec "$CTR" true
	[ "$(grep -c '"name":"init"' "$trace")" -eq 1 ]
	[ "$(phases exec | head -n1)" = "waiting for the parent" ]
	phases exec | grep -qx "joining the namespaces"
	phases init | grep -qx "waiting for start"
}

@test "a phase lasts as long as it says" {
	set_script 'sleep 0.3'
	succeeds --trace "$trace" run "$CTR"
	{ sed '$s/,$//' "$trace" && echo ']'; } |
		jq -e 'map(select(.name == "the container runs"))[0].dur | . > 200000 and . < 30000000'
}

@test "the trace's descriptor does not reach the container" {
	set_args ls -l /proc/self/fd
	succeeds --trace "$trace" run "$CTR"
	not says trace.json
}

@test "a trace that cannot be opened is an error" {
	fails_saying "$TEST_DIR/missing/trace" --trace "$TEST_DIR/missing/trace" run "$CTR"
	[ ! -e "$STATE_ROOT/$CTR" ]
}
