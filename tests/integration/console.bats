#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

setup() {
	requires terminal
	setup_bundle
	update_config '.process.terminal = true'
}

# receive NAME… starts the receiver of --console-socket; see tools/console.py.
receive() { tool console "$TEST_DIR/console" "$TEST_DIR/tty" "$@"; }

# received TEXT: the receiver has printed this line.
received() { eventually 5 grep -Eqx "$1" "$TEST_DIR/console.out"; }

# The terminal's output so far, without carriage returns.
tty_output() { tr -d '\r' <"$TEST_DIR/tty"; }

# Field: process.terminal
@test "a foreground run has a terminal of the container's own devpts" {
	set_script 'tty; test -t 0 && test -t 1 && test -t 2 && echo three; ls -l /dev/console'
	in_terminal "$(runtime_command) run $CTR"
	[ "$status" -eq 0 ]
	mapfile -t lines <<<"$output"
	[[ ${lines[0]} =~ ^/dev/(pts/[0-9]+|console)$ ]]
	[ "${lines[1]}" = three ]
	[[ ${lines[2]} == c*/dev/console ]]
}

@test "the terminal is the controlling terminal of a session of its own" {
	set_script 'echo >/dev/tty && read -r a b c d e session terminal rest </proc/self/stat; echo "$session $terminal"'
	in_terminal "$(runtime_command) run $CTR"
	[ "$status" -eq 0 ]
	[[ $output =~ 1\ [1-9][0-9]*$ ]]
}

@test "a foreground run in a terminal exits with the status of the process" {
	set_script 'exit 7'
	in_terminal "$(runtime_command) run $CTR"
	[ "$status" -eq 7 ]
	absent "$CTR"
}

@test "what is typed reaches the process" {
	set_script 'read -r line; echo "got <$line>"'
	in_terminal "$(runtime_command) run $CTR" <<<"some words"
	[ "$status" -eq 0 ]
	says "got <some words>"
}

@test "the interrupt character of the terminal interrupts the process, not the runtime" {
	set_script 'trap "echo interrupted; exit 5" INT; echo ready; while :; do sleep 0.05; done'
	in_terminal "$(runtime_command) run $CTR" < <(
		eventually 5 grep -q ready "$TEST_DIR/stdout.1"
		printf '\003'
	)
	[ "$status" -eq 5 ]
	says interrupted
}

@test "a large output is not cut off when the process ends" {
	set_args seq 1 20000
	in_terminal "$(runtime_command) run $CTR"
	[ "$status" -eq 0 ]
	seq 1 20000 | cmp - "$stdout_file"
}

@test "the container's terminal has the size of the caller's" {
	# The runtime may set it just after the process has started.
	set_script 'sleep 0.3; stty size'
	in_terminal "stty rows 33 cols 44; $(runtime_command) run $CTR"
	[ "$status" -eq 0 ]
	says "33 44"
}

@test "the container's terminal follows when the caller's changes its size" {
	set_script 'trap "stty size; exit 0" WINCH; echo ready; while :; do sleep 0.05; done'
	# shellcheck disable=SC2016 # the inner shell expands it
	in_terminal "stty rows 20 cols 30; $(runtime_command) run $CTR & sleep 1; stty rows 21 cols 31 </dev/tty; wait \$!"
	says "21 31"
}

@test "the caller's terminal is as before when the run ends" {
	set_script 'exit 3'
	in_terminal "stty -a; $(runtime_command) run $CTR; stty -a"
	half=$(($(wc -l <<<"$output") / 2))
	[ "$(head -n "$half" <<<"$output")" = "$(tail -n "$half" <<<"$output")" ]
}

@test "the terminal belongs to the user of the process" {
	update_config '.process.user = {uid: 1000, gid: 1000}'
	set_script 'stat -L -c %u /proc/self/fd/0; echo x >/proc/self/fd/1'
	in_terminal "$(runtime_command) run $CTR"
	[ "$status" -eq 0 ]
	[ "$(head -n1 <<<"$output")" = 1000 ]
}

@test "a foreground run without any terminal fails and leaves nothing" {
	status=0
	setsid -w "$RUNTIME" --root "$STATE_ROOT" run "$CTR" >out 2>err 3>&- || status=$?
	[ "$status" -eq 1 ]
	[ -s err ]
	[ ! -e "$STATE_ROOT/$CTR" ]
}

@test "a detached terminal without a console socket is refused" {
	fails_saying "cannot allocate tty if runc will detach without setting console socket" create "$CTR"
	fails_saying "cannot allocate tty if runc will detach without setting console socket" run --detach "$CTR"
	[ ! -e "$STATE_ROOT/$CTR" ]
}

@test "a console socket without a terminal or without detaching is refused" {
	receive
	text="cannot use console socket if runc will not detach or allocate tty"
	fails_saying "$text" run --console-socket "$TEST_DIR/console" "$CTR"
	update_config '.process.terminal = false'
	fails_saying "$text" create --console-socket "$TEST_DIR/console" "$CTR"
	fails_saying "$text" run --console-socket "$TEST_DIR/console" "$CTR"
	fails_saying "$text" run --detach --console-socket "$TEST_DIR/console" "$CTR"
	[ ! -e "$STATE_ROOT/$CTR" ]
}

