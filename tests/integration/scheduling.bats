#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# process.scheduler, process.ioPriority, process.execCPUAffinity and linux.memoryPolicy.

load helpers
load helpers_fields

setup() {
	requires root
	setup_bundle
}

# --- scheduler --------------------------------------------------------------------

scheduler() { update_config '.process.scheduler = $s' --argjson s "$1"; }

# policy_of PID as chrt (util-linux) says it, without the words.
policy_of() {
	requires chrt
	chrt -p "$1" | sed "s/.*: //"
}

# process_file JSON SCRIPT makes process.json of the container's process, without scheduler and I/O priority, and with the object.
process_file() {
	jq '.process | del(.scheduler, .ioPriority) + $o | .args = ["sh", "-c", $s]' --argjson o "$1" --arg s "$2" config.json >process.json
}

nice_of() { cut -d' ' -f19 "/proc/$1/stat"; }

# real_time lets the container's cgroup use real-time policies, where a cgroup has to.
real_time() {
	[ -e /sys/fs/cgroup/cpu/cpu.rt_runtime_us ] || return 0
	update_config '.linux.resources.cpu = {realtimePeriod: 1000000, realtimeRuntime: 20000}'
}

# Field: process.scheduler.{policy,nice}
# Value: process.scheduler.policy=SCHED_{OTHER,BATCH,IDLE}
@test "the ordinary policies are set, with their nice value" {
	for policy in OTHER BATCH; do
		scheduler "{\"policy\": \"SCHED_$policy\", \"nice\": 7}"
		starts "$CTR-$policy"
		pid=$(pid_of "$CTR-$policy")
		policy_of "$pid" | grep -qx "SCHED_$policy"
		[ "$(nice_of "$pid")" -eq 7 ]
	done
	scheduler '{"policy": "SCHED_IDLE"}'
	starts
	policy_of "$(pid_of "$CTR")" | grep -qx SCHED_IDLE
}

@test "a nice value may raise the priority, and is 0 when it is missing" {
	scheduler '{"policy": "SCHED_OTHER", "nice": -11}'
	starts
	[ "$(nice_of "$(pid_of "$CTR")")" -eq -11 ]
	succeeds delete --force "$CTR"
	scheduler '{"policy": "SCHED_BATCH"}'
	runs 'cut -d" " -f19 /proc/self/stat'
	prints 0
}

# Field: process.scheduler.{policy,priority}
# Value: process.scheduler.policy=SCHED_{FIFO,RR}
@test "the real-time policies are set, with their priority" {
	real_time
	for policy in FIFO RR; do
		scheduler "{\"policy\": \"SCHED_$policy\", \"priority\": 13}"
		starts
		[ "$(policy_of "$(pid_of "$CTR")")" = "SCHED_$policy"$'\n13' ]
		succeeds delete --force "$CTR"
	done
}

# Field: process.scheduler.{policy,runtime,deadline,period}
# Value: process.scheduler.policy=SCHED_DEADLINE
@test "the deadline policy is set, with its times" {
	real_time
	scheduler '{"policy": "SCHED_DEADLINE", "runtime": 1000000, "deadline": 50000000, "period": 100000000}'
	runtime run --detach "$CTR"
	# Bandwidth for it is not to be had in each cgroup.
	[[ $output != *"error setting scheduler"* ]] || skip "no deadline scheduling here"
	[ "$status" -eq 0 ]
	policy_of "$(pid_of "$CTR")" | tr -s '\n\t /' ' ' | grep -q "SCHED_DEADLINE.*1000000 50000000 100000000"
}

