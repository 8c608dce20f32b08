#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Several runtimes at one container, and runtimes and inits that are killed at whatever
# moment. Each loop walks through the moments; teardown finds what stays behind.

load helpers

# start_in_background NAME ARG… starts the runtime; its output goes to $TEST_DIR/NAME.log.
start_in_background() {
	"$RUNTIME" --root "$STATE_ROOT" "${@:2}" >"$TEST_DIR/$1.log" 2>&1 3>&- 4>&- &
	runtime_pid=$!
	BACKGROUND+=("$runtime_pid")
}

# nap MILLISECONDS
nap() { sleep "$(printf '0.%03d' "$1")"; }

# The time a create takes, in milliseconds: how far the loops have to walk.
measure_create() {
	local before after
	before=$(date +%s%N)
	succeeds create "$CTR-measure"
	after=$(date +%s%N)
	succeeds delete --force "$CTR-measure"
	create_ms=$(((after - before) / 1000000 + 1))
	((create_ms < 300)) || create_ms=300
}

@test "of several creates with one id exactly one wins, and its container works" {
	for round in 1 2 3 4; do
		id=$CTR-$round
		pids=()
		for n in 1 2 3 4; do
			start_in_background "create.$n" create --pid-file "$TEST_DIR/pid.$round.$n" "$id"
			pids+=("$runtime_pid")
		done
		wins=0
		for n in 0 1 2 3; do
			if wait "${pids[n]}"; then wins=$((wins + 1)) winner=$((n + 1)); fi
		done
		[ "$wins" -eq 1 ]
		[ "$(cat "$TEST_DIR/pid.$round.$winner")" = "$(pid_of "$id")" ]
		[ "$(find "$TEST_DIR" -name "pid.$round.*" | wc -l)" -eq 1 ]
		succeeds start "$id"
		has_status "$id" running
		succeeds delete --force "$id"
	done
}

@test "creates with different ids from one bundle do not disturb each other" {
	pids=()
	for n in 1 2 3 4 5 6 7 8; do
		start_in_background "run.$n" run --detach "$CTR-$n"
		pids+=("$runtime_pid")
	done
	for pid in "${pids[@]}"; do wait "$pid"; done
	for n in 1 2 3 4 5 6 7 8; do has_status "$CTR-$n" running; done
	succeeds list --quiet
	[ "$(wc -l <"$stdout_file")" -eq 8 ]
}

@test "several deletes of one container leave nothing and nobody hangs" {
	for _ in 1 2 3; do
		succeeds run --detach "$CTR"
		pids=()
		for n in 1 2 3 4; do
			start_in_background "delete.$n" delete --force "$CTR"
			pids+=("$runtime_pid")
		done
		for pid in "${pids[@]}"; do wait "$pid" || true; done
		succeeds delete --force "$CTR"
		[ ! -e "$STATE_ROOT/$CTR" ]
	done
	eventually 3 nothing_left
}

@test "start and delete at once leave nothing" {
	for _ in 1 2 3 4 5; do
		succeeds create "$CTR"
		start_in_background start start "$CTR"
		starter=$runtime_pid
		runtime delete --force "$CTR"
		wait "$starter" || true
		succeeds delete --force "$CTR"
	done
	eventually 3 nothing_left
}

@test "kill and delete while the container ends by itself report no nonsense" {
	set_script 'sleep 0.05'
	for delay in 20 40 60 80; do
		succeeds run --detach "$CTR"
		nap "$delay"
		runtime kill "$CTR" KILL
		[ "$status" -eq 0 ] || says "container not running"
		eventually 5 has_status "$CTR" stopped
		succeeds delete "$CTR"
	done
}

