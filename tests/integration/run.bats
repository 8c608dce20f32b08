#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

@test "run prints what the process prints, on the same streams" {
	set_script 'echo out; echo err >&2'
	succeeds run "$CTR"
	[ "$stdout" = out ]
	[ "$stderr" = err ]
}

@test "run exits with the status of the process" {
	for code in 0 1 2 126 127 255; do
		set_script "exit $code"
		runtime run "$CTR"
		[ "$status" -eq "$code" ]
		[ -z "$output" ]
	done
}

@test "run exits with 128 + signal when the process dies of a signal" {
	# Without a pid namespace of its own the process can kill itself.
	update_config '.linux.namespaces |= map(select(.type != "pid"))'
	for signal in KILL:137 TERM:143 SEGV:139 ABRT:134 USR1:138; do
		# shellcheck disable=SC2016 # the container's shell expands it
		set_script 'kill -'"${signal%:*}"' $$'
		runtime run "$CTR"
		[ "$status" -eq "${signal#*:}" ]
	done
}

@test "run exits with 137 when somebody kills the container" {
	runtime_background run "$CTR"
	wait_for_status "$CTR" running
	succeeds kill "$CTR" KILL
	read_again=$stdout_file
	wait_background
	[ "$status" -eq 137 ]
	[ -e "$read_again" ]
}

@test "run deletes the container when it ends" {
	set_args true
	succeeds run "$CTR"
	absent "$CTR"
	nothing_left
}

@test "run --keep keeps the container, stopped" {
	set_script 'exit 3'
	runtime run --keep "$CTR"
	[ "$status" -eq 3 ]
	has_status "$CTR" stopped
	[ "$(pid_of "$CTR")" = 0 ]
	fails_saying "already exists" run "$CTR"
	succeeds delete "$CTR"
	absent "$CTR"
}

@test "run --detach returns with the container running, whatever holds its output" {
	for option in --detach -d -detach --detach=true; do
		succeeds run "$option" "$CTR"
		[ -z "$output" ]
		has_status "$CTR" running
		succeeds delete --force "$CTR"
	done
}

@test "a detached container keeps the caller's streams" {
	set_script 'cat; sleep 0.2; echo late'
	succeeds run --detach "$CTR" <<<"from stdin"
	inherited=$stdout_file
	wait_for_status "$CTR" stopped
	[ "$(cat "$inherited")" = $'from stdin\nlate' ]
}

@test "run --detach=false stays in the foreground" {
	set_script 'exit 5'
	runtime run --detach=false "$CTR"
	[ "$status" -eq 5 ]
}

@test "run --pid-file writes the pid without a newline" {
	succeeds run --detach --pid-file pid "$CTR"
	[ "$(cat pid)" = "$(pid_of "$CTR")" ]
	[ "$(wc -l <pid)" -eq 0 ]
	[ ! -e .pid ]
}

@test "a foreground run writes the pid file while the process runs" {
	set_term_script
	runtime_background run --pid-file pid "$CTR"
	eventually 5 test -s pid
	wait_for_status "$CTR" running
	[ "$(cat pid)" = "$(pid_of "$CTR")" ]
	kill -TERM "$runtime_pid"
	wait_background
	[ "$status" -eq 0 ]
}

@test "a failed run leaves no pid file and no container" {
	set_args /absent
	for detach in "" --detach; do
		# shellcheck disable=SC2086 # nothing when empty
		fails_saying "run failed: unable to start container process" run $detach --pid-file pid "$CTR"
		[ ! -e pid ]
		[ ! -e .pid ]
		absent "$CTR"
	done
}

@test "run passes stdin through to its end" {
	set_args wc -c
	[ "$(head -c 3000000 /dev/zero | "$RUNTIME" --root "$STATE_ROOT" run "$CTR")" = 3000000 ]
}

@test "run loses nothing of a large output" {
	set_script 'head -c 5000000 /dev/zero | tr "\0" x; echo end >&2'
	[ "$("$RUNTIME" --root "$STATE_ROOT" run "$CTR" 2>/dev/null | wc -c)" -eq 5000000 ]
}

