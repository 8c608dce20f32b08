#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The command on cgroup v1; on v2: resources_v2.bats, systemd.bats.
# vm: --hybrid

load helpers

setup() {
	requires cgroup_v1 cgroup_memory cgroup_cpu cgroup_pids command update
	setup_bundle
}

# set_limits JSON puts it to linux.resources.
set_limits() { update_config '.linux.resources = $r' --argjson r "$1"; }

# holds FILE VALUE: the container's cgroup file has that value.
holds() {
	local controller=${1%%.*}
	[ "$(cat "$(cgroup_dir "$(pid_of "$CTR")" "$controller")/$1")" = "$2" ]
}

@test "update changes the limits that are named and leaves the others" {
	set_limits '{"memory": {"limit": 33554432}, "cpu": {"shares": 100, "quota": 40000, "period": 100000}, "pids": {"limit": 20}}'
	succeeds run --detach "$CTR"
	succeeds update --pids-limit 10 "$CTR"
	[ -z "$output" ]
	holds pids.max 10
	holds memory.limit_in_bytes 33554432
	holds cpu.shares 100
	holds cpu.cfs_quota_us 40000
	succeeds update --cpu-share 200 --memory 64M --memory-reservation 32mb "$CTR"
	holds cpu.shares 200
	holds memory.limit_in_bytes 67108864
	holds memory.soft_limit_in_bytes 33554432
	holds pids.max 10
}

@test "update takes -1 for no limit" {
	set_limits '{"memory": {"limit": 33554432}, "pids": {"limit": 20}}'
	succeeds run --detach "$CTR"
	unlimited=$(cat "$(dirname "$(cgroup_dir "$(pid_of "$CTR")" memory)")/memory.limit_in_bytes")
	succeeds update --memory -1 --pids-limit -1 "$CTR"
	[ "$(cat "$(cgroup_dir "$(pid_of "$CTR")" memory)/memory.limit_in_bytes")" -ge "$unlimited" ]
	holds pids.max max
}

@test "update changes quota and period together, up and down" {
	set_limits '{"cpu": {"quota": 40000, "period": 100000}}'
	succeeds run --detach "$CTR"
	succeeds update --cpu-quota 500000 --cpu-period 1000000 "$CTR"
	holds cpu.cfs_quota_us 500000
	holds cpu.cfs_period_us 1000000
	succeeds update --cpu-quota 2000 --cpu-period 5000 "$CTR"
	holds cpu.cfs_quota_us 2000
	holds cpu.cfs_period_us 5000
	succeeds update --cpu-quota 4000 "$CTR"
	holds cpu.cfs_quota_us 4000
	holds cpu.cfs_period_us 5000
}

@test "update changes memory and swap together, up and down" {
	set_limits '{"memory": {"limit": 33554432, "swap": 33554432}}'
	succeeds run --detach "$CTR"
	[ -e "$(cgroup_dir "$(pid_of "$CTR")" memory)/memory.memsw.limit_in_bytes" ] || skip "needs swap accounting"
	succeeds update --memory 100M --memory-swap 200M "$CTR"
	holds memory.limit_in_bytes 104857600
	holds memory.memsw.limit_in_bytes 209715200
	succeeds update --memory 20M --memory-swap 30M "$CTR"
	holds memory.limit_in_bytes 20971520
	holds memory.memsw.limit_in_bytes 31457280
	succeeds update --memory 25M "$CTR"
	holds memory.limit_in_bytes 26214400
	holds memory.memsw.limit_in_bytes 31457280
}

@test "update reads limits from a file or standard input and ignores other options then" {
	set_limits '{"pids": {"limit": 20}}'
	succeeds run --detach "$CTR"
	echo '{"memory": {"limit": 33554432}, "cpu": {"shares": 300}}' >limits.json
	succeeds update --resources limits.json --pids-limit 5 "$CTR"
	holds memory.limit_in_bytes 33554432
	holds cpu.shares 300
	holds pids.max 20
	succeeds update -r - "$CTR" <<<'{"pids": {"limit": 30}, "devices": [{"allow": false, "access": "rwm"}]}'
	holds pids.max 30
	fails_saying "no such file or directory" update -r absent.json "$CTR"
	fails update -r - "$CTR" <<<'{"memory": {"limit": "much"}}'
}

