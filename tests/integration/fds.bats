#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

setup() {
	setup_bundle
	# Outside the bundle, so that a descriptor of these is the only way to them.
	for name in three four five; do echo "$name" >"$TEST_DIR/$name"; done
}

# A Python program that opens descriptors and runs a command with them. Bash holds its script open, and when a test closes that
# descriptor, bash moves it to another number, which the command would inherit.
open_fds='
import os, sys
wanted, command = sys.argv[1], sys.argv[2:]
os.closerange(3, os.sysconf("SC_OPEN_MAX"))
for number, path in (pair.split("=") for pair in wanted.split()):
    fd = os.open(path, os.O_RDONLY)
    os.dup2(fd, int(number))
    if fd != int(number):
        os.close(fd)
    os.set_inheritable(int(number), True)
os.execvp(command[0], command)'

# with_open "NUMBER=PATH…" ARG…: `runtime` with these descriptors, and none but these from 3 on.
with_open() {
	requires python
	new_output_files
	status=0
	"${LIMIT[@]}" "$PYTHON" -c "$open_fds" "$1" "$RUNTIME" --root "$STATE_ROOT" "${@:2}" >"$stdout_file" 2>"$stderr_file" || status=$?
	read_output "${*:2}"
}

# with_fds ARG…: files as 3, 4 and 5.
with_fds() { with_open "3=$TEST_DIR/three 4=$TEST_DIR/four 5=$TEST_DIR/five" "$@"; }

# with_gaps ARG…: 5 and 7 alone.
with_gaps() { with_open "5=$TEST_DIR/five 7=$TEST_DIR/three" "$@"; }

# with_listen_fds N ARG…: the same with the environment of socket activation.
with_listen_fds() {
	new_output_files
	status=0
	# shellcheck disable=SC2016 # LISTEN_PID is the pid after exec
	LISTEN_FDS=$1 "${LIMIT[@]}" sh -c 'export LISTEN_PID=$$; exec "$@"' sh "$RUNTIME" --root "$STATE_ROOT" "${@:2}" \
		>"$stdout_file" 2>"$stderr_file" 3<"$TEST_DIR/three" 4<"$TEST_DIR/four" 5<"$TEST_DIR/five" || status=$?
	read_output "$*"
}

# Prints the open descriptors of the shell; a glob or ls would show its own as well.
list_fds='n=0; all=; while [ $n -lt 40 ]; do [ ! -L /proc/$$/fd/$n ] || all="$all $n"; n=$((n + 1)); done; echo $all'

@test "a process has stdin, stdout and stderr and nothing else" {
	set_script "$list_fds"
	with_fds run "$CTR"
	[ "$status" -eq 0 ]
	[ "$output" = "0 1 2" ]
}

@test "a created container holds none of the caller's other descriptors" {
	with_fds create "$CTR"
	pid=$(pid_of "$CTR")
	not grep -q . <(find "/proc/$pid/fd" -lname "$TEST_DIR/three" -o -lname "$TEST_DIR/four" -o -lname "$TEST_DIR/five")
	succeeds start "$CTR"
	eventually 5 grep -q sleep "/proc/$pid/cmdline"
	[ "$(find "/proc/$pid/fd" -type l | wc -l)" -eq 3 ]
}

@test "exec has stdin, stdout and stderr and nothing else" {
	succeeds run --detach "$CTR"
	with_fds exec "$CTR" sh -c "$list_fds"
	[ "$status" -eq 0 ]
	[ "$output" = "0 1 2" ]
}

@test "no descriptor of the process leads to a directory of the host" {
	set_script 'for fd in /proc/self/fd/*; do [ ! -d "$fd/." ] || echo "$fd"; done'
	with_fds --log "$TEST_DIR/log" run "$CTR"
	[ -z "$output" ]
	succeeds run --detach --keep "$CTR"
	wait_for_status "$CTR" stopped
}

@test "--preserve-fds hands on that many descriptors from 3 on" {
	set_script "cat <&3; cat <&4; $list_fds"
	with_fds run --preserve-fds 2 "$CTR"
	[ "$status" -eq 0 ]
	[ "$output" = $'three\nfour\n0 1 2 3 4' ]
	set_script "$list_fds"
	with_fds run --preserve-fds=3 "$CTR"
	[ "$output" = "0 1 2 3 4 5" ]
	with_fds run -preserve-fds 0 "$CTR"
	[ "$output" = "0 1 2" ]
}

@test "--preserve-fds of create is kept until start" {
	set_script "cat <&3; cat <&4; $list_fds"
	with_fds create --preserve-fds 2 "$CTR"
	[ "$status" -eq 0 ]
	inherited=$stdout_file
	succeeds start "$CTR"
	wait_for_status "$CTR" stopped
	[ "$(cat "$inherited")" = $'three\nfour\n0 1 2 3 4' ]
}

