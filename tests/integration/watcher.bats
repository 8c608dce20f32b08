#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # helpers.bash sets stdout
#
# A container with CAP_SYS_PTRACE looks at all that /proc shows it while the runtime works beside it, and must see nothing
# of the host: no descriptor, no root, no working directory. WATCHED says how many calls it watches in each test.

: "${WATCHED:=12}"
BATS_TEST_TIMEOUT=$((90 + WATCHED))

load helpers
load helpers_fields

setup() {
	requires root cc
	setup_bundle
	c_tool watcher
	touch "$TEST_DIR/marker"
	may_trace
}

# may_trace gives the container what looking takes.
may_trace() {
	update_config '.process.noNewPrivileges = false | .process.capabilities = ({bounding: $all} | .effective = .bounding |
		.permitted = .bounding)' --argjson all "$(json_list CAP_{SYS_PTRACE,DAC_OVERRIDE,DAC_READ_SEARCH,SETUID,SETGID})"
}

# starts_watcher [-c] starts $CTR: a watcher.
starts_watcher() {
	# shellcheck disable=SC2046 # words
	set_args watcher "$@" "$TEST_DIR/marker" $(readlink /proc/self/ns/{mnt,pid,net,ipc,uts,user,cgroup} | sort -u)
	succeeds run --detach "$CTR"
	watched_output=$stdout_file
	watcher=$(pid_of "$CTR")
	eventually 10 grep -qx ready "$watched_output"
}

# joins TYPE… makes a second bundle, whose container only says so, and enters it: those namespaces are the watcher's.
joins() {
	mkdir -p "$TEST_DIR/second"
	cp -al "$BUNDLE/rootfs" "$TEST_DIR/second/"
	cp "$BUNDLE/config.json" "$TEST_DIR/second/"
	cd "$TEST_DIR/second" || return
	set_args true
	local type
	for type; do
		set_namespace "$type" "/proc/$watcher/ns/$type"
	done
}

# each COMMAND… is called WATCHED times, with a number in place of "%".
each() {
	local n
	for ((n = 0; n < WATCHED; n++)); do
		"${LIMIT[@]}" "$RUNTIME" --root "$STATE_ROOT" --log "$TEST_DIR/log" "${@//%/$n}" >/dev/null 2>"$TEST_DIR/errors" 3>&- 4>&- || {
			cat "$TEST_DIR/errors"
			return 1
		}
	done
}

# sees_nothing ends the watcher and checks what it saw: processes of the runtime, and nothing of the host.
sees_nothing() {
	kill -TERM "$watcher"
	eventually 10 grep -q '^rounds' "$watched_output"
	cat "$watched_output"
	not grep '^host' "$watched_output"
	[ "$(sed -n 's/^rounds .* runtime //p' "$watched_output")" -gt 0 ]
}

@test "an exec shows the container nothing of the host" {
	starts_watcher
	each exec "$CTR" true
	sees_nothing
}

@test "an exec with a trace, much to log and a terminal shows the container nothing of the host" {
	corten_only "runc has no --trace"
	requires terminal
	starts_watcher
	each --debug --trace "$TEST_DIR/trace" exec "$CTR" true
	local n
	for ((n = 0; n < WATCHED / 4; n++)); do
		in_terminal "$(runtime_command) exec --tty $CTR true"
	done
	sees_nothing
}

@test "an exec on cgroup v2 shows the container nothing of the host" {
	only_cgroup2
	starts_watcher
	each exec "$CTR" true
	sees_nothing
}

@test "an exec into a container with a user namespace is closed to it" {
	map_ids
	starts_watcher -c
	each exec "$CTR" true
	sees_nothing
}

@test "a container that joins a pid namespace shows nothing of the host in there" {
	starts_watcher
	joins pid
	each run "$CTR-%"
	sees_nothing
}

@test "a created container that has joined a pid namespace shows nothing of the host while it waits" {
	starts_watcher
	joins pid
	WATCHED=$((WATCHED / 4 + 1))
	each create "$CTR-%"
	each start "$CTR-%"
	sees_nothing
}

@test "a container that joins a user and a pid namespace is closed to them" {
	map_ids
	starts_watcher -c
	joins pid user
	each run "$CTR-%"
	sees_nothing
}

@test "a container with a new user namespace that joins a pid namespace shows nothing of the host in there" {
	starts_watcher
	joins pid
	map_ids
	# Nobody in there has the right to a new one, nor to the console's place in it.
	without_mount /proc
	add_bind /proc /proc rbind
	each run "$CTR-%"
	sees_nothing
}

@test "in the host's pid namespace, what visits a user namespace is closed to it" {
	map_ids
	without_namespace pid
	without_mount /proc
	add_bind /proc /proc rbind # nobody in there has the right to a new one
	starts_watcher -c
	joins user
	each run "$CTR-%"
	cd "$BUNDLE"
	each exec "$CTR" true
	sees_nothing
}

@test "a rootless container that joins a user and a pid namespace is closed to them" {
	requires userns
	become_daemon
	rm config.json
	succeeds spec --rootless
	update_config '.process.terminal = false'
	may_trace
	starts_watcher -c
	joins pid user
	update_config 'del(.linux.uidMappings, .linux.gidMappings)'
	each run "$CTR-%"
	cd "$BUNDLE"
	each exec "$CTR" true
	sees_nothing
}