@test "state and list never fail strangely while containers come and go" {
	(
		trap 'exit 0' TERM
		while :; do
			"$RUNTIME" --root "$STATE_ROOT" run --detach "$CTR" >/dev/null 2>&1
			"$RUNTIME" --root "$STATE_ROOT" delete --force "$CTR" >/dev/null 2>&1
		done
	) 3>&- 4>&- &
	churn=$!
	BACKGROUND+=("$churn")
	for _ in {1..60}; do
		runtime state "$CTR"
		if [ "$status" -eq 0 ]; then
			[[ $stdout == "{"*"}" ]]
		else
			says "does not exist"
		fi
		runtime list --format json
		[ "$status" -eq 0 ]
		[[ $stdout == null || $stdout == "[{"*"}]" ]]
	done
	kill -TERM "$churn"
	wait "$churn" || true
}

@test "exec and the end of the container at once: a status or 255, and no hang" {
	for delay in 0 5 10 20 40; do
		succeeds run --detach "$CTR"
		start_in_background exec exec "$CTR" sleep 1000
		nap "$delay"
		runtime kill "$CTR" KILL
		[ "$status" -eq 0 ]
		code=0
		wait "$runtime_pid" || code=$?
		[[ $code == 137 || $code == 255 ]]
		wait_for_status "$CTR" stopped
		succeeds delete "$CTR"
	done
}

@test "a create killed at any moment is cleaned up by delete --force" {
	corten_only "runc loses the cgroups of a create that is killed before it has written its state"
	measure_create
	for step in {0..15}; do
		start_in_background create create "$CTR"
		nap $((create_ms * step / 12))
		kill -KILL "$runtime_pid" 2>/dev/null || true
		wait "$runtime_pid" 2>/dev/null || true
		succeeds delete --force "$CTR"
		[ ! -e "$STATE_ROOT/$CTR" ]
		eventually 3 nothing_left
	done
}

@test "after a create was killed the id can be used again" {
	measure_create
	for step in {0..7}; do
		start_in_background create create "$CTR-$step"
		nap $((create_ms * step / 7))
		kill -KILL "$runtime_pid" 2>/dev/null || true
		wait "$runtime_pid" 2>/dev/null || true
		succeeds delete --force "$CTR-$step"
		succeeds run --detach "$CTR-$step"
		has_status "$CTR-$step" running
		succeeds delete --force "$CTR-$step"
	done
}

@test "a foreground run killed at any moment is cleaned up by delete --force" {
	corten_only "runc loses the cgroups of a run that is killed before it has written its state"
	measure_create
	for step in {0..11}; do
		start_in_background run run "$CTR"
		nap $((create_ms * step / 8))
		kill -KILL "$runtime_pid" 2>/dev/null || true
		wait "$runtime_pid" 2>/dev/null || true
		succeeds delete --force "$CTR"
		eventually 3 nothing_left
	done
}

@test "an init killed at any moment of create is an error or a stopped container" {
	measure_create
	for step in {1..10}; do
		start_in_background create create "$CTR"
		nap $((create_ms * step / 10))
		# The runtime's child, wherever it has got to.
		pkill -KILL -P "$runtime_pid" 2>/dev/null || true
		if wait "$runtime_pid"; then
			[[ $(status_of "$CTR") == @(created|stopped) ]]
		else
			[ -s "$TEST_DIR/create.log" ]
		fi
		succeeds delete --force "$CTR"
	done
	eventually 3 nothing_left
}

@test "a detached run whose init is killed at any moment can be deleted" {
	measure_create
	for step in {1..8}; do
		start_in_background run run --detach --pid-file pid "$CTR"
		nap $((create_ms * step / 6))
		[ ! -s pid ] || kill -KILL "$(cat pid)" 2>/dev/null || true
		wait "$runtime_pid" || true
		succeeds delete --force "$CTR"
		rm -f pid
	done
	eventually 3 nothing_left
}