# Asked: Does SCHED_DEADLINE go with a container that has only some of the CPUs?
# Happens: sched_setattr(2) is EPERM for a process whose CPUs are not all of its scheduling domain, without a word; a cpuset that is a partition is a domain of its own.
# Corten: create fails before the process runs, with what is in the way and the two ways out; with a partition the policy is set.
# Source: kernel/sched/syscalls.c (__sched_setscheduler), man 7 sched; seen on Linux 6.1
@test "the deadline policy with some of the CPUs is an error before start that says what to do" {
	corten_only "runc says no more than what is in the way"
	[ "$(nproc)" -eq 2 ] || skip "needs two processors"
	real_time
	deadline='{"policy": "SCHED_DEADLINE", "runtime": 1000000, "deadline": 50000000, "period": 100000000}'
	scheduler "$deadline"
	runtime run --detach "$CTR"
	[[ $output != *"error setting scheduler"* ]] || skip "no deadline scheduling here"
	[ "$status" -eq 0 ]
	succeeds delete --force "$CTR"
	update_config '.linux.resources.cpu += {cpus: "1"}'
	fails_saying "process scheduler can't be used together with AllowedCPUs: SCHED_DEADLINE needs all CPUs" create "$CTR"
	says "cpuset.cpus.partition"
	absent "$CTR"
	cgroup_is_v2 || return 0
	update_config '.linux.resources.unified = {"cpuset.cpus.partition": "root"} | .linux.cgroupsPath = $p' --arg p "/$CTR"
	starts
	policy_of "$(pid_of "$CTR")" | grep -q SCHED_DEADLINE
}

# Field: process.scheduler.flags
# Value: process.scheduler.flags=SCHED_FLAG_RESET_ON_FORK
@test "scheduling flags are set" {
	scheduler '{"policy": "SCHED_BATCH", "flags": ["SCHED_FLAG_RESET_ON_FORK"]}'
	starts
	policy_of "$(pid_of "$CTR")" | grep -q "SCHED_BATCH|SCHED_RESET_ON_FORK"
}

# settings_are 'LINE': the container's process says that of itself; see tools/process_settings.c.
settings_are() {
	c_tool process_settings
	set_args process_settings
	starts
	eventually 10 grep -qx "$1" rootfs/settings.parent
	succeeds delete --force "$CTR"
	rm rootfs/settings.*
}

# Value: process.scheduler.flags=SCHED_FLAG_{RECLAIM,DL_OVERRUN}
@test "flags of the deadline policy are set" {
	real_time
	deadline='"policy": "SCHED_DEADLINE", "runtime": 1000000, "deadline": 50000000, "period": 100000000'
	scheduler "{$deadline}"
	set_args true
	runtime run "$CTR"
	[[ $output != *"error setting scheduler"* ]] || skip "no deadline scheduling here"
	for flag in RECLAIM:2 DL_OVERRUN:4; do
		scheduler "{$deadline, \"flags\": [\"SCHED_FLAG_${flag%:*}\"]}"
		settings_are "scheduler 6 ${flag#*:} 0"
	done
}

# Value: process.scheduler.flags=SCHED_FLAG_KEEP_{POLICY,PARAMS}
@test "flags that keep the policy, or its parameters and with them the policy, keep them" {
	scheduler '{"policy": "SCHED_BATCH", "nice": 3, "flags": ["SCHED_FLAG_KEEP_POLICY"]}'
	settings_are "scheduler 0 0 3"
	scheduler '{"policy": "SCHED_BATCH", "nice": 3, "flags": ["SCHED_FLAG_KEEP_PARAMS"]}'
	settings_are "scheduler 0 0 $(nice)"
}

# Value: process.scheduler.flags=SCHED_FLAG_UTIL_CLAMP_{MIN,MAX}
@test "flags of utilization clamps are the kernel's, which says where it has none" {
	for flag in MIN MAX; do
		scheduler "{\"policy\": \"SCHED_OTHER\", \"flags\": [\"SCHED_FLAG_UTIL_CLAMP_$flag\"]}"
		if [ -e /proc/sys/kernel/sched_util_clamp_min ]; then
			starts
			grep -Eq "^uclamp.${flag,,} *: *0$" "/proc/$(pid_of "$CTR")/sched"
			succeeds delete --force "$CTR"
		else
			refuses "operation not supported"
		fi
	done
}

