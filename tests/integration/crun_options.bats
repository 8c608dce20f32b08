#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# crun's options, and the name "crun". RUNTIME=crun passes, too, but for the tests that say why not; runc knows none of them.

load helpers
load helpers_fields

setup() {
	requires root
	[[ $("$RUNTIME" --version) != runc* ]] || skip "runc has no such options"
	setup_bundle
}

# as_crun has the program called by that name from here on.
as_crun() {
	mkdir "$TEST_DIR/name"
	ln -s "$(readlink -f "$RUNTIME")" "$TEST_DIR/name/crun"
	RUNTIME=$TEST_DIR/name/crun
}

@test "create and run take another file for config.json, from where they are called" {
	set_args echo other
	jq '.process.args = ["echo", "file"]' config.json >"$TEST_DIR/other.json"
	succeeds run --config "$TEST_DIR/other.json" "$CTR"
	prints file
	cd "$TEST_DIR"
	succeeds run --bundle "$BUNDLE" --config other.json "$CTR"
	prints file
	succeeds run --bundle "$BUNDLE" -f ./other.json "$CTR"
	prints file
	rm "$BUNDLE/config.json"
	succeeds create --bundle "$BUNDLE" --config other.json "$CTR"
	has_status "$CTR" created
	fails run --bundle "$BUNDLE" --config absent.json "$CTR-2"
	says absent.json
	absent "$CTR-2"
}

@test "delete --regex deletes all that match, and no other" {
	set_args true
	local id
	for id in "$CTR-a1" "$CTR-a2" "$CTR-b1"; do succeeds create "$id"; done
	for id in "$CTR-a1" "$CTR-a2" "$CTR-b1"; do
		succeeds kill "$id" KILL
		wait_for_status "$id" stopped
	done
	succeeds delete --regex "^$CTR-a[0-9]+\$"
	absent "$CTR-a1"
	absent "$CTR-a2"
	has_status "$CTR-b1" stopped
	succeeds delete --force --regex "$CTR-(b|c)1"
	absent "$CTR-b1"
}

@test "kill --regex sends the signal to all that match, and to no other" {
	set_args sleep 1000
	local id
	for id in "$CTR-a1" "$CTR-a2" "$CTR-b1"; do succeeds run --detach "$id"; done
	succeeds kill --regex "^$CTR-a.\$" KILL
	wait_for_status "$CTR-a1" stopped
	wait_for_status "$CTR-a2" stopped
	has_status "$CTR-b1" running
	for id in "$CTR-a1" "$CTR-a2" "$CTR-b1"; do succeeds delete --force "$id"; done
}

@test "a pattern that is none, or matches nothing, says so" {
	corten_only "crun is silent about what matches nothing"
	fails delete --regex '('
	says "is no regular expression"
	fails kill --regex '*' TERM
	says "is no regular expression"
	fails delete --regex '^nothing-like-this$'
	says "matches no container"
	fails kill --regex '^nothing-like-this$'
	says "matches no container"
}

@test "kill --regex goes on where a container cannot be reached, and says which" {
	corten_only "crun ends well"
	set_args true
	succeeds run --detach "$CTR-a1"
	set_args sleep 1000
	succeeds run --detach "$CTR-a2"
	wait_for_status "$CTR-a1" stopped
	fails kill --regex "^$CTR-a" KILL
	says "container $CTR-a1: container not running"
	wait_for_status "$CTR-a2" stopped
	succeeds delete "$CTR-a1"
	succeeds delete "$CTR-a2"
}

@test "--log file:PATH is the file" {
	fails --log "file:$TEST_DIR/log" state "$CTR-none"
	grep -q "$CTR-none\|does not exist" "$TEST_DIR/log"
	corten_only "crun makes a file of no name"
	fails --log file: state "$CTR-none"
	says "path has to follow"
}

# log_sockets has the runtime find a journal and a system's log in $TEST_DIR.
log_sockets() {
	requires python
	cat >"$TEST_DIR/listen.py" <<-'END'
		import socket, sys
		sockets = [socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in sys.argv[1:]]
		for one, path in zip(sockets, sys.argv[1:]): one.bind(path)
		print("ready", flush=True)
		import select
		while True:
		    for one in select.select(sockets, [], [])[0]: print(repr(one.recv(65536)), flush=True)
	END
	"$PYTHON" "$TEST_DIR/listen.py" "$TEST_DIR/journal" "$TEST_DIR/syslog" >"$TEST_DIR/logged" 2>&1 3>&- 4>&- &
	BACKGROUND+=($!)
	eventually 10 grep -qx ready "$TEST_DIR/logged"
	wrap_runtime "mount -t tmpfs none /run; mkdir -p /run/systemd/journal; ln -s '$TEST_DIR/journal' /run/systemd/journal/socket
		mount -t tmpfs none /dev; ln -s '$TEST_DIR/syslog' /dev/log; : >/dev/null"
}

@test "--log journald:NAME and syslog:NAME go there, and to standard error" {
	corten_only "the words are ours"
	log_sockets
	fails --log journald:web state "$CTR-none"
	says "does not exist"
	eventually 5 grep -q 'PRIORITY=3.nSYSLOG_IDENTIFIER=web.nMESSAGE=.*does not exist' "$TEST_DIR/logged"
	fails --log syslog:web state "$CTR-none"
	says "does not exist"
	eventually 5 grep -q '<11>web: .*does not exist' "$TEST_DIR/logged"
}

@test "a journal or log that is not there is an error, and so is no name" {
	corten_only "the words are ours"
	wrap_runtime "mount -t tmpfs none /run; mount -t tmpfs none /dev; : >/dev/null"
	fails --log journald:web state "$CTR"
	says "connecting to /run/systemd/journal/socket"
	fails --log syslog:web state "$CTR"
	says "connecting to /dev/log"
	fails --log journald: state "$CTR"
	says "a name has to follow"
}