@test "run passes binary data through unchanged in both directions" {
	head -c 1000000 /dev/urandom >data
	set_args cat
	"$RUNTIME" --root "$STATE_ROOT" run "$CTR" <data >copy
	cmp data copy
}

@test "run ends when a reader closes its output" {
	set_script 'while echo y; do :; done'
	first=$("$RUNTIME" --root "$STATE_ROOT" run "$CTR" 2>/dev/null | head -n1)
	[ "$first" = y ]
	eventually 5 test ! -e "$STATE_ROOT/$CTR"
}

@test "run works with stdin, stdout and stderr closed" {
	set_script 'echo hello >/file; exit 4'
	status=0
	"$RUNTIME" --root "$STATE_ROOT" run "$CTR" <&- >&- 2>&- 3>&- || status=$?
	[ "$status" -eq 4 ]
	[ "$(cat rootfs/file)" = hello ]
}

@test "a foreground run forwards signals to the process" {
	set_script 'for s in HUP TERM USR1 USR2 ALRM; do trap "echo $s >>/got" $s; done
		touch /ready; while [ ! -e /end ]; do sleep 0.02; done; exit 9'
	runtime_background run "$CTR"
	eventually 5 test -e rootfs/ready
	for signal in HUP TERM USR1 USR2 ALRM; do
		kill "-$signal" "$runtime_pid"
		eventually 5 grep -qx "$signal" rootfs/got
	done
	touch rootfs/end
	wait_background
	[ "$status" -eq 9 ]
}

@test "a signal that ends the process ends the foreground run with 128 + signal" {
	# As pid 1 of a namespace sleep would not die of a signal it does not handle.
	update_config '.linux.namespaces |= map(select(.type != "pid"))'
	runtime_background run "$CTR"
	wait_for_status "$CTR" running
	eventually 5 grep -q sleep "/proc/$(pid_of "$CTR")/cmdline"
	kill -TERM "$runtime_pid"
	wait_background
	[ "$status" -eq 143 ]
	absent "$CTR"
}

@test "orphans of the container do not keep a foreground run waiting" {
	set_script '(sleep 1000 >/dev/null 2>&1 &) ; exit 6'
	runtime run "$CTR"
	[ "$status" -eq 6 ]
	nothing_left
}

@test "run without a pid namespace kills what the process left behind" {
	update_config '.linux.namespaces |= map(select(.type != "pid"))'
	set_script 'sleep 1000 >/dev/null 2>&1 & exit 6'
	runtime run "$CTR"
	[ "$status" -eq 6 ]
	eventually 3 nothing_left
}

@test "run takes --no-subreaper, --no-pivot, --no-new-keyring and --preserve-fds" {
	set_args echo hello
	succeeds run --no-subreaper --no-pivot --no-new-keyring --preserve-fds 0 "$CTR"
	[ "$output" = hello ]
	succeeds run -no-subreaper -no-pivot -no-new-keyring -preserve-fds=0 "$CTR"
	[ "$output" = hello ]
}

@test "run --bundle changes to the bundle first" {
	set_args echo hello
	cd /
	succeeds run --bundle "$BUNDLE" "$CTR"
	[ "$output" = hello ]
	succeeds run -b="$BUNDLE" "$CTR"
	[ "$output" = hello ]
}

@test "run can be repeated under one id" {
	set_args echo hello
	for _ in 1 2 3 4 5; do
		succeeds run "$CTR"
		[ "$output" = hello ]
	done
}

@test "a background process of the container ends with it when detached" {
	set_script 'sleep 1000 & sleep 0.2'
	succeeds run --detach "$CTR"
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
	nothing_left
}

@test "run and its hooks work where the caller ignores SIGCHLD" {
	set_script 'exit 7'
	update_config '.hooks.createRuntime = [{path: "/bin/true"}]'
	status=0
	timeout --foreground --signal=KILL $((20 * SLOWNESS)) env --ignore-signal=CHLD \
		"$RUNTIME" --root "$STATE_ROOT" run "$CTR" </dev/null 3>&- 4>&- || status=$?
	[ "$status" -eq 7 ]
}