# Value: process.scheduler.policy=SCHED_ISO
@test "the policy SCHED_ISO, which no kernel has, is an error that names the step" {
	scheduler '{"policy": "SCHED_ISO"}'
	refuses "scheduler"
	says "invalid argument"
}

# Asked: Does exec inherit process.scheduler of config.json?
# Happens: runc 1.5 sets it for each exec'd process, crun does not; the kernel has it with forks of init, which an exec'd process is none of.
# Corten: as runc 1.5, where --process brings no scheduler of its own (corten-exec(8)).
# Source: runc 1.5 libcontainer/process_linux.go and utils_linux.go; crun 1.x libcrun_container_exec
@test "an exec'd process has the scheduler of the configuration" {
	scheduler '{"policy": "SCHED_BATCH", "nice": 3}'
	starts
	# Nice value and policy; 3 is SCHED_BATCH.
	succeeds exec "$CTR" cut -d" " -f19,41 /proc/self/stat
	prints "3 3"
	process_file '{}' 'exec cut -d" " -f19,41 /proc/self/stat'
	succeeds exec --process process.json "$CTR"
	prints "3 3"
	process_file '{"scheduler": {"policy": "SCHED_OTHER", "nice": 5}}' 'exec cut -d" " -f19,41 /proc/self/stat'
	succeeds exec --process process.json "$CTR"
	prints "5 0"
}

@test "without a scheduler the caller's nice value is kept" {
	set_script 'cut -d" " -f19 /proc/self/stat'
	LIMIT+=(nice -n 4)
	succeeds run "$CTR"
	prints "$(nice -n 4 nice)" # these tests may be run with a nice value of their own
}

@test "a scheduler that makes no sense is refused" {
	scheduler '{"policy": "SCHED_MADE_UP"}'
	refuses SCHED_MADE_UP
	scheduler '{"nice": 3}'
	refuses "scheduler policy is required"
	scheduler '{"policy": "SCHED_OTHER", "nice": 20}'
	refuses "invalid scheduler.nice: 20"
	scheduler '{"policy": "SCHED_BATCH", "nice": -21}'
	refuses "invalid scheduler.nice: -21"
	scheduler '{"policy": "SCHED_OTHER", "priority": 1}'
	refuses "scheduler.priority can only be specified for SchedFIFO or SchedRR policy"
	scheduler '{"policy": "SCHED_FIFO", "priority": 1, "runtime": 5}'
	refuses "scheduler runtime/deadline/period can only be specified for SchedDeadline policy"
	scheduler '{"policy": "SCHED_BATCH", "flags": ["SCHED_FLAG_MADE_UP"]}'
	refuses SCHED_FLAG_MADE_UP
}

# --- ioPriority -------------------------------------------------------------------

io_priority() { update_config '.process.ioPriority = {class: $c, priority: $p}' --arg c "IOPRIO_CLASS_$1" --argjson p "$2"; }

# Field: process.ioPriority.{class,priority}
# Value: process.ioPriority.class=IOPRIO_CLASS_{RT,BE,IDLE}
@test "each class of I/O priority is set" {
	requires ionice
	for case in "RT 5:realtime: prio 5" "BE 6:best-effort: prio 6" "IDLE 0:idle"; do
		# shellcheck disable=SC2086 # class and priority
		io_priority ${case%%:*}
		starts
		[ "$(ionice -p "$(pid_of "$CTR")")" = "${case#*:}" ]
		succeeds delete --force "$CTR"
	done
}

# Asked: Does exec inherit process.ioPriority of config.json?
# Happens: runc 1.5 sets it for each exec'd process, crun does not.
# Corten: as runc 1.5, where --process brings no priority of its own (corten-exec(8)).
# Source: runc 1.5 libcontainer/process_linux.go; crun 1.x libcrun_container_exec
@test "an exec'd process has the I/O priority of the configuration" {
	io_priority BE 1
	starts
	succeeds exec "$CTR" sh -c 'ionice -p $$'
	prints "best-effort: prio 1"
	process_file '{}' 'ionice -p $$'
	succeeds exec --process process.json "$CTR"
	prints "best-effort: prio 1"
}

