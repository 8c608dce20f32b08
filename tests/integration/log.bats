#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What engines read when something went wrong: the last JSON line of level error
# (containerd), the whole file as one JSON object (podman), or stderr (conmon).

load helpers

# is_error_line 'TEXT' FILE: FILE is one line of JSON, an error that contains TEXT.
is_error_line() {
	[ "$(wc -l <"$2")" -eq 1 ]
	jq -e --arg text "$1" '.level == "error" and (.msg | contains($text)) and
		(.time | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"))' "$2"
}

@test "an error goes to stderr as one line of text" {
	fails state "$CTR"
	[ -z "$stdout" ]
	[[ $stderr =~ ^time=\"[0-9T:Z+-]+\"\ level=error\ msg=\"container\ does\ not\ exist[^\"]*\"$ ]]
	[ "$(wc -l <"$stderr_file")" -eq 1 ]
}

@test "--log-format json prints the error as one line of JSON, keys in logrus's order" {
	fails --log-format json state "$CTR"
	is_error_line "container does not exist" "$stderr_file"
	[ "$(jq -c keys_unsorted "$stderr_file")" = '["level","msg","time"]' ]
}

@test "--log FILE gets the line, and stderr the bare text" {
	fails --log log state "$CTR"
	[[ $stderr == "container does not exist"* ]]
	[[ $(cat log) =~ ^time=\"[0-9T:Z+-]+\"\ level=error\ msg=\"container\ does\ not\ exist[^\"]*\"$ ]]
}

@test "--log FILE --log-format json gets exactly one JSON object on failure" {
	set_args /absent
	for command in create run "run --detach"; do
		rm -f log.json
		# shellcheck disable=SC2086 # words
		fails --log log.json --log-format json $command "$CTR"
		is_error_line "${command%% *} failed: unable to start container process: error during container init" log.json
		is_error_line "stat /absent: no such file or directory" log.json
		# conmon takes the text from stderr; it is the same.
		[ "$(jq -r .msg log.json)" = "$stderr" ]
	done
}

@test "a failed exec writes exactly one JSON object, too" {
	succeeds run --detach "$CTR"
	runtime --log log.json --log-format json exec "$CTR" no-such-program
	[ "$status" -eq 255 ]
	is_error_line 'exec failed: unable to start container process: exec: "no-such-program": executable file not found in $PATH' log.json
	[ "$(jq -r .msg log.json)" = "$stderr" ]
}

@test "every failing command writes exactly one JSON object" {
	for command in "start $CTR" "state $CTR" "kill $CTR 9" "delete $CTR" "pause $CTR" "resume $CTR" "ps $CTR" \
		"exec $CTR true" "update $CTR" "events $CTR" "list --format yaml" "create --bundle /absent $CTR"; do
		rm -f log.json
		# shellcheck disable=SC2086 # words
		runtime --log log.json --log-format json $command
		[ "$status" -ne 0 ]
		is_error_line "" log.json
	done
}

@test "success writes nothing into the log and nothing on stderr" {
	for command in "create $CTR" "start $CTR" "state $CTR" "list" "exec $CTR true" "pause $CTR" "resume $CTR" \
		"kill $CTR KILL" "delete --force $CTR"; do
		# shellcheck disable=SC2086 # words
		succeeds --log log.json --log-format json $command
		[ -z "$stderr" ]
	done
	[ ! -s log.json ]
}

@test "the log file is appended to, never truncated" {
	echo "from an earlier call" >log
	fails --log log state "$CTR"
	fails --log log state "$CTR"
	[ "$(wc -l <log)" -eq 3 ]
	[ "$(head -n1 log)" = "from an earlier call" ]
}

@test "a new log file is for its owner to write and for others to read" {
	umask 022
	fails --log log state "$CTR"
	[ "$(stat -c %a log)" = 644 ]
}

@test "a relative log file is relative to where the runtime was started, not to the bundle" {
	cd "$TEST_DIR"
	set_args_of_bundle=$(jq -c '.process.args = ["/absent"]' b/config.json)
	printf '%s' "$set_args_of_bundle" >b/config.json
	fails --log log.json --log-format json run --bundle b "$CTR"
	is_error_line "no such file" log.json
	[ ! -e b/log.json ]
}

@test "quotes, newlines and other bytes of a message are escaped" {
	set_args $'/a"b\nc\\d'
	fails --log log.json --log-format json run "$CTR"
	is_error_line "" log.json
	fails run "$CTR"
	[ "$(wc -l <"$stderr_file")" -eq 1 ]
	[[ $stderr == 'time="'*'" level=error msg="'*'"' ]]
}

@test "--debug adds lines of level debug, all of them JSON" {
	set_args /absent
	fails --debug --log log.json --log-format json run "$CTR"
	[ "$(jq -s 'length > 1' log.json)" = true ]
	[ "$(jq -r 'select(.level == "error").level' log.json | wc -l)" -ge 1 ]
	jq -es 'map(.level) - ["debug", "info", "warning", "error"] == []' log.json
	# containerd takes the last one of level error.
	jq -es 'map(select(.level == "error")) | last | .msg | contains("/absent")' log.json
}

@test "--debug has the marks that scripts look for" {
	set_args sleep 600
	update_config '.process.execCPUAffinity.initial = "0"'
	succeeds --debug --log "$TEST_DIR/run.log" run --detach "$CTR"
	grep -qF "nsexec container setup" "$TEST_DIR/run.log"
	grep -qF "child process in init()" "$TEST_DIR/run.log"
	grep -qF "init: closing the pipe to signal completion" "$TEST_DIR/run.log"
	succeeds --debug --log "$TEST_DIR/exec.log" exec "$CTR" true
	grep -qF "nsexec container setup" "$TEST_DIR/exec.log"
	grep -q "nsexec.*: affinity: 0x1[^0-9a-f]" "$TEST_DIR/exec.log"
	grep -qF "setns_init: about to exec" "$TEST_DIR/exec.log"
	succeeds exec "$CTR" true
	[ -z "$output" ]
}

@test "--debug on stderr does not change a command's output" {
	succeeds create "$CTR"
	succeeds state "$CTR"
	plain=$stdout
	succeeds --debug state "$CTR"
	[ "$stdout" = "$plain" ]
	succeeds --debug=false state "$CTR"
	[ -z "$stderr" ]
}

@test "a warning is a line of level warning, and the command succeeds" {
	update_config '.process.capabilities.bounding += ["CAP_BOGUS"] | .process.args = ["true"]'
	succeeds --log log.json --log-format json run "$CTR"
	jq -e '.level == "warning" and (.msg | contains("CAP_BOGUS"))' log.json
	[ -z "$stderr" ]
}

@test "the process in the container does not get the log file" {
	set_script 'ls -l /proc/self/fd; ls /proc/self/fd | wc -l'
	succeeds --debug --log "$TEST_DIR/log" run "$CTR"
	not grep -q log "$stdout_file"
}

@test "other log formats and files that cannot be opened are errors" {
	fails_saying "invalid log-format: xml" --log-format xml list
	fails_saying "no such file or directory" --log "$TEST_DIR/absent/log" list
	fails_saying "is a directory" --log "$TEST_DIR" list
}
