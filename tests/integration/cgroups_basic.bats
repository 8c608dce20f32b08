#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# linux.cgroupsPath: where the container's cgroups are, that limits are kept, and that the cgroups are gone afterwards.
# Version 1 and hybrid systems. Each limit's file: resources_v1.bats.
# vm: --hybrid

load helpers
load helpers_fields

setup() {
	requires root cgroup_v1
	setup_bundle
}

# The name of each hierarchy of version 1, as in /proc/PID/cgroup.
hierarchies() { awk -F: '$2 != "" { print $2 }' /proc/self/cgroup; }

# own_path HIERARCHY [PID] prints the place of a process (this one) in it.
own_path() { awk -F: -v h="$1" '$2 == h { print $3 }' "/proc/${2:-self}/cgroup"; }

resources() { update_config '.linux.resources += $r' --argjson r "$1"; }

# value CONTROLLER FILE prints what a file of the container's cgroup holds.
value() { cat "$(cgroup_dir "$(pid_of "$CTR")" "$1")/$2"; }

@test "by default the container's cgroup is named after it, beneath the runtime's own" {
	starts
	pid=$(pid_of "$CTR")
	while read -r hierarchy; do
		own=$(own_path "$hierarchy")
		[ "$(own_path "$hierarchy" "$pid")" = "${own%/}/$CTR" ]
	done < <(hierarchies)
}

# Field: linux.cgroupsPath
# Rule: delete: what others made stays
@test "an absolute cgroupsPath is taken from the root of each hierarchy" {
	update_config '.linux.cgroupsPath = $p' --arg p "/$CTR-top/leaf"
	starts
	pid=$(pid_of "$CTR")
	while read -r hierarchy; do
		[ "$(own_path "$hierarchy" "$pid")" = "/$CTR-top/leaf" ]
	done < <(hierarchies)
	succeeds delete --force "$CTR"
	# What was above may be somebody else's too.
	[ -d "/sys/fs/cgroup/pids/$CTR-top" ]
	[ ! -d "/sys/fs/cgroup/pids/$CTR-top/leaf" ]
	find /sys/fs/cgroup -type d -name "$CTR-top" -exec rmdir {} +
}

# Field: linux.cgroupsPath
@test "a relative cgroupsPath is taken from the runtime's own cgroup" {
	update_config '.linux.cgroupsPath = $p' --arg p "$CTR-rel"
	starts
	pid=$(pid_of "$CTR")
	while read -r hierarchy; do
		own=$(own_path "$hierarchy")
		[ "$(own_path "$hierarchy" "$pid")" = "${own%/}/$CTR-rel" ]
	done < <(hierarchies)
}

@test "a cgroupsPath with .. does not lead out of the hierarchy" {
	update_config '.linux.cgroupsPath = $p' --arg p "../../../../../../$CTR-up"
	starts
	path=$(own_path pids "$(pid_of "$CTR")")
	[[ $path == */"$CTR-up" && $path != *..* ]]
	update_config '.linux.cgroupsPath = $p' --arg p "/x/../../../../$CTR-up2"
	starts "$CTR-2"
	[ "$(own_path pids "$(pid_of "$CTR-2")")" = "/$CTR-up2" ]
}

@test "in the hybrid layout the container is in the hierarchy of version 2 too" {
	grep -q '^0::' /proc/self/cgroup || skip "needs the hybrid layout"
	starts
	[ "$(own_path "" "$(pid_of "$CTR")")" != "$(own_path "")" ]
	[ -d "$(cgroup_dir "$(pid_of "$CTR")" unified)" ]
}

@test "all cgroups are gone after delete" {
	starts
	[ -n "$(leftover_cgroups)" ]
	succeeds delete --force "$CTR"
	[ -z "$(leftover_cgroups)" ]
}

@test "all cgroups are gone after a run, and after a create that failed" {
	runs true
	[ -z "$(leftover_cgroups)" ]
	set_args /no/such/program
	fails create "$CTR"
	[ -z "$(leftover_cgroups)" ]
}

@test "an exec'd process is in the container's cgroups" {
	set_namespace cgroup
	starts
	pid=$(pid_of "$CTR")
	before=$(cut -d: -f2- "/proc/$pid/cgroup")
	succeeds exec --detach --pid-file "$TEST_DIR/pid" "$CTR" sleep 1000
	[ "$(cut -d: -f2- "/proc/$(cat "$TEST_DIR/pid")/cgroup")" = "$before" ]
}

# Field: linux.resources.memory.limit
@test "the limit on memory is kept by the kernel" {
	requires cgroup_memory
	resources '{"memory": {"limit": 16777216, "swap": 16777216}}'
	set_script 'head -c 100000000 /dev/zero | tail -c 90000000 | wc -c'
	runtime run "$CTR"
	lacks 90000000
}

@test "a memory limit far too low for any container is an error" {
	requires cgroup_memory
	resources '{"memory": {"limit": 4096}}'
	refuses ""
}

