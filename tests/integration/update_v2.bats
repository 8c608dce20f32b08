#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# `update` on cgroup v2, by files and, where it is there, by systemd: what it changes, and that the rest stays. (On v1: update.bats.)

load helpers_resources

setup() {
	requires root cgroup_v2 command update
	setup_bundle
}

resources() { update_config '.linux.resources = $r' --argjson r "$1"; }

# with_each_driver COMMAND… starts the container with each driver, and does that with it.
with_each_driver() {
	for driver in $(drivers); do
		with_driver "$driver" run --detach "$CTR"
		[ "$status" -eq 0 ]
		"$@"
		succeeds delete --force "$CTR"
	done
}

# by_hand FILE VALUE writes to a file of the container's cgroup, as an administrator would.
by_hand() {
	local place
	place=$(cgroup_dir "$(pid_of "$CTR")" "${1%%.*}")
	[ ! -e "$place/$1" ] || echo "$2" >"$place/$1"
}

# reloads has systemd write what it knows.
reloads() { [ "$driver" = files ] || systemctl daemon-reload; }

quota_and_period_in_turn() {
	[ -z "${1:-}" ] || by_hand cpu.max "$1"
	succeeds update --pids-limit 40 "$CTR"
	holds cpu.max "25000 50000"
	succeeds update --cpu-period 100000 "$CTR"
	holds cpu.max "25000 100000"
	succeeds update --cpu-quota 10000 "$CTR"
	holds cpu.max "10000 100000"
	reloads
	holds cpu.max "10000 100000" pids.max 40
	succeeds update --cpu-quota -1 "$CTR"
	holds cpu.max "max 100000"
}

# Asked: What is cpu.max after update --cpu-period 100000 of 25000/50000, and after --cpu-quota alone?
# Happens: a write of one word to cpu.max keeps the period, and there is none that keeps the quota: "max 100000" lifts the limit, which is what a peer writes. systemd has quota and period as one percentage.
# Corten: "25000 100000", then "10000 100000"; --cpu-quota -1 gives "max 100000". The property and the file agree, also after a daemon-reload.
# Source: kernel/sched/core.c (cpu_period_quota_parse); seen on Linux 6.1 with systemd 252
@test "v2: a new period keeps the quota, and a new quota the period" {
	resources '{"cpu": {"quota": 25000, "period": 50000}, "pids": {"limit": 50}}'
	with_each_driver quota_and_period_in_turn
}

# Asked: Which quota does an update of the period keep, where unified's "cpu.max" or a hand wrote it?
# Happens: a runtime that remembers cpu.quota of config.json knows none, and writes "max 100000", or the old quota over the one in force.
# Corten: starts from what cpu.max (v1: cpu.cfs_quota_us, cpu.cfs_period_us) holds.
# Source: seen on Linux 6.1 with Corten before this test
@test "v2: a new period keeps the quota that unified or a hand set" {
	corten_only "runc takes away the limit"
	resources '{"unified": {"cpu.max": "25000 50000"}}'
	with_each_driver quota_and_period_in_turn
	resources '{"cpu": {"quota": 80000, "period": 100000}}'
	with_each_driver quota_and_period_in_turn "25000 50000"
}

quota_and_burst() {
	succeeds update --cpu-quota 80000 --cpu-burst 60000 "$CTR"
	holds cpu.max "80000 100000" cpu.max.burst 60000
	succeeds update --cpu-burst 10000 --cpu-quota 20000 "$CTR"
	holds cpu.max "20000 100000" cpu.max.burst 10000
	succeeds update --cpu-burst 30000 --cpu-quota 40000 "$CTR"
	holds cpu.max "40000 100000" cpu.max.burst 30000
	succeeds update --cpu-quota -1 --cpu-burst 0 "$CTR"
	holds cpu.max "max 100000" cpu.max.burst 0
}

