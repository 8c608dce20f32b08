#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of hooks expand variables too; helpers.bash sets status
#
# Hooks that hang, fail late, or ask for the container that they belong to: nobody waits for them but the command that
# runs them.

load helpers

setup() {
	setup_bundle
	LIMIT=(timeout --foreground --signal=KILL $((8 * SLOWNESS)))
}

# hook KIND 'SHELL TEXT' appends a hook of the runtime's.
hook() {
	update_config '.hooks[$k] += [{path: "/bin/sh", args: ["sh", "-c", $t], env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]}]' \
		--arg k "$1" --arg t "$2"
}

# A hook's text that says in $TEST_DIR/hook.pid that it is there, and hangs.
hangs() { echo "echo \$\$ >$TEST_DIR/hook.pid; exec sleep 1000"; }
hook_is_there() { eventually 10 test -s "$TEST_DIR/hook.pid"; }

# hook_ends: the one that hangs.
hook_ends() {
	kill -KILL "$(cat "$TEST_DIR/hook.pid")"
	wait_background
}

# command TEXT: a call of the runtime that a hook makes, its output and its status in files.
call() { echo "timeout -s KILL $((8 * SLOWNESS)) $RUNTIME --root $STATE_ROOT $* >$TEST_DIR/$1.out 2>&1 </dev/null; echo \$? >$TEST_DIR/$1.status; "; }
called() { [ "$(cat "$TEST_DIR/$1.status")" = "$2" ] || { cat "$TEST_DIR/$1.out" && return 1; }; }

@test "a container whose poststart hook hangs can be killed and deleted, after start" {
	corten_only "runc 1.5 runs them with create"
	hook poststart "$(hangs)"
	succeeds create "$CTR"
	runtime_background start "$CTR"
	hook_is_there
	has_status "$CTR" running
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	succeeds delete --force "$CTR"
	absent "$CTR"
	hook_ends
	[ "$status" -eq 1 ]
}

@test "a container whose poststart hook hangs can be killed and deleted, after run" {
	hook poststart "$(hangs)"
	runtime_background run --detach "$CTR"
	hook_is_there
	succeeds delete --force "$CTR"
	absent "$CTR"
	hook_ends
}

@test "a container whose startContainer hook hangs can be killed and deleted" {
	update_config '.hooks.startContainer = [{path: "/bin/sleep", args: ["sleep", "1000"]}]'
	succeeds create "$CTR"
	runtime_background start "$CTR"
	eventually 5 has_status "$CTR" running
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
	absent "$CTR"
	wait_background
	runtime_background run "$CTR"
	eventually 5 has_status "$CTR" running
	succeeds delete --force "$CTR"
	absent "$CTR"
	wait_background
}

@test "a container can be deleted while a hook of its create hangs" {
	local kind kinds
	kinds="prestart createRuntime"
	! is_corten || kinds+=" createContainer" # runc leaves its init there
	for kind in $kinds; do
		update_config 'del(.hooks)'
		hook "$kind" "$(hangs)"
		rm -f "$TEST_DIR/hook.pid"
		runtime_background create "$CTR"
		hook_is_there
		[ ! -e "$STATE_ROOT/$CTR/state.json" ] || [[ "$(status_of "$CTR")" == @(creating|) ]]
		succeeds delete --force "$CTR"
		absent "$CTR"
		if [ "$kind" != createContainer ]; then hook_ends; else wait_background; fi
		[ "$status" -eq 1 ]
		absent "$CTR"
	done
	nothing_left
}

@test "a container in the making is not deleted without force" {
	corten_only "runc removes the directory and says that there is no container"
	hook createRuntime "$(hangs)"
	runtime_background create "$CTR"
	hook_is_there
	fails_saying "that is not stopped: creating" delete "$CTR"
	fails_saying "still being created" start "$CTR"
	fails_saying "container not running" kill "$CTR"
	kill -KILL "$(cat "$TEST_DIR/hook.pid")"
	wait_background
	[ "$status" -eq 1 ]
	absent "$CTR"
}

@test "what a killed create with hooks has left is deleted without force" {
	corten_only "runc says that there is no container"
	hook createRuntime "$(hangs)"
	runtime_background create "$CTR"
	hook_is_there
	kill -KILL "$runtime_pid"
	wait_background
	succeeds delete "$CTR"
	absent "$CTR"
	kill -KILL "$(cat "$TEST_DIR/hook.pid")"
}

@test "a poststart hook asks for, kills and deletes its own container" {
	hook poststart "$(call state "$CTR")$(call kill "$CTR" KILL)$(call delete --force "$CTR")"
	runtime run --detach "$CTR"
	[ "$status" -ne 137 ]
	called state 0
	called kill 0
	called delete 0
	absent "$CTR"
}

@test "a poststart hook of start asks for, kills and deletes its own container" {
	hook poststart "$(call state "$CTR")$(call kill "$CTR" KILL)$(call delete --force "$CTR")"
	succeeds create "$CTR"
	runtime start "$CTR"
	[ "$status" -ne 137 ]
	called state 0
	called kill 0
	called delete 0
	absent "$CTR"
}

@test "a createRuntime hook deletes its own container" {
	hook createRuntime "$(call delete --force "$CTR")"
	fails create "$CTR"
	called delete 0
	absent "$CTR"
	nothing_left
}

@test "a poststop hook asks for and deletes its own container" {
	hook poststop "$(call state "$CTR")$(call delete --force "$CTR")"
	succeeds run --detach "$CTR"
	succeeds delete --force "$CTR"
	called state 1
	called delete 0
}

@test "a failed poststart hook has the container deleted, its poststop hooks run, by start and by run" {
	hook poststart "exit 3"
	hook poststop "echo poststop >>$TEST_DIR/log"
	if is_corten; then # runc 1.5 runs these hooks with create
		succeeds create "$CTR"
		pid=$(pid_of "$CTR")
		fails_saying "poststart hook #0" start "$CTR"
		absent "$CTR"
		[ "$(cat "$TEST_DIR/log")" = poststop ]
		eventually 5 is_gone "$pid"
		rm "$TEST_DIR/log"
	fi
	fails_saying "poststart hook #0" run --detach "$CTR"
	absent "$CTR"
	[ "$(cat "$TEST_DIR/log")" = poststop ]
	nothing_left
}