@test "an I/O priority that makes no sense is refused" {
	io_priority BE 8
	refuses "invalid ioPriority.Priority: 8"
	io_priority BE -1
	refuses "invalid ioPriority.Priority: -1"
	io_priority MADE_UP 1
	refuses "invalid ioPriority.Class"
}

# --- execCPUAffinity ----------------------------------------------------------------

# affinity JSON sets process.execCPUAffinity.
affinity() { update_config '.process.execCPUAffinity = $a' --argjson a "$1"; }

two_processors() {
	[ "$(nproc)" -gt 1 ] || skip "needs two processors"
	[[ ,$(allowed_cpus self), == *",0-"* ]] || skip "needs processors 0 and 1"
}

allowed_cpus() { sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$1/status"; }

# Field: process.execCPUAffinity.final
@test "the final affinity is that of the exec'd process, not of the container" {
	two_processors
	affinity '{"initial": "0", "final": "1"}'
	starts
	[ "$(allowed_cpus "$(pid_of "$CTR")")" = "$(allowed_cpus self)" ]
	succeeds exec "$CTR" grep Cpus_allowed_list /proc/self/status
	prints $'Cpus_allowed_list:\t1'
	succeeds delete --force "$CTR"
	affinity '{"final": " 0 , 1,"}'
	starts
	succeeds exec "$CTR" grep Cpus_allowed_list /proc/self/status
	prints $'Cpus_allowed_list:\t0-1'
}

# Field: process.execCPUAffinity.initial
@test "without a final affinity the initial one stays" {
	two_processors
	affinity '{"initial": "1"}'
	starts
	succeeds exec "$CTR" grep Cpus_allowed_list /proc/self/status
	prints $'Cpus_allowed_list:\t1'
}

@test "exec --process may bring an affinity" {
	two_processors
	starts
	jq '.process | .args = ["grep", "Cpus_allowed_list", "/proc/self/status"] | .execCPUAffinity = {final: "0-0"}' config.json >process.json
	succeeds exec --process process.json "$CTR"
	prints $'Cpus_allowed_list:\t0'
}

@test "the caller's own affinity is not handed on" {
	two_processors
	requires taskset
	set_args sleep 1000
	all=$(allowed_cpus self)
	(
		taskset -p -c 1 "$BASHPID" >/dev/null
		starts
		[ "$(allowed_cpus "$(pid_of "$CTR")")" = "$all" ]
		succeeds exec "$CTR" grep Cpus_allowed_list /proc/self/status
		prints $'Cpus_allowed_list:\t'"$all"
	)
}

@test "an affinity that makes no sense is an error" {
	starts
	for list in x 1-0 1- -1 99999999; do
		for kind in initial final; do
			jq --arg kind "$kind" --arg list "$list" '.process | .execCPUAffinity = {($kind): $list}' config.json >process.json
			runtime exec --process process.json "$CTR"
			[ "$status" -ne 0 ]
		done
	done
}

# --- memoryPolicy -----------------------------------------------------------------

# memory_policy JSON sets linux.memoryPolicy.
memory_policy() { update_config '.linux.memoryPolicy = $m' --argjson m "$1"; }

# policy_is 'WORDS' runs a container and looks at the policy of each of its mappings.
policy_is() {
	set_script 'cut -d" " -f2 /proc/self/numa_maps | sort -u'
	[ -e /proc/self/numa_maps ] || skip "needs NUMA support in the kernel"
	succeeds run "$CTR"
	prints "$1"
}

# Field: linux.memoryPolicy.{mode,nodes}
# Value: linux.memoryPolicy.mode=MPOL_{DEFAULT,BIND,INTERLEAVE,PREFERRED,LOCAL}
@test "each memory policy is set" {
	memory_policy '{"mode": "MPOL_DEFAULT"}'
	policy_is default
	memory_policy '{"mode": "MPOL_BIND", "nodes": "0"}'
	policy_is bind:0
	memory_policy '{"mode": "MPOL_INTERLEAVE", "nodes": "0"}'
	policy_is interleave:0
	memory_policy '{"mode": "MPOL_PREFERRED", "nodes": "0"}'
	policy_is prefer:0
	memory_policy '{"mode": "MPOL_LOCAL"}'
	policy_is local
}

# Field: linux.memoryPolicy.{mode,nodes}
# Value: linux.memoryPolicy.mode=MPOL_{PREFERRED_MANY,WEIGHTED_INTERLEAVE}
@test "the newer memory policies are set" {
	[ -e /proc/self/numa_maps ] || skip "needs NUMA support in the kernel"
	requires kernel 5.15
	memory_policy '{"mode": "MPOL_PREFERRED_MANY", "nodes": "0"}'
	runs 'head -n1 /proc/self/numa_maps'
	says " prefer (many):0 "
	requires kernel 6.9
	memory_policy '{"mode": "MPOL_WEIGHTED_INTERLEAVE", "nodes": "0"}'
	runs 'head -n1 /proc/self/numa_maps'
	says " weighted interleave:0 "
}

# Asked: Does exec inherit linux.memoryPolicy of config.json?
# Happens: runc 1.5 sets it for each exec'd process, crun does not; the kernel hands a policy to forks only.
# Corten: as runc 1.5, also with --process, which has no field for it (corten-exec(8)).
# Source: runc 1.5 libcontainer/setns_init_linux.go; crun 1.x libcrun_container_exec
@test "an exec'd process has the memory policy of the configuration" {
	[ -e /proc/self/numa_maps ] || skip "needs NUMA support in the kernel"
	memory_policy '{"mode": "MPOL_BIND", "nodes": "0"}'
	starts
	succeeds exec "$CTR" head -n1 /proc/self/numa_maps
	says " bind:0 "
	process_file '{}' 'exec head -n1 /proc/self/numa_maps'
	succeeds exec --process process.json "$CTR"
	says " bind:0 "
}

# Field: linux.memoryPolicy.flags
# Value: linux.memoryPolicy.flags=MPOL_F_{STATIC,RELATIVE}_NODES
@test "flags of the memory policy are set" {
	memory_policy '{"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]}'
	policy_is bind=static:0
	memory_policy '{"mode": "MPOL_INTERLEAVE", "nodes": "0", "flags": ["MPOL_F_RELATIVE_NODES"]}'
	policy_is interleave=relative:0
}

# Value: linux.memoryPolicy.flags=MPOL_F_NUMA_BALANCING
@test "NUMA balancing goes with a memory policy" {
	requires kernel 5.12
	memory_policy '{"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_NUMA_BALANCING"]}'
	set_script 'cut -d" " -f2 /proc/self/numa_maps | sort -u'
	[ -e /proc/self/numa_maps ] || skip "needs NUMA support in the kernel"
	succeeds run "$CTR"
	prints bind=balancing:0
}

@test "a memory policy that makes no sense is refused" {
	memory_policy '{"mode": "MPOL_MADE_UP"}'
	refuses "invalid memory policy mode"
	memory_policy '{"nodes": "0"}'
	refuses "invalid memory policy mode"
	memory_policy '{"mode": "MPOL_BIND", "nodes": "a"}'
	refuses "invalid memory policy nodes"
	memory_policy '{"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_MADE_UP"]}'
	refuses "invalid memory policy flag"
	memory_policy '{"mode": "MPOL_DEFAULT", "nodes": "0"}'
	refuses "memory policy mode requires 0 nodes but got 1"
	memory_policy '{"mode": "MPOL_BIND"}'
	refuses "memory policy mode requires at least one node"
}