@test "an exec killed at any moment leaves the container as it was" {
	succeeds run --detach "$CTR"
	for delay in 0 2 5 10 20 40 80; do
		start_in_background exec exec "$CTR" sleep 0.2
		nap "$delay"
		kill -KILL "$runtime_pid" 2>/dev/null || true
		wait "$runtime_pid" 2>/dev/null || true
		has_status "$CTR" running
		succeeds exec "$CTR" echo alive
		[ "$output" = alive ]
	done
	has_only_init() {
		succeeds ps --format json "$CTR"
		[ "$stdout" = "[$(pid_of "$CTR")]" ]
	}
	requires ps
	eventually 5 has_only_init
}

@test "a start killed at any moment leaves a container that can be deleted" {
	for delay in 0 1 2 4 8 16; do
		succeeds create "$CTR"
		start_in_background start start "$CTR"
		nap "$delay"
		kill -KILL "$runtime_pid" 2>/dev/null || true
		wait "$runtime_pid" 2>/dev/null || true
		[[ $(status_of "$CTR") == @(created|running) ]]
		succeeds delete --force "$CTR"
	done
}

@test "a delete killed at any moment can be finished by another" {
	for delay in 0 1 2 4 8 16 32 64; do
		succeeds run --detach "$CTR"
		start_in_background delete delete --force "$CTR"
		nap "$delay"
		kill -KILL "$runtime_pid" 2>/dev/null || true
		wait "$runtime_pid" 2>/dev/null || true
		succeeds delete --force "$CTR"
		[ ! -e "$STATE_ROOT/$CTR" ]
	done
	eventually 3 nothing_left
}

@test "a pause killed at any moment does not keep delete from its work" {
	requires cgroup_freezer
	for delay in 0 1 2 4 8; do
		succeeds run --detach "$CTR"
		start_in_background pause pause "$CTR"
		nap "$delay"
		kill -KILL "$runtime_pid" 2>/dev/null || true
		wait "$runtime_pid" 2>/dev/null || true
		succeeds delete --force "$CTR"
	done
	eventually 3 nothing_left
}

@test "a hundred containers in a row leave nothing" {
	set_args true
	for n in {1..50}; do
		"$RUNTIME" --root "$STATE_ROOT" run "$CTR-$n" </dev/null &>"$TEST_DIR/out" 3>&-
		"$RUNTIME" --root "$STATE_ROOT" run --keep "$CTR-$n" </dev/null &>"$TEST_DIR/out" 3>&-
		"$RUNTIME" --root "$STATE_ROOT" delete "$CTR-$n" 3>&-
	done
	eventually 3 nothing_left
}

@test "two hundred containers, eight at a time, leave nothing" {
	set_args true
	run_many 200
	eventually 3 nothing_left
}

@test "what init fails of is said, however late the parent listens" {
	corten_only "it is our protocol that is slowed down"
	requires strace
	update_config '.linux.sysctl = {"kernel.msgmax": "nonsense"}'
	status=0
	strace -qq -o "$TEST_DIR/strace" -e trace=sendmsg -e inject=sendmsg:delay_exit=300000 \
		"$RUNTIME" --root "$STATE_ROOT" run "$CTR" </dev/null >"$TEST_DIR/out" 2>&1 || status=$?
	[ "$status" -eq 1 ]
	grep -q INJECTED "$TEST_DIR/strace" || grep -q DELAYED "$TEST_DIR/strace"
	cat "$TEST_DIR/out"
	grep -q msgmax "$TEST_DIR/out"
	absent "$CTR"
	nothing_left
}

@test "what init fails of is said, though its maker names it only afterwards" {
	corten_only "it is our protocol that is slowed down"
	requires strace
	late() {
		status=0
		strace -f -qq -o "$TEST_DIR/strace" -e trace=clone3 -e inject=clone3:delay_exit=300000 \
			"$RUNTIME" --root "$STATE_ROOT" "$@" "$CTR" </dev/null >"$TEST_DIR/out" 2>&1 || status=$?
		cat "$TEST_DIR/out"
		[ "$status" -ne 0 ]
		grep -q DELAYED "$TEST_DIR/strace"
	}
	set_args /etc/passwd
	late run
	grep -qF 'unable to start container process: error during container init: exec: \"/etc/passwd\": permission denied' "$TEST_DIR/out"
	late create
	grep -qF 'error during container init: exec: \"/etc/passwd\": permission denied' "$TEST_DIR/out"
	nothing_left
}

