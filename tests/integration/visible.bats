#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # helpers.bash sets the variables
#
# From its first instruction on a container's program is found by every command.
# ROUNDS=N plays the race so many times.

load helpers

: "${ROUNDS:=10}"

# A container whose program tells by a fifo that it runs, and one that calls a command from outside at that moment.
setup() {
	setup_bundle
	mkdir "$TEST_DIR/f"
	mkfifo "$TEST_DIR/f/here"
	# shellcheck disable=SC2016 # of the container's shell
	set_args /bin/sh -c 'echo here >/f/here; exec sleep 1000'
	update_config '.mounts += [{destination: "/f", type: "bind", source: $s, options: ["bind"]}]' --arg s "$TEST_DIR/f"
	exec 7<>"$TEST_DIR/f/here"
}

# call ARG… is a quick `runtime`; its output is in $said.
call() {
	said=$(timeout --foreground --signal=KILL $((20 * SLOWNESS)) "$RUNTIME" --root "$STATE_ROOT" "$@" 2>&1 </dev/null 3>&- 4>&- 7>&-) && return
	echo "round $round: $*: $said"
	wrong=$((wrong + 1))
}

# at_once COMMAND is the first that hears of the program.
at_once() {
	local line
	read -r -t $((20 * SLOWNESS)) -u 7 line || { echo "round $round: the program does not run" && return 1; }
	case $1 in
	state)
		call state "$CTR"
		[[ $said == *'"status": "running"'* ]] || { echo "round $round: $said" && wrong=$((wrong + 1)); }
		;;
	kill) call kill "$CTR" KILL ;;
	exec) call exec "$CTR" /bin/true ;;
	pause)
		call pause "$CTR"
		call resume "$CTR"
		;;
	delete) call delete --force "$CTR" ;;
	esac
}

# rounds HOW…: starts the container in that way, again and again.
rounds() {
	local commands=(state kill exec pause delete) command pid
	requires cgroup_freezer
	wrong=0
	for ((round = 0; round < ROUNDS; round++)); do
		command=${commands[round % 5]}
		"$@" </dev/null >"$TEST_DIR/out" 2>&1 3>&- 4>&- 7>&- &
		pid=$!
		at_once "$command"
		[[ $command == @(kill|delete) ]] || call kill "$CTR" KILL
		wait "$pid" || true
		timeout --foreground --signal=KILL $((20 * SLOWNESS)) "$RUNTIME" --root "$STATE_ROOT" delete --force "$CTR" 3>&- 4>&- 7>&-
	done
	exec 7>&-
	[ "$wrong" -eq 0 ]
	eventually 3 nothing_left
}

@test "what the program of a foreground run sets off finds the container" {
	rounds "$RUNTIME" --root "$STATE_ROOT" run "$CTR"
}

@test "what the program of a detached run sets off finds the container" {
	rounds "$RUNTIME" --root "$STATE_ROOT" run --detach "$CTR"
}

@test "what the program of a started container sets off finds the container" {
	create_and_start() { "$RUNTIME" --root "$STATE_ROOT" create "$CTR" && "$RUNTIME" --root "$STATE_ROOT" start "$CTR"; }
	rounds create_and_start
}

@test "the program waits until the container can be found, however long that takes" {
	requires strace
	local commands=(state kill exec)
	for round in 0 1 2; do
		wrong=0
		strace -f -qq -o "$TEST_DIR/strace" -e trace=renameat -e inject=renameat:delay_enter=700000 \
			"$RUNTIME" --root "$STATE_ROOT" run "$CTR" </dev/null >"$TEST_DIR/out" 2>&1 3>&- 4>&- 7>&- &
		pid=$!
		BACKGROUND+=("$pid")
		at_once "${commands[round]}"
		runtime kill "$CTR" KILL
		[ "$wrong" -eq 0 ]
		wait "$pid" || true
		grep -q DELAYED "$TEST_DIR/strace"
		succeeds delete --force "$CTR"
	done
}
