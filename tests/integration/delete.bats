#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

# Rule: delete: takes away what create made
@test "delete removes a stopped container" {
	set_args true
	succeeds run --keep "$CTR"
	succeeds delete "$CTR"
	[ -z "$output" ]
	absent "$CTR"
	nothing_left
}

# Rule: delete: a created container is ended first, as with runc (the specification wants an error)
@test "delete kills and removes a created container" {
	succeeds create "$CTR"
	pid=$(pid_of "$CTR")
	succeeds delete "$CTR"
	absent "$CTR"
	eventually 3 is_gone "$pid"
	eventually 3 nothing_left
}

# Rule: delete: a container that is not stopped is an error, and stays as it is
@test "delete refuses a running container" {
	succeeds run --detach "$CTR"
	fails_saying "cannot delete container $CTR that is not stopped: running" delete "$CTR"
	has_status "$CTR" running
}

# Rule: delete: a container that is not stopped is an error, and stays as it is
@test "delete refuses a paused container" {
	succeeds run --detach "$CTR"
	succeeds pause "$CTR"
	fails_saying "cannot delete container $CTR that is not stopped: paused" delete "$CTR"
	has_status "$CTR" paused
}

@test "delete --force ends a container in whatever status" {
	for option in --force -f -force --force=true; do
		succeeds create "$CTR"
		succeeds delete "$option" "$CTR"
		succeeds run --detach "$CTR"
		succeeds delete "$option" "$CTR"
		[ -z "$output" ]
		succeeds run --detach "$CTR"
		succeeds pause "$CTR"
		succeeds delete "$option" "$CTR"
		absent "$CTR"
	done
	eventually 3 nothing_left
}

@test "delete --force removes a stopped container" {
	set_args true
	succeeds run --keep "$CTR"
	succeeds delete --force "$CTR"
	absent "$CTR"
}

@test "when delete --force returns, init is gone" {
	for _ in 1 2 3; do
		succeeds run --detach "$CTR"
		pid=$(pid_of "$CTR")
		succeeds delete --force "$CTR"
		is_gone "$pid"
	done
}

# Rule: delete: an unknown id is an error
@test "delete on an absent container says so" {
	fails_saying "container does not exist" delete "$CTR"
	fails_saying "container does not exist" delete --force=false "$CTR"
}

@test "delete --force on an absent container succeeds" {
	succeeds delete --force "$CTR"
	[ -z "$output" ]
	STATE_ROOT=$TEST_DIR/no-such-root
	succeeds delete --force "$CTR"
}

@test "delete --force on an absent container leaves the others alone" {
	succeeds run --detach "$CTR"
	succeeds delete --force "$CTR-2"
	succeeds delete --force "${CTR%?}"
	has_status "$CTR" running
}

@test "delete --force removes a state directory without a state" {
	mkdir "$STATE_ROOT/$CTR"
	fails_saying "container does not exist" delete "$CTR"
	mkdir -p "$STATE_ROOT/$CTR"
	succeeds delete --force "$CTR"
	[ ! -e "$STATE_ROOT/$CTR" ]
}

@test "delete refuses ids that lead out of the root" {
	mkdir "$TEST_DIR/precious"
	for id in ../precious .. . ./x x/.. "$TEST_DIR/precious" ""; do
		fails delete --force "$id"
	done
	[ -d "$TEST_DIR/precious" ]
	[ -d "$STATE_ROOT" ]
}

@test "delete --force refuses a symlink in place of the state directory" {
	corten_only "runc follows it"
	mkdir "$TEST_DIR/precious"
	touch "$TEST_DIR/precious/file"
	ln -s "$TEST_DIR/precious" "$STATE_ROOT/$CTR"
	runtime delete --force "$CTR"
	[ -e "$TEST_DIR/precious/file" ]
	rm -f "$STATE_ROOT/$CTR"
}

@test "delete --force ends a container whose processes ignore every signal but KILL" {
	set_script 'trap "" TERM HUP INT QUIT; (trap "" TERM; while :; do sleep 0.02; done) & while :; do sleep 0.02; done'
	succeeds run --detach "$CTR"
	succeeds delete --force "$CTR"
	eventually 3 nothing_left
}

@test "delete --force ends every process without a pid namespace" {
	update_config '.linux.namespaces |= map(select(.type != "pid"))'
	set_script 'sleep 1000 & setsid sleep 1000 & touch /ready; wait'
	succeeds run --detach "$CTR"
	eventually 5 test -e rootfs/ready
	succeeds delete --force "$CTR"
	eventually 3 nothing_left
}

@test "delete --force ends a container whose bundle is gone" {
	succeeds run --detach "$CTR"
	cd "$TEST_DIR"
	mv "$BUNDLE" "$BUNDLE.gone"
	succeeds delete --force "$CTR"
	eventually 3 nothing_left
}

@test "delete --force ends a container that forks as fast as it can" {
	set_script 'while :; do sleep 0 & sleep 0 & wait; done'
	succeeds run --detach "$CTR"
	succeeds delete --force "$CTR"
	eventually 3 nothing_left
}

@test "delete removes cgroups that the container made below its own" {
	succeeds run --detach "$CTR"
	pid=$(pid_of "$CTR")
	for controller in unified pids; do
		dir=$(cgroup_dir "$pid" "$controller")
		[[ $dir == *"$CTR"* ]] || continue
		mkdir -p "$dir/below/deeper"
	done
	succeeds delete --force "$CTR"
	eventually 3 nothing_left
}

@test "delete works for a container that stopped by itself while nobody looked" {
	set_args true
	succeeds run --detach "$CTR"
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
	absent "$CTR"
}

# Rule: delete: the id may be used again
@test "an id can be used again at once after delete" {
	for _ in 1 2 3 4 5; do
		succeeds run --detach "$CTR"
		succeeds delete --force "$CTR"
	done
}

# Rule: delete: no id is an error
@test "delete takes exactly one id" {
	fails_saying "requires exactly 1 argument(s)" delete
	fails_saying "requires exactly 1 argument(s)" delete --force
	succeeds create "$CTR"
	fails_saying "requires exactly 1 argument(s)" delete --force "$CTR" "$CTR"
	has_status "$CTR" created
}