@test "what fails once the stage has cloned itself leaves no process unwaited for" {
	corten_only "it is our protocol that is slowed down"
	requires strace
	cat >"$TEST_DIR/hook" <<-'END'
		#!/bin/sh
		cat >/dev/null
		echo "$$" $(cat /proc/$PPID/task/*/children) >"${0%/*}/children"
	END
	chmod 755 "$TEST_DIR/hook"
	update_config '.hooks.poststop = [{path: $h}] | .linux.resources.cpu.period = 1' --arg h "$TEST_DIR/hook"
	status=0
	strace -f -qq -o "$TEST_DIR/strace" -e trace=write -e inject=write:delay_enter=100000 \
		"$RUNTIME" --root "$STATE_ROOT" run "$CTR" </dev/null >"$TEST_DIR/out" 2>&1 || status=$?
	cat "$TEST_DIR/out"
	[ "$status" -eq 1 ]
	read -r hook children <"$TEST_DIR/children"
	[ "$children" = "$hook" ]
	nothing_left
}

@test "an init that is killed once it has a clone in a joined pid namespace is a failure, and no hang" {
	corten_only "it is our protocol that is slowed down"
	requires strace
	unshare --pid --fork sleep 1000 3>&- 4>&- &
	local holder=$! victim
	eventually 5 pgrep -P "$holder"
	update_config '.linux.namespaces |= map(if .type == "pid" then .path = $p else . end)' \
		--arg p "/proc/$(pgrep -P "$holder")/ns/pid"
	# Init's clone3 takes its time to return, when there is the clone already.
	strace -f -qq -o "$TEST_DIR/strace" -e trace=clone3 -e inject=clone3:delay_exit=1000000 \
		"$RUNTIME" --root "$STATE_ROOT" create "$CTR" </dev/null >"$TEST_DIR/out" 2>&1 3>&- 4>&- &
	local tracer=$!
	third_child() {
		local command
		command=$(pgrep -P "$tracer") && read -r _ victim _ < <(grep -E '^[0-9]+ [0-9]+ [0-9]+' "/proc/$command/task/$command/children")
	}
	eventually 10 third_child
	kill -KILL "$victim"
	ended() { ! kill -0 "$tracer" 2>/dev/null; }
	eventually 10 ended || { pkill -KILL -P "$tracer"; false; }
	pkill -KILL -P "$holder"
	wait "$holder" || true
	cat "$TEST_DIR/out"
	grep -q 'was ended before' "$TEST_DIR/out"
	nothing_left
}

@test "nobody enters a container that is still being made" {
	cat >"$TEST_DIR/hook" <<-END
		#!/bin/sh
		cat >/dev/null
		"$RUNTIME" --root "$STATE_ROOT" exec "$CTR" true >"$TEST_DIR/exec.out" 2>&1 && touch "$TEST_DIR/entered"
		"$RUNTIME" --root "$STATE_ROOT" state "$CTR" >"$TEST_DIR/state.out" 2>&1
		touch "$TEST_DIR/called"
	END
	chmod 755 "$TEST_DIR/hook"
	set_args sleep 1000
	update_config '.hooks.createRuntime = [{path: $h}]' --arg h "$TEST_DIR/hook"
	succeeds run --detach "$CTR"
	[ -e "$TEST_DIR/called" ]
	[ ! -e "$TEST_DIR/entered" ]
	not grep -qE '"status": "(created|running)"' "$TEST_DIR/state.out"
	succeeds exec "$CTR" true
}