@test "update leaves the rules for devices alone" {
	succeeds run --detach "$CTR"
	list=$(cgroup_dir "$(pid_of "$CTR")" devices)/devices.list
	echo 'c 10:229 rw' >"$(dirname "$list")/devices.allow"
	before=$(cat "$list")
	succeeds update --pids-limit 10 "$CTR"
	[ "$(cat "$list")" = "$before" ]
}

@test "update that fails sets nothing" {
	corten_only "runc sets back only what it was told before"
	set_limits '{"memory": {"limit": 33554432}, "cpu": {"shares": 100}, "pids": {"limit": 20}}'
	succeeds run --detach "$CTR"
	mems=$(cat "$(cgroup_dir "$(pid_of "$CTR")" cpuset)/cpuset.cpus")
	state=$(cat "$STATE_ROOT/$CTR/state.json")
	fails_saying "cpu.cfs_quota_us" update --cpuset-cpus 0 --memory 64M --cpu-share 200 --cpu-quota 1 "$CTR"
	holds memory.limit_in_bytes 33554432
	holds cpu.shares 100
	holds cpuset.cpus "$mems"
	[ "$(cat "$STATE_ROOT/$CTR/state.json")" = "$state" ]
	succeeds update --memory 40M "$CTR"
	holds memory.limit_in_bytes 41943040
}

@test "update names a value that is none" {
	succeeds create "$CTR"
	fails_saying "invalid value for memory: invalid suffix: 'x'" update --memory 50X "$CTR"
	fails_saying "invalid value for cpu-quota: strconv.ParseInt" update --cpu-quota much "$CTR"
	fails_saying "invalid value for cpu-period: strconv.ParseUint" update --cpu-period=-1 "$CTR"
	fails_saying "flag -pids-limit: parse error" update --pids-limit many "$CTR"
	fails_saying "the minimum allowed cpu-shares is 2" update --cpu-share 1 "$CTR"
}

# Field: linux.resources.memory.kernel
@test "update warns that kernel memory has no limit of its own" {
	succeeds run --detach "$CTR"
	succeeds update --kernel-memory 50M "$CTR"
	[ "$(grep -c "Kernel memory settings are ignored" <<<"$output")" -eq 1 ]
	echo '{"memory": {"kernel": 1000000}}' >limits.json
	succeeds update --resources limits.json "$CTR"
	[ "$(grep -c "Kernel memory settings are ignored" <<<"$output")" -eq 1 ]
}

# Field: linux.resources.memory.kernelTCP
@test "update --kernel-memory-tcp limits TCP on v1, and warns on v2, which has no such limit" {
	corten_only "runc ignores it, with a warning"
	succeeds run --detach "$CTR"
	succeeds update --kernel-memory-tcp 50M "$CTR"
	if cgroup_is_v2; then
		[ "$(grep -c "kernelTCP is ignored" <<<"$output")" -eq 1 ]
	else
		[[ $output != *ignored* ]]
		file=$(cgroup_dir "$(pid_of "$CTR")" memory)/memory.kmem.tcp.limit_in_bytes
		[ ! -e "$file" ] || [ "$(cat "$file")" = 52428800 ]
	fi
}

@test "update refuses schemata where Intel RDT is not there" {
	[ ! -e /sys/fs/resctrl/info ] || skip "needs a machine without Intel RDT"
	succeeds run --detach "$CTR"
	fails_saying "Intel RDT/CAT: l3 cache schema is not enabled" update --l3-cache-schema L3:0=f "$CTR"
	fails_saying "Intel RDT/MBA: memory bandwidth schema is not enabled" update --mem-bw-schema MB:0=70 "$CTR"
}

@test "update works on a created and on a paused container" {
	succeeds create "$CTR"
	succeeds update --pids-limit 10 "$CTR"
	holds pids.max 10
	succeeds start "$CTR"
	holds pids.max 10
	succeeds pause "$CTR"
	succeeds update --pids-limit 11 "$CTR"
	holds pids.max 11
	has_status "$CTR" paused
	succeeds resume "$CTR"
}

@test "update refuses a stopped and an absent container" {
	set_args true
	succeeds run --keep "$CTR"
	fails_saying "container not running" update --pids-limit 10 "$CTR"
	fails_saying "container does not exist" update --pids-limit 10 "$CTR-2"
	fails_saying "requires exactly 1 argument(s)" update --pids-limit 10
}
