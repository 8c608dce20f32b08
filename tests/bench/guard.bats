#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What a start costs, counted and not timed, so that a busy machine says the same as a quiet one. Each figure may be 3 %
# above that in limits.json; a change that is worth more says so by raising the limit (`tests/bench/guard.bats` prints the
# figure), one that makes it cheaper lowers it.

load ../integration/helpers

bats_require_minimum_version 1.5.0

setup() {
	corten_only "the limits are ours"
	requires no_sanitizers
	file "$RUNTIME" | grep -q 'statically linked' || skip "needs the release build"
	[ "$(uname -m)" = x86_64 ] || skip "needs x86_64, for which the limits are"
	setup_bundle
	set_args true
	succeeds run "$CTR" # what the first run of all has to make
	attempts=3
}

# least COMMAND… is the smallest of the numbers that some calls print: what a delay added is not ours.
least() {
	local round
	for ((round = 0; round < attempts; round++)); do
		"$@" || return
	done | sort -n | head -n1
}

# within NAME FIGURE fails where the figure is more than 3 % above its limit.
within() {
	local limit
	limit=$(jq -e --arg name "$1" '.[$name]' "$BATS_TEST_DIRNAME/limits.json")
	echo "$1: $2 (limit $limit)"
	((100 * $2 <= 103 * limit))
}

# Another compiler and other static libraries make another program: 2216 KiB of memory and 3686 KiB of size with those of Debian 13.
of_debian_12() {
	readelf -p .comment "$RUNTIME" | grep -q 'GCC: (Debian 12\.' || skip "needs the build of Debian 12, for which the limit is"
}

compiled() {
	requires cc
	cc -O2 -o "$TEST_DIR/tool" "$1"
}

# calls ARG… prints how many system calls the runtime, its init stage and the container's process make.
calls() {
	rm -f "$TEST_DIR"/strace.*
	strace -ff -qq -o "$TEST_DIR/strace" "$RUNTIME" --root "$STATE_ROOT" "$@" >/dev/null 2>&1 </dev/null || return
	cat "$TEST_DIR"/strace.* | wc -l
}

@test "system calls of a run" {
	requires strace
	within run_calls "$(least calls run "$CTR")"
}

@test "system calls of an exec" {
	requires strace
	set_args sleep 600
	succeeds run --detach "$CTR"
	within exec_calls "$(least calls exec "$CTR" /bin/true)"
}

@test "system calls of state" {
	requires strace
	set_args sleep 600
	succeeds run --detach "$CTR"
	within state_calls "$(least calls state "$CTR")"
}

@test "instructions of a run, of the parent and of the init stage" {
	compiled "$BATS_TEST_DIRNAME/../../scripts/step-trace.c"
	local own child
	read -r own child < <("$TEST_DIR/tool" /dev/null "$RUNTIME" --root "$STATE_ROOT" run "$CTR" 2>&1 >/dev/null </dev/null)
	within run_instructions "$own"
	within init_instructions "$child"
}

@test "peak memory of a run, in KiB" {
	of_debian_12
	compiled "$BATS_TEST_DIRNAME/peak.c"
	peak() { "$TEST_DIR/tool" "$RUNTIME" --root "$STATE_ROOT" run "$CTR" 3>&1 >/dev/null </dev/null; }
	within peak_kib "$(least peak)"
}

@test "the program's size, in KiB" {
	of_debian_12
	local stripped=$TEST_DIR/stripped
	strip -o "$stripped" "$RUNTIME"
	within program_kib "$(($(stat -c %s "$stripped") / 1024))"
}

@test "the program needs no relocation but the choice of functions for the processor" {
	[ "$(readelf -rW "$RUNTIME" | grep -c 'R_X86_64_' || true)" = "$(readelf -rW "$RUNTIME" | grep -c R_X86_64_IRELATIV || true)" ]
}