@test "a console socket that is absent, no socket or nobody's is an error that leaves nothing" {
	fails_saying "no such file or directory" create --console-socket "$TEST_DIR/absent" "$CTR"
	touch "$TEST_DIR/file"
	fails_saying "connection refused" run --detach --console-socket "$TEST_DIR/file" "$CTR"
	"${PYTHON:-false}" -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$TEST_DIR/dead"
	fails_saying "connection refused" create --console-socket "$TEST_DIR/dead" "$CTR"
	[ ! -e "$STATE_ROOT/$CTR" ]
}

@test "create sends exactly one descriptor, the master, with a name" {
	receive
	succeeds create --console-socket "$TEST_DIR/console" "$CTR"
	[ -z "$output" ]
	# Name (runc's is that of the master, nobody reads it), descriptors, control messages,
	# truncation.
	received 'received /dev/pt[^ ]+ 1 1 0'
	has_status "$CTR" created
}

@test "the terminal of a created container carries its output and its input" {
	set_script 'read -r line; echo "got <$line>"; tty'
	receive $'typed early\n'
	succeeds create --console-socket "$TEST_DIR/console" "$CTR"
	succeeds start "$CTR"
	received end
	[[ $(tty_output) == *"got <typed early>"*/dev/* ]]
}

@test "run --detach sends the terminal, too" {
	set_script 'echo hello; sleep 0.2'
	receive
	succeeds run --detach --console-socket "$TEST_DIR/console" "$CTR"
	received 'received /dev/pt[^ ]+ 1 1 0'
	received end
	[ "$(tty_output)" = hello ]
}

@test "a relative console socket is relative to the bundle" {
	cd /
	receive
	succeeds create --bundle "$BUNDLE" --console-socket ../console "$CTR"
	received 'received /dev/pt[^ ]+ 1 1 0'
}

# Field: process.consoleSize.{height,width}
@test "consoleSize is the size of the terminal" {
	update_config '.process.consoleSize = {height: 12, width: 34}'
	set_args stty size
	receive
	succeeds create --console-socket "$TEST_DIR/console" "$CTR"
	received "size 12 34"
	succeeds start "$CTR"
	received end
	[ "$(tty_output)" = "12 34" ]
}

@test "consoleSize without a terminal is ignored" {
	update_config '.process.terminal = false | .process.consoleSize = {height: 12, width: 34} | .process.args = ["true"]'
	succeeds run "$CTR"
}

# --- exec --------------------------------------------------------------------------

run_without_terminal() {
	update_config '.process.terminal = false'
	succeeds run --detach "$CTR"
}

@test "exec --tty gives the command a terminal" {
	run_without_terminal
	for option in --tty -t -tty --tty=true; do
		in_terminal "$(runtime_command) exec $option $CTR sh -c 'tty; exit 4'"
		[ "$status" -eq 4 ]
		[[ $output =~ ^/dev/pts/[0-9]+$ ]]
	done
}

@test "exec has no terminal without --tty, even where the container has one" {
	receive
	succeeds run --detach --console-socket "$TEST_DIR/console" "$CTR"
	in_terminal "$(runtime_command) exec $CTR tty"
	[ "$status" -eq 1 ]
	says "not a tty"
}

@test "exec --tty reads what is typed and has the caller's size" {
	run_without_terminal
	in_terminal "stty rows 22 cols 55; $(runtime_command) exec -t $CTR sh -c 'read -r l; echo \"<\$l>\"; sleep 0.3; stty size'" <<<"typed"
	[ "$status" -eq 0 ]
	says "<typed>"
	says "22 55"
}

@test "exec --tty loses nothing of a large output" {
	run_without_terminal
	in_terminal "$(runtime_command) exec -t $CTR seq 1 20000"
	[ "$status" -eq 0 ]
	seq 1 20000 | cmp - "$stdout_file"
}

@test "exec --tty --detach sends the terminal to the console socket" {
	run_without_terminal
	receive
	succeeds exec --tty --detach --console-socket "$TEST_DIR/console" "$CTR" sh -c 'tty; echo done'
	received 'received /dev/pt[^ ]+ 1 1 0'
	received end
	[[ $(tty_output) == /dev/pts/*done ]]
}

@test "exec --process with a terminal does the same" {
	run_without_terminal
	jq '.process | .terminal = true | .args = ["stty", "size"] | .consoleSize = {height: 5, width: 6}' config.json >process.json
	receive
	succeeds exec --process process.json --detach --console-socket "$TEST_DIR/console" "$CTR"
	received "size 5 6"
	received end
	[ "$(tty_output)" = "5 6" ]
}

@test "exec refuses the two wrong combinations of terminal and console socket" {
	run_without_terminal
	runtime exec --tty --detach "$CTR" true
	[ "$status" -eq 255 ]
	says "cannot allocate tty if runc will detach without setting console socket"
	runtime exec --console-socket "$TEST_DIR/console" "$CTR" true
	[ "$status" -eq 255 ]
	says "cannot use console socket if runc will not detach or allocate tty"
}

@test "exec --tty without any terminal fails" {
	run_without_terminal
	status=0
	setsid -w "$RUNTIME" --root "$STATE_ROOT" exec --tty "$CTR" true 3>&- >/dev/null 2>&1 || status=$?
	[ "$status" -eq 255 ]
	has_status "$CTR" running
}

@test "what spec writes starts a shell in a terminal" {
	rm config.json
	succeeds spec
	in_terminal "$(runtime_command) run $CTR" <<<'echo $((6 * 7)); exit 9'
	[ "$status" -eq 9 ]
	says 42
}
