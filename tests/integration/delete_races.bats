#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# `delete` that meets `create` or `run` of the same id: afterwards there is a container that works, or nothing of it.
# RACE_ROUNDS=2000 runs the random part so often.

load helpers

: "${RACE_ROUNDS:=40}"

# delayed CALL WHEN ARG… starts the runtime with that system call of its parent delayed by a second.
delayed() {
	requires strace
	strace -qq -o "$TEST_DIR/strace" -e trace="$1" -e inject="$1:delay_$2=1000000:when=1" \
		"$RUNTIME" --root "$STATE_ROOT" "${@:3}" >"$TEST_DIR/delayed.log" 2>&1 3>&- 4>&- &
	runtime_pid=$!
	BACKGROUND+=("$runtime_pid")
	eventually 5 test -d "$STATE_ROOT/$CTR"
}

# whole ID PID-FILE: the container is there with all that belongs to it, or nothing of it is.
whole() {
	local pid
	pid=$(cat "$2" 2>/dev/null || true)
	if [ -e "$STATE_ROOT/$1" ]; then
		case $(status_of "$1") in
		created | running) [ "$(pid_of "$1")" = "$pid" ] ;;
		*) false ;;
		esac
	else
		[ -z "$pid" ] || is_gone "$pid"
	fi
}

@test "delete that sees an id claimed waits for the state, and then obeys it" {
	corten_only "runc has no lock, and removes what its create is about to use"
	delayed flock exit run --detach --pid-file pid "$CTR"
	fails_saying "cannot delete container $CTR that is not stopped: running" delete "$CTR"
	wait "$runtime_pid"
	has_status "$CTR" running
	[ "$(pid_of "$CTR")" = "$(cat pid)" ]
	succeeds delete --force "$CTR"
	nothing_left
}

@test "delete --force that sees an id claimed removes the container that comes of it" {
	corten_only "runc has no lock, and removes what its create is about to use"
	for command in create "run --detach"; do
		rm -f pid
		# shellcheck disable=SC2086
		delayed flock exit $command --pid-file pid "$CTR"
		succeeds delete --force "$CTR"
		wait "$runtime_pid" || true
		[ ! -e "$STATE_ROOT/$CTR" ]
		is_gone "$(cat pid)"
		nothing_left
	done
}

@test "create whose claim is taken for leftovers claims the id again" {
	corten_only "runc has no lock, and removes what its create is about to use"
	for option in "" --force; do
		delayed flock enter create "$CTR"
		runtime delete $option "$CTR"
		[ "$status" -eq 0 ] || says "does not exist"
		wait "$runtime_pid"
		has_status "$CTR" created
		succeeds delete --force "$CTR"
		nothing_left
	done
}

@test "a foreground run does not clear away its successor" {
	corten_only "runc's run removes by name, too"
	requires strace
	# The run hears that its container has ended while the delete is still at it, and is then slow to clear away.
	strace -qq -o "$TEST_DIR/strace" -e trace=rmdir -e inject=rmdir:delay_enter=800000:when=1 \
		"$RUNTIME" --root "$STATE_ROOT" run "$CTR" >"$TEST_DIR/run.log" 2>&1 3>&- 4>&- &
	local first=$!
	BACKGROUND+=("$first")
	wait_for_status "$CTR" running
	succeeds delete --force "$CTR"
	succeeds run --detach "$CTR"
	wait "$first" || true
	has_status "$CTR" running
	succeeds exec "$CTR" true
	succeeds delete --force "$CTR"
	nothing_left
}

# race COMMAND… meets a delete at a random moment.
race() {
	local runtime_pid delete_pid
	rm -f pid
	"$RUNTIME" --root "$STATE_ROOT" "$@" --pid-file pid "$CTR" >"$TEST_DIR/made.log" 2>&1 3>&- 4>&- &
	runtime_pid=$!
	BACKGROUND+=("$runtime_pid")
	sleep "0.00$((RANDOM % 10))"
	# shellcheck disable=SC2086
	"$RUNTIME" --root "$STATE_ROOT" delete $force "$CTR" >"$TEST_DIR/delete.log" 2>&1 3>&- 4>&- &
	delete_pid=$!
	BACKGROUND+=("$delete_pid")
	made=0 deleted=0
	wait "$runtime_pid" || made=$?
	wait "$delete_pid" || deleted=$?
	BACKGROUND=()
}

@test "create and run that meet delete at whatever moment leave a container or nothing" {
	corten_only "runc has no lock: it loses containers here"
	local round command
	for ((round = 0; round < RACE_ROUNDS; round++)); do
		if ((round % 2)); then force=--force; else force=""; fi
		if ((round % 4 < 2)); then command=(create); else command=(run --detach); fi
		race "${command[@]}"
		echo "round $round: ${command[*]} $made, delete $force $deleted"
		cat "$TEST_DIR/made.log" "$TEST_DIR/delete.log"
		whole "$CTR" pid
		((made == 0)) || { [ -n "$force" ] && [ ! -e "$STATE_ROOT/$CTR" ]; }
		((deleted == 0)) || grep -qE 'does not exist|that is not stopped: (running|creating)' "$TEST_DIR/delete.log"
		"$RUNTIME" --root "$STATE_ROOT" delete --force "$CTR" 3>&- 4>&-
		[ ! -e "$STATE_ROOT/$CTR" ]
	done
	nothing_left
}
