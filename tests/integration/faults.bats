#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # helpers.bash sets status
#
# A system call of the runtime or of its init stage fails: the command ends, soon, and where it fails leaves nothing.
# FAULTS=N has the first N calls of each kind fail, FAULT_CALLS names other calls.

load helpers

: "${FAULTS:=3}"
: "${FAULT_CALLS:=sendmsg:ENOBUFS recvmsg:ENOMEM rt_sigprocmask:EINVAL poll:ENOMEM clone3:EAGAIN write:ENOSPC}"

BATS_TEST_TIMEOUT=$((180 * SLOWNESS)) # some dozens of commands, each under strace

setup() {
	export ASAN_OPTIONS=detect_leaks=0 # LeakSanitizer does not work under strace
	requires strace
	corten_only "which calls fail is ours"
	setup_bundle
}

@test "an init stage that cannot be executed says why" {
	set_args true
	for command in create run; do
		status=0
		strace -f -qq -o "$TEST_DIR/strace" -e trace=execveat -e inject=execveat:error=ENOMEM \
			"$RUNTIME" --root "$STATE_ROOT" "$command" "$CTR" </dev/null >"$TEST_DIR/out" 2>&1 || status=$?
		cat "$TEST_DIR/out"
		[ "$status" -eq 1 ]
		grep -q "executing corten's init stage: cannot allocate memory" "$TEST_DIR/out"
	done
	nothing_left
}

# with_fault CALL:ERROR N ARG… runs the runtime, the Nth CALL of each of whose processes fails; $status is 137 where it
# does not end. strace is its grandchild (-D), for that stays with a created container until its end.
with_fault() {
	status=0
	timeout --signal=KILL $((10 * SLOWNESS)) strace -D -f -qq -o "$TEST_DIR/strace" -e trace="${1%:*}" \
		-e inject="${1%:*}:error=${1#*:}:when=$2" "$RUNTIME" --root "$STATE_ROOT" "${@:3}" \
		</dev/null >"$TEST_DIR/out" 2>&1 3>&- 4>&- || status=$?
}

# was_injected: there was such a call. Once all that was traced has ended.
was_injected() {
	eventually 10 no_tracer
	grep -q INJECTED "$TEST_DIR/strace"
}
no_tracer() { not pgrep -f -- "-o $TEST_DIR/strace "; }

# ends_well CALL:ERROR WHAT…: the command has ended; a failure has been said, unless that cannot be written.
ends_well() {
	[ "$status" -ne 137 ] || { echo "$*: does not end" && return 1; }
	[[ $status -eq 0 || $1 == write:* || -s $TEST_DIR/out ]] || { echo "$*: fails without a word" && return 1; }
}

# sweep FUNCTION calls FUNCTION CALL:ERROR N for each fault.
sweep() {
	local call n
	for call in $FAULT_CALLS; do
		for ((n = 1; n <= FAULTS; n++)); do
			"$1" "$call" "$n" || break
			[ -z "$problem" ] || { echo "$problem" && cat "$TEST_DIR/out" && return 1; }
		done
	done
	eventually 3 nothing_but_containers
}

nothing_but_containers() { [[ -z $(leftover_processes_of_runtime) ]]; }
leftover_processes_of_runtime() { pgrep -f "^[^ ]*${RUNTIME##*/} --root $STATE_ROOT |^corten:init " | while read -r pid; do
	tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "CORTEN_TEST_MARK=$CTR" && echo "$pid"
done; }

# made CALL:ERROR N COMMAND…: a command that makes $CTR.
made() {
	problem=
	with_fault "$1" "$2" "${@:3}" "$CTR"
	ends_well "$@" >"$TEST_DIR/problem" || problem=$(cat "$TEST_DIR/problem")
	[[ $status -eq 0 || ! -e $STATE_ROOT/$CTR ]] || problem+="; $* leaves $STATE_ROOT/$CTR"
	delete_container
	was_injected
}

delete_container() {
	timeout --signal=KILL $((15 * SLOWNESS)) "$RUNTIME" --root "$STATE_ROOT" delete --force "$CTR" 3>&- 4>&- ||
		problem+="; delete fails"
}

@test "a create of which a system call fails ends, and leaves nothing" {
	create_with() { made "$1" "$2" create; }
	sweep create_with
	nothing_left
}

@test "a run of which a system call fails ends, and leaves nothing" {
	set_args true
	run_with() { made "$1" "$2" run; }
	sweep run_with
	nothing_left
}

@test "an exec of which a system call fails ends, and leaves the container" {
	succeeds run --detach "$CTR"
	exec_with() {
		problem=
		with_fault "$1" "$2" exec "$CTR" true
		ends_well "$1" "$2" exec >"$TEST_DIR/problem" || problem=$(cat "$TEST_DIR/problem")
		was_injected
	}
	sweep exec_with
	has_status "$CTR" running
	succeeds exec "$CTR" true
}

@test "a start of which a system call fails ends, and the container can be deleted" {
	start_with() {
		problem=
		"$RUNTIME" --root "$STATE_ROOT" create "$CTR" </dev/null &>"$TEST_DIR/create.out" 3>&- 4>&-
		with_fault "$1" "$2" start "$CTR"
		ends_well "$1" "$2" start >"$TEST_DIR/problem" || problem=$(cat "$TEST_DIR/problem")
		delete_container
		was_injected
	}
	sweep start_with
	nothing_left
}