@test "--log-level says what is shown" {
	corten_only "crun has other warnings, and the option from 1.9 on"
	set_args true
	update_config '.linux.resources.memory.kernel = 1000000'
	succeeds run "$CTR"
	[[ $stderr == *"Kernel memory"* ]]
	succeeds --log-level warning run "$CTR"
	[[ $stderr == *"Kernel memory"* ]]
	succeeds --log-level error run "$CTR"
	[ -z "$stderr" ]
	succeeds --log-level debug run "$CTR"
	[[ $stderr == *level=debug* ]]
	fails --log-level loud run "$CTR"
	says "invalid log-level: loud"
}

@test "letters of options stand in one word" {
	set_args true
	succeeds create "$CTR"
	succeeds list -qf table
	prints "$CTR"
	succeeds delete --force "$CTR"
	corten_only "the words are ours"
	fails list -qx
	says "flag provided but not defined: -qx"
	fails list -fq table
	says "flag provided but not defined: -fq"
}

@test "--cgroup-manager disabled leaves a container in the cgroups of its caller, and it is managed all the same" {
	set_args sleep 1000
	succeeds --cgroup-manager disabled run --detach "$CTR"
	diff /proc/self/cgroup "/proc/$(pid_of "$CTR")/cgroup"
	succeeds --cgroup-manager disabled exec "$CTR" true
	succeeds --cgroup-manager disabled kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	succeeds --cgroup-manager disabled delete "$CTR"
	nothing_left
}

@test "-V is the version, --usage a line, -? the help, also of commands" {
	succeeds -V
	[[ $stdout == *version* ]]
	succeeds --usage
	[[ $stdout == Usage:* ]]
	succeeds -?
	[[ $stdout == *list* && $stdout == *resume* ]]
	succeeds create --usage
	[[ $stdout == Usage:*create* ]]
	succeeds create -?
	[[ $stdout == *--console-socket* ]]
}

@test "as crun: its version lines, its place for state, its exit codes" {
	is_corten || skip "about the name"
	as_crun
	run -0 "$RUNTIME" --version
	[[ ${lines[0]} == "crun version "* && ${lines[1]} == "commit: "* && ${lines[2]} == "rundir: /run/crun" ]]
	[[ ${lines[3]} == "spec: "* && ${lines[4]} == *+SYSTEMD*+SECCOMP* ]]
	run -0 "$RUNTIME" --help
	[[ $output == *'(default: "/run/crun")'* ]]
	run -64 "$RUNTIME" --no-such-option
	run -64 "$RUNTIME" list --no-such-option
	run -1 "$RUNTIME" no-such-command
	run -1 "$RUNTIME"
	[[ $output == *"please specify a command"* ]]
	run -1 "$RUNTIME" state "$CTR-none"
}

# Rule: start: a configuration without process is an error
@test "process may be absent at create, and is an error of start, which changes nothing" {
	corten_only "runc and crun refuse it at create"
	update_config 'del(.process)'
	succeeds create "$CTR"
	has_status "$CTR" created
	fails start "$CTR"
	says "process property must not be empty"
	has_status "$CTR" created
	succeeds delete "$CTR"
	nothing_left
	fails run "$CTR"
	says "process property must not be empty"
	nothing_left
}

# told_as_foreign MAKER: every command on $CTR says so, and changes nothing.
told_as_foreign() {
	local maker=$1 command before
	before=$(state_files)
	for command in "state $CTR" "exec $CTR true" "kill $CTR KILL" "delete $CTR" "delete --force $CTR" "start $CTR" "update --memory 50M $CTR"; do
		# shellcheck disable=SC2086 # words
		runtime $command
		[ "$status" -ne 0 ]
		says "container $CTR was made by $maker, which alone can manage and delete it"
	done
	succeeds list
	[[ $stderr == *"was made by $maker"* && $stdout != *"$CTR"* ]]
	[ "$(state_files)" = "$before" ]
}

state_files() { (cd "$STATE_ROOT/$CTR" && find . -type f -exec cksum {} + | sort); }

@test "containers that runc made are told by a sentence, and left as they are" {
	corten_only "about the states of others"
	command -v runc >/dev/null || skip "needs runc"
	set_args sleep 1000
	runc --root "$STATE_ROOT" run --detach "$CTR" </dev/null >/dev/null 2>&1
	told_as_foreign runc
	[ "$(runc --root "$STATE_ROOT" state "$CTR" | jq -r .status)" = running ]
	runc --root "$STATE_ROOT" delete --force "$CTR"
}

@test "so are those that crun made" {
	corten_only "about the states of others"
	mkdir -p "$STATE_ROOT/$CTR"
	printf '{"pid":1,"process-start-time":1,"bundle":"%s","rootfs":"rootfs","owner":"root"}' "$PWD" >"$STATE_ROOT/$CTR/status"
	cp config.json "$STATE_ROOT/$CTR/config.json"
	told_as_foreign crun
	rm -r "${STATE_ROOT:?}/$CTR"
}

@test "as crun: an ordinary user's container without mappings has a user namespace of its own" {
	is_corten || skip "about the name"
	requires userns setpriv
	as_crun
	become_daemon
	set_args cat /proc/self/uid_map
	update_config 'del(.linux.uidMappings, .linux.gidMappings, .linux.resources, .linux.cgroupsPath)
		| .linux.namespaces |= map(select(.type != "user")) | (.mounts[] | select(.type == "devpts").options) -= ["gid=5"]'
	succeeds run "$CTR"
	[[ $stdout =~ ^\ +0\ +$(id -u daemon)\ +1 ]]
}