@test "exec --preserve-fds does the same" {
	succeeds run --detach "$CTR"
	with_fds exec --preserve-fds 3 "$CTR" sh -c "cat <&5; $list_fds"
	[ "$status" -eq 0 ]
	[ "$output" = $'five\n0 1 2 3 4 5' ]
}

@test "a preserved descriptor works in both directions" {
	set_script 'read -r line <&3; echo "got $line" >&4'
	mkfifo in out
	"$RUNTIME" --root "$STATE_ROOT" run --preserve-fds 2 "$CTR" 3<>in 4<>out >/dev/null 2>&1 &
	BACKGROUND+=($!)
	echo question >in
	read -r line <out
	[ "$line" = "got question" ]
	wait $!
}

@test "a create that fails for its descriptors leaves nothing" {
	corten_only "runc leaves the state directory and the cgroups"
	with_listen_fds 200 create "$CTR"
	[ "$status" -eq 1 ]
	[ ! -e "$STATE_ROOT/$CTR" ]
	fails create --pidfd-socket "$TEST_DIR/absent" "$CTR"
	[ ! -e "$STATE_ROOT/$CTR" ]
}

@test "numbers that are closed are not preserved, and nothing of ours is there" {
	corten_only "runc refuses them, or hands on its own descriptors"
	set_script "cat <&5; $list_fds"
	with_gaps run --preserve-fds 3 "$CTR"
	[ "$status" -eq 0 ]
	[ "$output" = $'five\n0 1 2 5' ]
	# Files of our own are open before the numbers are looked at, and others are opened later.
	with_gaps --log "$TEST_DIR/log" --debug run --preserve-fds 5 --pid-file "$TEST_DIR/pid" "$CTR"
	[ "$output" = $'five\n0 1 2 5 7' ]

	with_gaps create --preserve-fds 5 "$CTR-2"
	[ "$status" -eq 0 ]
	inherited=$stdout_file
	succeeds start "$CTR-2"
	wait_for_status "$CTR-2" stopped
	[ "$(cat "$inherited")" = $'five\n0 1 2 5 7' ]
}

@test "nor with exec, as Podman's exec --preserve-fd asks for it" {
	corten_only "runc refuses them, or hands on its own descriptors"
	succeeds run --detach "$CTR"
	with_gaps exec --preserve-fds 3 "$CTR" sh -c "cat <&5; $list_fds"
	[ "$status" -eq 0 ]
	[ "$output" = $'five\n0 1 2 5' ]
	with_gaps --log "$TEST_DIR/log" exec --preserve-fds 5 --cwd / "$CTR" sh -c "cat <&7; $list_fds"
	[ "$output" = $'three\n0 1 2 5 7' ]
	jq '.process' config.json >"$TEST_DIR/process.json"
	with_gaps exec --preserve-fds 1 -t=false "$CTR" sh -c "$list_fds"
	[ "$output" = "0 1 2" ]
}

@test "a number far beyond what is open costs nothing" {
	corten_only "runc refuses it"
	set_script "$list_fds"
	for number in 200 4294967295; do
		with_fds run --preserve-fds "$number" "$CTR"
		[ "$status" -eq 0 ]
		[ "$output" = "0 1 2 3 4 5" ]
	done
}

@test "an exec at the pids limit, which is tried in another way, keeps what it is to preserve" {
	corten_only "runc's own threads are in the container, and need more room"
	requires cgroup_pids
	set_args sleep 600
	update_config '.linux.resources.pids = {limit: 2}'
	succeeds run --detach "$CTR"
	with_gaps exec --preserve-fds 3 "$CTR" cat /dev/fd/5
	[ "$output" = five ]
}

@test "a number of LISTEN_FDS that is closed is an error" {
	corten_only "runc does not look"
	set_script 'true'
	new_output_files
	status=0
	# shellcheck disable=SC2016 # LISTEN_PID is the pid after exec
	LISTEN_FDS=3 sh -c 'export LISTEN_PID=$$; exec "$@"' sh "$RUNTIME" --root "$STATE_ROOT" run "$CTR" \
		>"$stdout_file" 2>"$stderr_file" 3<"$TEST_DIR/three" 4>&- 5<"$TEST_DIR/five" || status=$?
	read_output run
	[ "$status" -eq 1 ]
	says "unable to stat LISTEN_FDS descriptor 1 (of 3)"
}

@test "--preserve-fds takes numbers only" {
	for number in many 1x ""; do
		runtime run --preserve-fds "$number" "$CTR"
		[ "$status" -ne 0 ]
		[ ! -e "$STATE_ROOT/$CTR" ]
	done
}

