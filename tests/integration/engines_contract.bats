#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The calls of containerd's shim (through go-runc), conmon, podman and CRI-O, word for
# word, and what they do with the answers.

load helpers

# containerd ARG…: go-runc's order of the global options; the log lies in the bundle.
containerd() {
	runtime_plain --root "$STATE_ROOT" --log "$BUNDLE/log.json" --log-format json "$@"
}

# The shim's idea of an error: the last line of level error in the whole log.
containerd_error() { jq -rs 'map(select(.level == "error")) | last | .msg' "$BUNDLE/log.json"; }

# combined_json ARG…: stdout and stderr together are one JSON value.
combined_json() {
	containerd "$@"
	[ "$status" -eq 0 ]
	cat "$stdout_file" "$stderr_file" >combined
	jq -es 'length == 1' combined
}

write_process() {
	cp config.json kept.json
	set_args "$@"
	jq .process config.json >process.json
	mv kept.json config.json
}

@test "containerd: create, start, state, exec, kill and delete" {
	set_term_script
	containerd create --bundle "$BUNDLE" --pid-file "$BUNDLE/init.pid" "$CTR"
	[ "$status" -eq 0 ]
	[[ $(cat init.pid) =~ ^[0-9]+$ ]]
	[ "$(wc -l <init.pid)" -eq 0 ]
	containerd start "$CTR"
	[ "$status" -eq 0 ]
	combined_json state "$CTR"
	jq -e --argjson pid "$(cat init.pid)" '.pid == $pid and .status == "running"' combined
	write_process sh -c 'echo hello; sleep 1000'
	containerd exec --process "$BUNDLE/process.json" --detach --pid-file "$BUNDLE/exec.pid" "$CTR"
	[ "$status" -eq 0 ]
	inherited=$stdout_file
	eventually 5 grep -qx hello "$inherited"
	[[ $(cat exec.pid) =~ ^[0-9]+$ ]]
	eventually 5 grep -q '[1-9]' <(sed -n 's/^SigCgt:\t//p' "/proc/$(cat init.pid)/status")
	containerd kill "$CTR" 15
	[ "$status" -eq 0 ]
	wait_for_status "$CTR" stopped
	containerd kill --all "$CTR" 9
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	containerd delete "$CTR"
	[ "$status" -eq 0 ]
	[ ! -s log.json ]
}

@test "containerd: stdout and stderr of state, list, features and ps decode as JSON" {
	combined_json list --format=json
	jq -e '. == null' combined
	combined_json features
	succeeds run --detach "$CTR"
	combined_json state "$CTR"
	combined_json list --format=json
	jq -e --arg id "$CTR" '[.[].id] == [$id]' combined
	combined_json ps --format json "$CTR"
	jq -e --argjson pid "$(pid_of "$CTR")" '. == [$pid]' combined
	combined_json events --stats "$CTR"
	jq -e --arg id "$CTR" '.type == "stats" and .id == $id and (.data | has("cpu") and has("memory") and has("pids"))' combined
}

@test "containerd: ps takes its options as one argument, docker top's too" {
	requires ps
	succeeds run --detach "$CTR"
	containerd ps --format table "$CTR" -eopid,comm
	[ "$status" -eq 0 ]
	[[ $(head -n1 "$stdout_file") =~ ^\ *PID\ COMMAND ]]
	[ "$(wc -l <"$stdout_file")" -eq 2 ]
	containerd ps --format table "$CTR" -ef
	[ "$status" -eq 0 ]
	[ "$(wc -l <"$stdout_file")" -eq 2 ]
}

@test "containerd: --rootless=false, --systemd-cgroup=false and --debug are taken" {
	runtime_plain --root "$STATE_ROOT" --debug --log "$BUNDLE/log.json" --log-format json --rootless=false create \
		--bundle "$BUNDLE" --pid-file "$BUNDLE/init.pid" --no-pivot --no-new-keyring --preserve-fds 0 "$CTR"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	jq -es 'map(select(.level == "error")) == []' log.json
}