# Field: linux.resources.pids.limit
@test "the limit on processes is written and kept" {
	requires cgroup_pids
	resources '{"pids": {"limit": 12}}'
	starts
	[ "$(value pids pids.max)" -eq 12 ]
	set_script 'n=0; while [ $n -lt 30 ]; do sleep 100 & n=$((n + 1)); done'
	runtime run "$CTR-2"
	says "can't fork"
}

@test "a quota without a period, and a period without a quota, are written" {
	requires cgroup_cpu
	resources '{"cpu": {"quota": 50000}}'
	starts
	[ "$(value cpu cpu.cfs_quota_us)" -eq 50000 ]
	[ "$(value cpu cpu.cfs_period_us)" -eq 100000 ]
	resources '{"cpu": {"period": 50000}}'
	starts "$CTR-2"
	[ "$(cat "$(cgroup_dir "$(pid_of "$CTR-2")" cpu)/cpu.cfs_period_us")" -eq 50000 ]
}

@test "processors and memory nodes are written, and kept" {
	requires cgroup_cpuset
	resources '{"cpu": {"cpus": "0", "mems": "0"}}'
	starts
	[ "$(value cpuset cpuset.cpus)" = 0 ]
	[ "$(value cpuset cpuset.mems)" = 0 ]
	[ "$(sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$(pid_of "$CTR")/status")" = 0 ]
}

@test "processors are taken over from above when none are given" {
	requires cgroup_cpuset
	update_config '.linux.cgroupsPath = $p' --arg p "/$CTR-top/mid/leaf"
	starts
	[ "$(value cpuset cpuset.cpus)" = "$(cat /sys/fs/cgroup/cpuset/cpuset.cpus)" ]
	[ "$(value cpuset cpuset.mems)" = "$(cat /sys/fs/cgroup/cpuset/cpuset.mems)" ]
	succeeds delete --force "$CTR"
	find /sys/fs/cgroup -ignore_readdir_race -depth -type d -path "*/$CTR-top*" -exec rmdir {} \;
}

@test "processors that the machine does not have are an error" {
	requires cgroup_cpuset
	resources '{"cpu": {"cpus": "4000-4001"}}'
	refuses cpuset.cpus
}

@test "values of version 2 are refused on version 1" {
	resources '{"unified": {"memory.high": "100000000"}}'
	refuses "cannot use unified on cgroup v1"
}

@test "a container without resources works" {
	update_config 'del(.linux.resources)'
	runs 'echo fine'
	prints fine
}

@test "a cgroup that has processes already is refused" {
	busy=/sys/fs/cgroup/devices/$CTR-busy
	mkdir "$busy"
	sleep 1000 3>&- &
	BACKGROUND+=($!)
	echo $! >"$busy/cgroup.procs"
	update_config '.linux.cgroupsPath = $p' --arg p "/$CTR-busy"
	fails create "$CTR"
	says "container's cgroup is not empty: 1 process(es) found"
	kill $!
	eventually 5 rmdir "$busy"
}

@test "a cgroup that is frozen is refused" {
	requires cgroup_freezer
	mkdir "/sys/fs/cgroup/freezer/$CTR-cold"
	echo FROZEN >"/sys/fs/cgroup/freezer/$CTR-cold/freezer.state"
	update_config '.linux.cgroupsPath = $p' --arg p "/$CTR-cold"
	fails create "$CTR"
	says "container's cgroup unexpectedly frozen"
	[ ! -d "/sys/fs/cgroup/freezer/$CTR-cold" ] || rmdir "/sys/fs/cgroup/freezer/$CTR-cold"
}

three_processes() { [ "$(leftover_processes | wc -l)" -ge 3 ]; }
no_process() { [ -z "$(leftover_processes)" ]; }

@test "delete --force ends all processes of a container in the host's pid namespace" {
	without_namespace pid
	set_script 'sleep 1111 & (setsid sleep 2222 &) ; exec sleep 1000'
	starts
	eventually 5 three_processes
	succeeds delete --force "$CTR"
	eventually 5 no_process
	[ -z "$(leftover_cgroups)" ]
}

@test "delete ends what is left when the first process is gone" {
	without_namespace pid
	set_script 'setsid sleep 2222 & sleep 0.1'
	starts
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
	[ -z "$(leftover_cgroups)" ]
	eventually 5 no_process
}

@test "cgroups that the container made are removed too" {
	all_capabilities
	set_namespace cgroup
	add_mount /sys/fs/cgroup cgroup cgroup rw
	set_script 'mkdir -p /sys/fs/cgroup/pids/a/b/c /sys/fs/cgroup/memory/x/y && sleep 500 & exec sleep 1000'
	starts
	sub=$(cgroup_dir "$(pid_of "$CTR")" pids)/a/b/c
	eventually 5 test -d "$sub"
	grep -hs . "$(cgroup_dir "$(pid_of "$CTR")" pids)/cgroup.procs" | tail -n1 >"$sub/cgroup.procs"
	succeeds delete --force "$CTR"
	[ -z "$(leftover_cgroups)" ]
}
