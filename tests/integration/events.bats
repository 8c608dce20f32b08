#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

setup() {
	requires cgroup_memory cgroup_pids command events
	setup_bundle
}

# follow ARG… starts `events ARG… $CTR` in the background; its lines go to $background_stdout.
follow() { runtime_background events "$@" "$CTR"; }

lines_of_type() { grep -c "^{\"type\":\"$1\",\"id\":\"$CTR\"" "$background_stdout"; }
at_least() { [ "$(lines_of_type "$2")" -ge "$1" ]; }

@test "events --stats prints one line with the use of each resource" {
	update_config '.linux.resources = {"memory": {"limit": 33554432}, "pids": {"limit": 20}}'
	succeeds run --detach "$CTR"
	succeeds events --stats "$CTR"
	[ "$(wc -l <<<"$stdout")" -eq 1 ]
	[[ $stdout == "{\"type\":\"stats\",\"id\":\"$CTR\",\"data\":{\"cpu\":"* ]]
	jq -e '.data | keys_unsorted ==
		["cpu", "cpuset", "memory", "pids", "blkio", "hugetlb", "intel_rdt", "network_interfaces"]' <<<"$stdout"
	jq -e '.data.memory.usage | .limit == 33554432 and .usage > 0' <<<"$stdout"
	jq -e '.data.pids == {"current": 1, "limit": 20}' <<<"$stdout"
	jq -e '.data.cpu.usage.total > 0' <<<"$stdout"
}

@test "events --stats works on a created and on a paused container" {
	succeeds create "$CTR"
	succeeds events --stats "$CTR"
	jq -e '.data.pids.current >= 1' <<<"$stdout"
	succeeds start "$CTR"
	succeeds pause "$CTR"
	succeeds events --stats "$CTR"
	jq -e '.data.pids.current == 1' <<<"$stdout"
	succeeds resume "$CTR"
}

@test "events prints statistics at each interval until the container is gone" {
	succeeds run --detach "$CTR"
	follow --interval 100ms
	eventually 10 at_least 3 stats
	succeeds delete --force "$CTR"
	wait_background
	[ "$status" -eq 0 ]
}

@test "events ends when the container stops" {
	corten_only "runc waits for the removal of the cgroup on v1"
	succeeds run --detach "$CTR"
	follow --interval 1h
	sleep 0.3
	succeeds kill "$CTR" KILL
	wait_background
	[ "$status" -eq 0 ]
	[ -z "$stdout" ]
}

@test "events tells that memory ran out" {
	update_config '.linux.resources.memory = {"limit": 33554432, "swap": 33554432}'
	succeeds run --detach "$CTR"
	follow --interval 100ms
	eventually 10 at_least 1 stats
	runtime exec "$CTR" dd if=/dev/zero of=/dev/null bs=64M count=1
	[ "$status" -ne 0 ]
	eventually 10 at_least 1 oom
	grep -qxF "{\"type\":\"oom\",\"id\":\"$CTR\"}" "$background_stdout"
	succeeds delete --force "$CTR"
	wait_background
	[ "$status" -eq 0 ]
}

@test "events takes intervals of Go's form that are more than nothing" {
	succeeds run --detach "$CTR"
	fails_saying "duration interval must be greater than 0" events --interval 0 "$CTR"
	fails_saying "duration interval must be greater than 0" events --interval=-1s --stats "$CTR"
	fails_saying "flag -interval: parse error" events --interval 5 "$CTR"
	succeeds events --interval 1m30s --stats "$CTR"
}

@test "events refuses a stopped and an absent container" {
	set_args true
	succeeds run --keep "$CTR"
	fails_saying "container with id $CTR is not running" events --stats "$CTR"
	fails_saying "container does not exist" events --stats "$CTR-2"
	fails_saying "requires exactly 1 argument(s)" events --stats
}