@test "LISTEN_FDS hands sockets on and tells the process" {
	set_script "cat <&3; cat <&4; echo \$LISTEN_FDS \$LISTEN_PID; $list_fds"
	with_listen_fds 2 run "$CTR"
	[ "$status" -eq 0 ]
	[ "$output" = $'three\nfour\n2 1\n0 1 2 3 4' ]
}

@test "the names of LISTEN_FDNAMES are not handed on" {
	set_script 'env | grep LISTEN_ | cut -d= -f1 | sort'
	LISTEN_FDNAMES=one:two with_listen_fds 2 run "$CTR"
	[ "$status" -eq 0 ]
	[ "$output" = $'LISTEN_FDS\nLISTEN_PID' ]
}

@test "LISTEN_FDS works for create, too" {
	set_script "cat <&3; echo \$LISTEN_FDS \$LISTEN_PID; $list_fds"
	with_listen_fds 1 create "$CTR"
	[ "$status" -eq 0 ]
	inherited=$stdout_file
	succeeds start "$CTR"
	wait_for_status "$CTR" stopped
	[ "$(cat "$inherited")" = $'three\n1 1\n0 1 2 3' ]
}

@test "preserved descriptors come behind those of LISTEN_FDS" {
	set_script "cat <&3; cat <&4; cat <&5; echo \$LISTEN_FDS; $list_fds"
	with_listen_fds 1 run --preserve-fds 2 "$CTR"
	[ "$status" -eq 0 ]
	[ "$output" = $'three\nfour\nfive\n1\n0 1 2 3 4 5' ]
}

@test "LISTEN_FDS meant for another process is ignored" {
	set_script "echo \"<\$LISTEN_FDS \$LISTEN_PID>\"; $list_fds"
	LISTEN_FDS=2 LISTEN_PID=1 with_fds run "$CTR"
	[ "$status" -eq 0 ]
	[ "$output" = $'< >\n0 1 2' ]
	LISTEN_FDS=2 with_fds run "$CTR"
	[ "$output" = $'< >\n0 1 2' ]
}

@test "descriptor numbers are the same when the caller leaves gaps" {
	set_script "cat <&3; $list_fds"
	status=0
	"$RUNTIME" --root "$STATE_ROOT" run --preserve-fds 1 "$CTR" 3<"$TEST_DIR/three" 9<"$TEST_DIR/four" \
		100<"$TEST_DIR/five" >out 2>&1 || status=$?
	[ "$status" -eq 0 ]
	[ "$(cat out)" = $'three\n0 1 2 3' ]
}

# --- pidfd-socket --------------------------------------------------------------------

setup_pidfd() {
	requires python kernel 5.3
	tool pidfd "$TEST_DIR/pidfd" "$@"
}

has_line() { eventually 5 grep -qx "$1" "$TEST_DIR/pidfd.out"; }

@test "create --pidfd-socket sends a pidfd of init" {
	setup_pidfd
	succeeds create --pidfd-socket "$TEST_DIR/pidfd" "$CTR"
	has_line "received standard $(pid_of "$CTR") 1"
	succeeds kill "$CTR" KILL
	has_line ended
}

@test "run --pidfd-socket sends a pidfd that signals init" {
	setup_pidfd 9 "$TEST_DIR/now"
	succeeds run --detach --pidfd-socket "$TEST_DIR/pidfd" --pid-file pid "$CTR"
	has_line "received standard $(cat pid) 1"
	touch "$TEST_DIR/now"
	has_line ended
	wait_for_status "$CTR" stopped
}

@test "exec --pidfd-socket sends a pidfd of the command" {
	succeeds run --detach "$CTR"
	setup_pidfd 9 "$TEST_DIR/now"
	succeeds exec --detach --pid-file pid --pidfd-socket "$TEST_DIR/pidfd" "$CTR" sleep 1000
	has_line "received setns $(cat pid) 1"
	touch "$TEST_DIR/now"
	has_line ended
	has_status "$CTR" running
}

@test "the pidfd has arrived when the runtime returns" {
	setup_pidfd
	succeeds create --pidfd-socket "$TEST_DIR/pidfd" "$CTR"
	# Whatever was sent before is readable from the socket although nobody is left.
	kill -KILL "$(pid_of "$CTR")"
	eventually 5 grep -q "^received standard" "$TEST_DIR/pidfd.out"
}

@test "a pidfd socket that is absent is an error" {
	fails_saying "no such file or directory" create --pidfd-socket "$TEST_DIR/absent" "$CTR"
	fails_saying "no such file or directory" run --detach --pidfd-socket "$TEST_DIR/absent" "$CTR-2"
	succeeds run --detach "$CTR-3"
	runtime exec --pidfd-socket "$TEST_DIR/absent" "$CTR-3" true
	[ "$status" -eq 255 ]
}
