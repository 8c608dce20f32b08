#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# SCMP_ACT_NOTIFY: system calls that an agent answers, over the listener that the runtime passes to it.

load helpers
load helpers_fields

setup() {
	requires root seccomp kernel 5.6 python
	setup_bundle
	SOCKET=$TEST_DIR/agent.sock
	mkdir "$TEST_DIR/messages"
}

# agent ANSWER starts the agent; message N prints what came with the N-th listener.
agent() { tool seccomp_agent "$SOCKET" "$TEST_DIR/messages" "$1"; }
message() { cat "$TEST_DIR/messages/$1.json"; }

# notify CALL… asks the agent about these system calls.
notify() {
	update_config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", flags: [], listenerPath: $path,
			syscalls: [{names: ($names / " "), action: "SCMP_ACT_NOTIFY"}]}' --arg path "$SOCKET" --arg names "$*"
}

# asked checks that the agent has been asked about at least one call.
asked() { eventually 5 grep -q '^call ' "$TEST_DIR/seccomp_agent.out"; }

# Field: linux.seccomp.listenerPath, linux.seccomp.syscalls[].action
# Value: linux.seccomp.syscalls[].action=SCMP_ACT_NOTIFY
@test "the agent answers the call, with or without no_new_privs" {
	agent errno=123
	notify mkdir mkdirat
	set_script 'mkdir /tmp/x; echo "status $?"'
	for privileges in true false; do
		update_config ".process.noNewPrivileges = $privileges"
		succeeds run "$CTR"
		says "No medium found"
		says "status 1"
	done
	asked
}

@test "the agent may say what the call returns without its having been made" {
	agent 0
	notify mkdir mkdirat
	set_script 'mkdir /tmp/x; echo "status $?"; ls /tmp'
	succeeds run "$CTR"
	prints "status 0"
	asked
}

@test "the agent may let the call pass" {
	agent continue
	notify mkdir mkdirat
	set_script 'mkdir /tmp/x; ls /tmp'
	succeeds run "$CTR"
	prints x
	asked
}

# Field: linux.seccomp.listenerMetadata, annotations
@test "the agent gets one descriptor and the state of the container that is being created" {
	agent continue
	notify mkdir
	update_config '.annotations = {"org.example": "value"} | .linux.seccomp.listenerMetadata = "more \"words\""'
	set_args sleep 1000
	succeeds create --pid-file pid "$CTR"
	grep -qx "listener 1" "$TEST_DIR/seccomp_agent.out"
	[ "$(message 1 | jq -r '.fds | join(",")')" = seccompFd ]
	[ "$(message 1 | jq -r .metadata)" = 'more "words"' ]
	[ "$(message 1 | jq -r .pid)" = "$(cat pid)" ]
	[ "$(message 1 | jq -r .state.pid)" = "$(cat pid)" ]
	[ "$(message 1 | jq -r .state.id)" = "$CTR" ]
	[ "$(message 1 | jq -r .state.status)" = creating ]
	[ "$(message 1 | jq -r .state.bundle)" = "$BUNDLE" ]
	[ "$(message 1 | jq -r '.state.annotations["org.example"]')" = value ]
	message 1 | jq -e '.ociVersion and .state.ociVersion' >/dev/null
	succeeds start "$CTR"
	has_status "$CTR" running
}

@test "the process of a created container is asked about once it is started" {
	agent errno=123
	notify mkdir mkdirat
	set_script 'mkdir /tmp/x 2>/said; sleep 1000'
	succeeds create "$CTR"
	[ ! -e rootfs/said ]
	succeeds start "$CTR"
	eventually 5 grep -q "No medium found" rootfs/said
}

@test "each exec'd process has a listener of its own, with its own pid" {
	agent errno=123
	notify mkdir mkdirat
	set_args sleep 1000
	succeeds run --detach "$CTR"
	init=$(pid_of "$CTR")
	for privileges in true false; do
		jq ".process | .args = [\"mkdir\", \"/tmp/x\"] | .noNewPrivileges = $privileges" config.json >process.json
		runtime exec --process process.json --pid-file pid "$CTR"
		[ "$status" -eq 1 ]
		says "No medium found"
	done
	[ "$(message 3 | jq -r .pid)" = "$(cat pid)" ]
	[ "$(message 3 | jq -r .state.pid)" = "$init" ]
	[ "$(message 3 | jq -r .state.status)" = running ]
}

@test "the runtime's own calls may be asked about, but for write" {
	agent continue
	notify execve openat open read close fcntl dup3 sendmsg recvmsg sendto recvfrom accept4 close_range capset prctl
	set_args echo hello
	for privileges in true false; do
		update_config ".process.noNewPrivileges = $privileges"
		succeeds run "$CTR"
		prints hello
		succeeds create "$CTR"
		succeeds start "$CTR"
		wait_for_status "$CTR" stopped
		succeeds delete "$CTR"
	done
	asked
}

@test "the filter asks in a user namespace too" {
	requires userns
	map_ids
	agent errno=123
	notify mkdir mkdirat
	set_script 'mkdir /tmp/x'
	for privileges in true false; do
		update_config ".process.noNewPrivileges = $privileges"
		runtime run "$CTR"
		[ "$status" -eq 1 ]
		says "No medium found"
	done
}