@test "containerd: the last error of the log is the reason of the failure" {
	echo '{"level":"error","msg":"old","time":"2020-01-01T00:00:00Z"}' >log.json
	set_args no-such-program
	runtime_plain --root "$STATE_ROOT" --debug --log "$BUNDLE/log.json" --log-format json create --bundle "$BUNDLE" "$CTR"
	[ "$status" -eq 1 ]
	[[ $(containerd_error) == *'executable file not found in $PATH'* ]]
}

@test "containerd: the texts that mean not found" {
	containerd kill "$CTR" 9
	[ "$status" -ne 0 ]
	[[ $(containerd_error) == *"does not exist"* ]]
	containerd state "$CTR"
	[ "$status" -ne 0 ]
	[[ $output == *"does not exist"* ]]
	containerd delete "$CTR"
	[[ $(containerd_error) == *"does not exist"* ]]
	set_args true
	succeeds run --keep "$CTR"
	containerd kill "$CTR" 9
	[[ $(containerd_error) == *"container not running"* ]]
	containerd delete --force "$CTR"
	[ "$status" -eq 0 ]
	containerd delete --force "$CTR"
	[ "$status" -eq 0 ]
}

@test "containerd: update reads resources from stdin" {
	requires cgroup_pids
	succeeds run --detach "$CTR"
	containerd update --resources=- "$CTR" <<<'{"pids": {"limit": 77}}'
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$(cat "$(cgroup_dir "$(pid_of "$CTR")" pids)/pids.max")" = 77 ]
}

@test "containerd: pause, resume and the freezer" {
	requires cgroup_freezer
	succeeds run --detach "$CTR"
	containerd pause "$CTR"
	[ "$status" -eq 0 ]
	combined_json state "$CTR"
	jq -e '.status == "paused"' combined
	containerd resume "$CTR"
	[ "$status" -eq 0 ]
	[ ! -s log.json ]
}

@test "go-runc: run with its options, one of them with a single dash" {
	set_args true
	containerd run --bundle "$BUNDLE" --pid-file "$BUNDLE/init.pid" --detach -no-subreaper "$CTR"
	[ "$status" -eq 0 ]
	wait_for_status "$CTR" stopped
}

@test "go-runc: --version has the three prefixes" {
	ln -s "$(readlink -f "$RUNTIME")" runc
	RUNTIME=$PWD/runc runtime_plain --version
	[ "$status" -eq 0 ]
	cat "$stdout_file" "$stderr_file" >combined
	grep -Eq '^runc version [^ ]+' combined
	grep -Eq '^spec: [^ ]+' combined
}

@test "a shim that is a subreaper reaps init and gets its status" {
	requires python
	set_script 'sleep 0.1; exit 7'
	run "$PYTHON" "$INTEGRATION_DIR/tools/reaper.py" pid \
		"$RUNTIME" --root "$STATE_ROOT" create --bundle "$BUNDLE" --pid-file pid "$CTR" \
		--then "$RUNTIME" --root "$STATE_ROOT" start "$CTR" 3>&-
	[ "$status" -eq 0 ]
	[ "$output" = "child 7" ]
}

@test "a shim that is a subreaper reaps a detached exec and gets its status" {
	requires python
	succeeds run --detach "$CTR"
	run "$PYTHON" "$INTEGRATION_DIR/tools/reaper.py" pid \
		"$RUNTIME" --root "$STATE_ROOT" exec --detach --pid-file pid "$CTR" sh -c 'sleep 0.1; exit 9' 3>&-
	[ "$status" -eq 0 ]
	[ "$output" = "child 9" ]
}

@test "a shim's pipe ends when the container ends: the runtime keeps no copy" {
	set_script 'echo line'
	mkfifo pipe
	"$RUNTIME" --root "$STATE_ROOT" create "$CTR" >pipe 2>&1 3>&- &
	exec 9<pipe
	wait $!
	succeeds start "$CTR"
	# cat ends only when every writer is gone.
	[ "$(timeout 10 cat <&9)" = line ]
	exec 9<&-
}

