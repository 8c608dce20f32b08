#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # helpers.bash sets stdout
#
# --systemd-cgroup on cgroup v1 with a v2 hierarchy beside it.
# vm: --hybrid

load helpers
load helpers_fields
load helpers_systemd

setup() {
	requires root systemd cgroup_v1
	setup_bundle
	scope_config
}

@test "the container is in its scope in every hierarchy, and an exec'd process too" {
	starts_scope
	succeeds exec --detach --pid-file pid "$CTR" sleep 1000
	for pid in "$(pid_of "$CTR")" "$(cat pid)"; do
		for controller in memory cpu pids devices cpuset freezer blkio name=systemd unified; do
			[[ $(cgroup_dir "$pid" "$controller") == */system.slice/$UNIT ]]
		done
	done
}

@test "limits are in the files and, where systemd has them, in properties, and outlive a daemon-reload" {
	resources '{"memory": {"limit": 33554432, "reservation": 16777216}, "cpu": {"shares": 512, "quota": 50000, "period": 200000, "cpus": "0"},
		"pids": {"limit": 77}}'
	starts_scope
	for moment in before after; do
		file memory.limit_in_bytes 33554432
		file memory.soft_limit_in_bytes 16777216
		file cpu.shares 512
		file cpu.cfs_quota_us 50000
		file cpu.cfs_period_us 200000
		file cpuset.cpus 0
		file pids.max 77
		[ "$moment" = after ] || systemctl daemon-reload
	done
	property MemoryLimit 33554432
	property CPUShares 512
	property CPUQuotaPerSecUSec 250ms
	property TasksMax 77
}

@test "device rules are systemd's too, and outlive a daemon-reload" {
	resources '{"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}]}'
	starts_scope
	property DevicePolicy strict
	sort "$(cgroup_dir "$(pid_of "$CTR")" devices)/devices.list" >before
	grep -qx "c 10:229 rw" before
	not grep -q "^a" before
	systemctl daemon-reload
	sort "$(cgroup_dir "$(pid_of "$CTR")" devices)/devices.list" | diff before -
}

@test "update changes files and properties, and a refused one neither" {
	resources '{"memory": {"limit": 33554432}, "pids": {"limit": 20}}'
	starts_scope
	succeeds update --memory 64M --pids-limit 10 --cpu-share 200 "$CTR"
	file memory.limit_in_bytes 67108864
	property MemoryLimit 67108864
	file pids.max 10
	property TasksMax 10
	file cpu.shares 200
	has_status "$CTR" running
	corten_only "runc leaves what systemd took"
	fails_saying "cpuset.cpus" update --pids-limit 30 --cpuset-cpus 4000 "$CTR"
	file pids.max 10
	property TasksMax 10
}

@test "pause, ps, kill and delete work on a scope, and leave no unit" {
	starts_scope
	succeeds pause "$CTR"
	has_status "$CTR" paused
	succeeds update --pids-limit 10 "$CTR"
	has_status "$CTR" paused
	succeeds resume "$CTR"
	succeeds ps --format json "$CTR"
	[ "$stdout" = "[$(pid_of "$CTR")]" ]
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
	eventually 3 no_units
}

@test "delete --force of a paused container leaves no unit" {
	starts_scope
	succeeds pause "$CTR"
	succeeds delete --force "$CTR"
	absent "$CTR"
	eventually 3 no_units
}

@test "two hundred containers (MANY), eight at a time, leave no cgroup, frozen or not, and no unit" {
	update_config 'del(.linux.cgroupsPath) | .process.args = ["true"]'
	run_many "${MANY:-200}" --systemd-cgroup
	eventually 5 nothing_left
	eventually 5 no_units
}

# Asked: Do values that somebody wrote to v1's files survive an update of something else under systemd?
# Happens: systemd writes the unit's cpu.shares, cpu.cfs_quota_us and memory.limit_in_bytes again with each change of a property.
# Corten: writes what the files held again right after that.
# Source: systemd src/core/cgroup.c (cgroup_context_apply); seen with systemd 252 on cgroup v1
@test "v1: values that were written by hand stay with an update of something else" {
	corten_only "with runc systemd writes its own over them"
	resources '{"memory": {"limit": 67108864}, "cpu": {"shares": 512, "quota": 80000, "period": 100000}, "pids": {"limit": 50}}'
	starts_scope
	by_hand() { echo "$2" >"$(cgroup_dir "$(pid_of "$CTR")" "${1%%.*}")/$1"; }
	by_hand cpu.shares 77
	by_hand cpu.cfs_quota_us 12345
	by_hand memory.limit_in_bytes 100003840
	succeeds update --pids-limit 40 "$CTR"
	file pids.max 40
	file cpu.shares 77
	file cpu.cfs_quota_us 12345
	file memory.limit_in_bytes 100003840
	succeeds update --cpu-period 50000 "$CTR"
	file cpu.shares 77
	file memory.limit_in_bytes 100003840
}