@test "the process does not see the listener" {
	agent continue
	notify mkdir
	# 0, 1, 2, and that of ls itself.
	set_script 'ls /proc/self/fd | wc -l'
	succeeds run "$CTR"
	prints 4
	update_config '.hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "[ $(ls /proc/self/fd | wc -l) -eq 4 ]"]}]'
	succeeds run "$CTR"
}

# Asked: What does a system call return whose seccomp agent has died?
# Happens: the kernel answers ENOSYS once nobody has the listener any more.
# Corten: leaves it so; the container goes on, and each exec connects to the agent's socket anew.
# Source: seccomp_unotify(2); seen on Linux 6.18
@test "when the agent goes away its calls get ENOSYS" {
	agent once:errno=123
	notify mkdir mkdirat
	set_script 'mkdir /tmp/x; sleep 0.3; mkdir /tmp/y; true'
	succeeds run "$CTR"
	says "No medium found"
	says "Function not implemented"
}

# Field: linux.seccomp.flags
# Value: linux.seccomp.flags=SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
@test "WAIT_KILLABLE_RECV is passed to the kernel, beside the flag for a listener" {
	corten_only "needs libseccomp 2.6 in runc"
	requires kernel 5.19
	agent errno=123
	notify mkdir mkdirat
	update_config '.linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]'
	set_script 'mkdir /tmp/x; true'
	succeeds --debug run "$CTR"
	says "seccomp filter flags: 40"
	says "No medium found"
}

@test "without notify rules nobody is told, and the agent may be absent" {
	update_config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: $path, listenerMetadata: "x",
			syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO"}]}' --arg path "$SOCKET"
	set_args echo hello
	succeeds run "$CTR"
	prints hello
}

# refused 'TEXT' checks that there is no container, for that reason.
refused() {
	for command in run create; do
		fails_saying "$1" $command "$CTR"
		absent "$CTR"
	done
}

@test "notify rules without a listenerPath are an error" {
	notify mkdir
	update_config 'del(.linux.seccomp.listenerPath)'
	refused "seccomp listenerPath is not set"
}

@test "an agent that cannot be reached is an error that names the field, the socket and the reason" {
	notify mkdir
	message="failed to connect with seccomp agent specified in the seccomp profile"
	! is_corten || message+=" (linux.seccomp.listenerPath): connect to $SOCKET: no such file or directory"
	refused "$message"
	touch "$SOCKET"
	refused "${message/no such file or directory/connection refused}"
}

@test "an agent in the abstract namespace is reached by a name that starts with @" {
	SOCKET=@agent-$CTR
	notify mkdir mkdirat
	refused "failed to connect with seccomp agent"
	agent errno=123
	set_script 'mkdir /tmp/x; true'
	succeeds run "$CTR"
	says "No medium found"
}

@test "the path of an agent's socket may be longer than an address" {
	corten_only "runc fails beyond 107 bytes"
	SOCKET=$TEST_DIR/$(printf 'd%.0s' {1..120})/agent.sock
	mkdir "${SOCKET%/*}"
	agent errno=123
	notify mkdir mkdirat
	set_script 'mkdir /tmp/x; true'
	succeeds run "$CTR"
	says "No medium found"
}

@test "notify is no default action, and nothing for write" {
	notify mkdir write
	refused "SCMP_ACT_NOTIFY cannot be used for the write syscall"
	update_config '.linux.seccomp |= (.defaultAction = "SCMP_ACT_NOTIFY" | .syscalls = [])'
	refused "SCMP_ACT_NOTIFY cannot be used as default action"
}

@test "an exec whose agent is gone fails, and the container stays" {
	agent continue
	notify mkdir
	set_args sleep 1000
	succeeds run --detach "$CTR"
	rm "$SOCKET"
	runtime exec "$CTR" true
	[ "$status" -eq 255 ]
	says "failed to connect with seccomp agent"
	has_status "$CTR" running
	succeeds ps --format json "$CTR"
	[ "$(jq length <<<"$stdout")" -eq 1 ]
}

# Asked: Who answers the calls of a filter with notify rules after a restore?
# Happens: CRIU (4.2.1) saves the filter, and restores it without a listener: nobody, and the calls get ENOSYS.
# Corten: restore succeeds, and warns that the agent is not asked any more.
# Source: seen with CRIU 4.2.1 on Linux 6.18; PTRACE_SECCOMP_GET_METADATA has no SECCOMP_FILTER_FLAG_NEW_LISTENER
@test "after a restore the calls get ENOSYS, whether or not the agent lives" {
	corten_only "runc says nothing"
	requires command checkpoint criu
	load helpers_checkpoint
	agent errno=123
	notify mkdir mkdirat
	set_script 'while :; do mkdir /tmp/x 2>/said.new; mv /said.new /said; sleep 0.1; done'
	begin
	eventually 5 grep -q "No medium found" rootfs/said
	for _ in with without; do
		succeeds checkpoint "$CTR"
		rm -f rootfs/said
		restores "$CTR"
		eventually 5 grep -q "Function not implemented" rootfs/said
		grep -q "the seccomp agent at $SOCKET is not asked any more" "$TEST_DIR/runtime.log"
		rm -r checkpoint "$TEST_DIR/runtime.log"
		kill "${BACKGROUND[0]}" 2>/dev/null || true
	done
}