@test "conmon: create, exec and their pid files" {
	requires python
	update_config '.process.terminal = true'
	tool console "$TEST_DIR/console" "$TEST_DIR/tty"
	runtime_plain --root "$STATE_ROOT" create --bundle "$BUNDLE" --pid-file "$TEST_DIR/pidfile" --no-pivot \
		--console-socket "$TEST_DIR/console" "$CTR"
	[ "$status" -eq 0 ]
	# The console has come before the runtime exits, the pid file is its last act.
	eventually 5 grep -q ^received "$TEST_DIR/console.out"
	[ "$(cat "$TEST_DIR/pidfile")" = "$(pid_of "$CTR")" ]
	succeeds start "$CTR"
	update_config '.process.terminal = false'
	write_process sh -c 'exit 0'
	runtime_plain --root "$STATE_ROOT" exec --pid-file "$TEST_DIR/exec.pid" --process "$BUNDLE/process.json" --detach "$CTR"
	[ "$status" -eq 0 ]
	[ -s "$TEST_DIR/exec.pid" ]
}

@test "conmon: a failed exec leaves no pid file and says why on stderr" {
	succeeds run --detach "$CTR"
	write_process no-such-program
	runtime_plain --root "$STATE_ROOT" exec --pid-file "$TEST_DIR/exec.pid" --process "$BUNDLE/process.json" --detach "$CTR"
	[ "$status" -ne 0 ]
	[ ! -e "$TEST_DIR/exec.pid" ]
	[[ $stderr == *'executable file not found in $PATH'* ]]
	[ -z "$stdout" ]
}

@test "podman: one JSON object in the log of a failure, whatever failed" {
	set_args no-such-program
	runtime_plain --root "$STATE_ROOT" --log-format=json --log "$BUNDLE/log.json" create --bundle "$BUNDLE" \
		--pid-file "$BUNDLE/pidfile" "$CTR"
	[ "$status" -eq 1 ]
	jq -es 'length == 1 and (.[0] | .level == "error" and has("msg") and has("time"))' log.json
	[ ! -e pidfile ]
}

@test "podman: start, kill, update from a file and delete with its bare environment" {
	requires cgroup_pids
	succeeds create "$CTR"
	bare() {
		new_output_files
		status=0
		env -i PATH="$PATH" XDG_RUNTIME_DIR= CORTEN_TEST_MARK="$CTR" "$RUNTIME" --root "$STATE_ROOT" "$@" \
			>"$stdout_file" 2>"$stderr_file" 3>&- || status=$?
		read_output "$*"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	}
	bare start "$CTR"
	echo '{"pids": {"limit": 66}}' >resources.json
	bare update --resources="$BUNDLE/resources.json" "$CTR"
	[ "$(cat "$(cgroup_dir "$(pid_of "$CTR")" pids)/pids.max")" = 66 ]
	bare kill "$CTR" 9
	wait_for_status "$CTR" stopped
	bare kill --all "$CTR" 9
	bare delete --force "$CTR"
	bare delete --force "$CTR"
}

@test "CRI-O: its ways to kill and delete" {
	set_term_script
	succeeds run --detach "$CTR"
	succeeds kill "$CTR" SIGWINCH
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	succeeds kill -a "$CTR" 9
	succeeds delete --force "$CTR"
	succeeds delete --force "$CTR"
	runtime kill "$CTR" KILL
	[ "$status" -ne 0 ]
	says "does not exist"
}

@test "CRI-O: update with the resources as a separate argument" {
	requires cgroup_pids
	succeeds run --detach "$CTR"
	succeeds update --resources - "$CTR" <<<'{"pids": {"limit": 55}}'
	[ "$(cat "$(cgroup_dir "$(pid_of "$CTR")" pids)/pids.max")" = 55 ]
}

@test "buildah: create with a relative bundle, start, state and delete" {
	cd "$TEST_DIR"
	set_args_line=$(jq -c '.process.args = ["true"]' b/config.json)
	printf '%s' "$set_args_line" >b/config.json
	succeeds create --bundle b --pid-file "$TEST_DIR/pidfile" "$CTR"
	succeeds start "$CTR"
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
}