# Asked: In which order do cpu.max and cpu.max.burst change together?
# Happens: a burst above the quota is EINVAL from either file: burst first when both go down, quota first when both go up.
# Corten: tries burst, then quota, and the refused one again; the order of options does not matter.
# Source: kernel/sched/core.c (tg_set_cfs_bandwidth); seen on Linux 6.1
@test "v2: quota and burst are raised and lowered together" {
	requires kernel 5.14
	resources '{"cpu": {"quota": 20000, "period": 100000, "burst": 10000}}'
	with_each_driver quota_and_burst
}

values_by_hand() {
	local values=(memory.high 29999104 memory.min 4096 memory.low 8192 memory.max 100003840 memory.swap.max 50003968 memory.oom.group 1
		cpu.weight 77 cpu.max "12345 100000" cpu.max.burst 1000 cpuset.cpus 0 cpuset.mems 0 io.max "$disk rbps=1048576 wbps=max riops=max wiops=max")
	local held=() at
	for ((at = 0; at < ${#values[@]}; at += 2)); do
		by_hand "${values[@]:at:2}"
		[ ! -e "$(cgroup_dir "$(pid_of "$CTR")" memory)/${values[at]}" ] || held+=("${values[@]:at:2}")
	done
	holds "${held[@]}"
	succeeds update --pids-limit 40 "$CTR"
	holds pids.max 40 "${held[@]}"
	succeeds update --cpu-share 1024 --cpu-burst 2000 "$CTR"
	by_hand cpu.weight 77
	by_hand cpu.max.burst 1000
	holds pids.max 40 "${held[@]}"
	succeeds update --pids-limit 41 "$CTR"
	holds pids.max 41 "${held[@]}"
	by_hand pids.max 60
	succeeds update --cpu-quota 20000 "$CTR"
	holds pids.max 60 cpu.max "20000 100000" memory.high 29999104 memory.max 100003840
}

# Asked: Do values that somebody wrote to the cgroup's files survive an update of something else?
# Happens: by files they do. systemd writes all limits of a unit whenever one property changes (and at a daemon-reload), those that it does not know of as their defaults.
# Corten: says each value that it finds in a file to systemd together with the update, and writes again what systemd rounds (cpu.max in whole percents) or has no property for.
# Source: systemd src/core/cgroup.c (cgroup_context_apply); seen with systemd 252
@test "v2: values that were written by hand stay with an update of something else" {
	corten_only "with runc systemd writes its own over them"
	a_disk
	resources '{"memory": {"limit": 67108864, "swap": 100663296}, "cpu": {"shares": 512, "quota": 80000, "period": 100000}, "pids": {"limit": 50},
		"unified": {"memory.high": "60000000"}}'
	with_each_driver values_by_hand
}

values_of_a_hook() {
	holds memory.high 29999104
	succeeds update --pids-limit 40 "$CTR"
	holds pids.max 40 memory.high 29999104 memory.min 4096 cpu.weight 200
	reloads
	holds pids.max 40 memory.high 29999104 memory.min 4096 cpu.weight 200
}

# Asked: Do values of hooks and of unified survive an update of something else, and a daemon-reload after it?
# Happens: systemd writes memory.high back to "max" where its property was never set.
# Corten: unified is properties as far as systemd has them; what a hook wrote becomes one with the first update.
# Source: systemd src/core/cgroup.c (cgroup_context_apply); seen with systemd 252
@test "v2: values of hooks and of unified stay with an update of something else" {
	corten_only "with runc systemd writes its own over them"
	resources '{"pids": {"limit": 50}, "unified": {"memory.min": "4096", "cpu.weight": "200"}}'
	cat >hook <<-'END'
		#!/bin/sh
		pid=$(sed -n 's/.*"pid": *\([0-9]*\).*/\1/p')
		echo 29999104 >"/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")/memory.high"
	END
	chmod +x hook
	update_config '.hooks.createRuntime = [{path: $p}]' --arg p "$PWD/hook"
	with_each_driver values_of_a_hook
}

memory_one_at_a_time() {
	succeeds update --memory 0 "$CTR"
	holds memory.max 67108864 memory.swap.max 33554432
	succeeds update --resources - "$CTR" <<<'{"memory": {"limit": 0, "swap": 0, "reservation": 0}, "pids": {"limit": 40}}'
	holds memory.max 67108864 memory.swap.max 33554432 memory.low 16777216
	succeeds update --memory-swap 96M "$CTR" # memory and swap together
	holds memory.max 67108864 memory.swap.max 33554432
	succeeds update --memory-swap 128M "$CTR"
	holds memory.max 67108864 memory.swap.max 67108864
	by_hand memory.max 83886080
	by_hand memory.swap.max 1048576
	succeeds update --memory-reservation 8M "$CTR"
	holds memory.max 83886080 memory.swap.max 1048576 memory.low 8388608
	succeeds update --memory 100M "$CTR"
	holds memory.max 104857600 memory.swap.max 1048576
}

# Asked: What does update --memory 0 do?
# Happens: memory.max takes 0, and kills all that is there; engines send 0 for a limit that they do not name.
# Corten: 0 is no limit named: nothing is written, and the limit stays; --memory -1 lifts it.
# Source: mm/memcontrol.c (memory_max_write), runc 1.5 libcontainer/cgroups fs2/memory.go
@test "v2: a memory limit of 0 is none given, and the limit stays" {
	[ -e /sys/fs/cgroup/system.slice/memory.swap.max ] || skip "needs swap accounting"
	corten_only "runc forgets the limit, and writes its own over one by hand"
	resources '{"memory": {"limit": 67108864, "swap": 100663296, "reservation": 16777216}}'
	with_each_driver memory_one_at_a_time
}

# holds_memory MIB ADJUSTMENT: a child of the container's first process has so much, and that oom_score_adj; the others must not be
# killed. The first process needs no memory later: it might not get any.
holds_memory() {
	set_script "head -c $1m /dev/zero | (echo $2 >/proc/self/oom_score_adj && exec tail -c $1m) | sleep 1000 & exec sleep 1000"
	update_config '.process.oomScoreAdj = -1000'
}
uses() { [ "$(value memory.current)" -gt "$1" ]; }

below_usage() {
	eventually 20 uses 40000000
	succeeds update --memory 16M "$CTR"
	! is_corten || says "is less than the"
	holds memory.max 16777216
	value memory.events | grep -q "^oom_kill [1-9]"
	[ "$(value memory.current)" -le 16777216 ]
	has_status "$CTR" running
}

# Asked: What does a memory limit below what is in use do?
# Happens: a plain write to memory.max reclaims, kills (on Linux 7.2 seen more than one process), and returns 0. With O_NONBLOCK (systemd 262 writes so) it returns at once, and the kill comes when the container next grows.
# Corten: warns with limit and usage, and writes plainly, also after systemd: the kill has happened when update returns. checkBeforeUpdate refuses instead.
# Source: mm/memcontrol.c (memory_max_write); seen on Linux 6.1 with systemd 252
@test "v2: a memory limit below what is in use kills, with a warning" {
	holds_memory 40 0
	resources '{"memory": {"limit": 134217728, "swap": 134217728}}'
	with_each_driver below_usage
}

below_usage_spared() {
	eventually 20 uses 40000000
	succeeds update --memory 16M "$CTR"
	says "is less than the"
	says "still"
	holds memory.max 16777216
	uses 40000000
	fails_saying "rejecting memory limit" update --resources - "$CTR" <<<'{"memory": {"limit": 10485760, "checkBeforeUpdate": true}}'
	holds memory.max 16777216
}

# Asked: And where no process may be killed (oom_score_adj -1000)?
# Happens: the write to memory.max returns 0 at once, nothing is reclaimed, and memory.current stays above memory.max: on Linux 7.2 a shell there ended, for it could not fork.
# Corten: sets it and warns with what is still in use: the limit holds for what is asked for from now on.
# Source: mm/memcontrol.c (memory_max_write: an OOM without a victim ends it); seen on Linux 6.1
@test "v2: a memory limit below the use of processes that may not be killed is set, and that is said" {
	corten_only "runc says nothing"
	holds_memory 40 -1000
	resources '{"memory": {"limit": 134217728, "swap": 134217728}}'
	with_each_driver below_usage_spared
}

pids_of_zero() {
	succeeds update --pids-limit 0 "$CTR"
	holds pids.max 1
}

# Asked: How many processes does update --pids-limit 0 leave?
# Happens: runc 1.5 makes it 1; older runc and crun lift the limit; systemd refuses a TasksMax of 0.
# Corten: 1, as runc 1.5: processes that are there go on, and none can fork.
# Source: runc 1.5 libcontainer/cgroups fs2/pids.go, systemd src/core/dbus-cgroup.c
@test "v2: a limit of 0 processes is 1 with an update, too" {
	resources '{"pids": {"limit": 20}}'
	with_each_driver pids_of_zero
}

idle_with_shares() {
	holds cpu.idle 1 cpu.weight "$weight"
	fails_saying "cpu.idle" update --cpu-share 2048 "$CTR"
	holds cpu.idle 1
	succeeds update --cpu-share 2048 --cpu-idle 0 "$CTR"
	holds cpu.idle 0 cpu.weight 174
	succeeds update --cpu-share 512 --cpu-idle 1 "$CTR"
	holds cpu.idle 1
	succeeds update --cpu-idle 0 "$CTR"
	reloads
	holds cpu.idle 0 cpu.weight 100
}

# Asked: Does cpu.idle 1 go together with cpu.shares?
# Happens: the kernel takes no weight for an idle cgroup (EINVAL), and a peer's start fails. cpu.weight of an idle one reads 0, from Linux 7.2 on 1. systemd ends idle with any CPUWeight but 0.
# Corten: starts idle and warns that the shares are not used; later shares alone are refused, with --cpu-idle 0 they are set.
# Source: kernel/sched/fair.c (sched_group_set_shares), kernel/sched/core.c (cpu_weight_read_u64); seen on Linux 6.1 and 7.2
@test "v2: a container that is idle starts with shares, which it does not use" {
	corten_only "runc fails to write the weight"
	weight=0
	! kernel_at_least 7.2 || weight=1
	resources '{"cpu": {"idle": 1, "shares": 512}}'
	with_each_driver idle_with_shares
}

# Asked: What do cpuset.cpus (systemd: AllowedCPUs) give that name CPUs which are absent, offline or not allowed above?
# Happens: a number that the kernel does not have is ERANGE, which systemd only tells its journal. Of a list without any usable CPU the kernel makes all that the cgroup above has: cpuset.cpus.effective.
# Corten: writes the file under systemd, too, and reads .effective back: CPUs outside the list are an error with both lists, and nothing stays. A part of the list is fine.
# Source: Documentation/admin-guide/cgroup-v2.rst (cpuset.cpus.effective), systemd src/core/cgroup.c (cgroup_apply_unified_cpuset); seen on Linux 6.1
@test "v2: CPUs that the kernel does not give are an error, not a start on others" {
	corten_only "runc takes what the kernel takes, and does not use"
	resources '{"cpu": {"cpus": "0,4000"}}'
	for driver in $(drivers); do
		with_driver "$driver" run --detach "$CTR"
		[ "$status" -ne 0 ]
		says "cpuset.cpus"
		absent "$CTR"
	done
	[ "$(nproc)" -eq 2 ] || skip "needs two processors"
	local above=/sys/fs/cgroup/$CTR
	mkdir "$above"
	echo +cpuset >"$above/cgroup.subtree_control"
	echo 0 >"$above/cpuset.cpus"
	resources '{"cpu": {"cpus": "1"}}'
	update_config '.linux.cgroupsPath = $p' --arg p "/$CTR/below"
	runtime run --detach "$CTR"
	[ "$status" -ne 0 ]
	says "cpuset.cpus.effective"
	absent "$CTR"
	resources '{"cpu": {"cpus": "0-1"}}' # of which there is one
	succeeds run --detach "$CTR"
	holds cpuset.cpus.effective 0
	fails_saying "cpuset.cpus.effective" update --cpuset-cpus 1 "$CTR"
	holds cpuset.cpus 0-1
	succeeds delete --force "$CTR"
	rmdir "$above"
}
