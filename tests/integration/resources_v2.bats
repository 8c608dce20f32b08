#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Each field of linux.resources on cgroup v2, by files and, where it is there, by systemd. (Devices: devices.bats.)

load helpers_resources

setup() {
	requires root cgroup_v2
	setup_bundle
}

# Field: linux.resources.memory.{limit,reservation,swap}
@test "v2: memory" {
	gives '{"memory": {"limit": 67108864, "reservation": 33554432, "swap": 100663296}}' \
		memory.max 67108864 memory.low 33554432 memory.swap.max 33554432
	gives '{"memory": {"limit": -1}}' memory.max max memory.swap.max max
	gives '{"memory": {"limit": 67108864, "swap": -1}}' memory.max 67108864 memory.swap.max max
	updates '{"memory": {"limit": 67108864, "swap": 100663296}}' '{"memory": {"limit": 134217728, "reservation": 4194304, "swap": 201326592}}' \
		memory.max 134217728 memory.low 4194304 memory.swap.max 67108864
	updates '{"memory": {"limit": 67108864, "swap": 100663296}}' '{"memory": {"limit": 33554432, "swap": 33554432}}' \
		memory.max 33554432 memory.swap.max 0
}

# Field: linux.resources.memory.{kernel,kernelTCP,swappiness,disableOOMKiller,useHierarchy}, linux.resources.blockIO.leafWeight
@test "v2: what version 1 alone has is passed over" {
	gives '{"memory": {"limit": 67108864, "swappiness": 17, "disableOOMKiller": true, "useHierarchy": true, "kernel": 33554432, "kernelTCP": 33554432},
		"cpu": {"realtimeRuntime": 5000, "realtimePeriod": 700000},
		"network": {"classID": 1048577, "priorities": [{"name": "lo", "priority": 7}]}, "blockIO": {"leafWeight": 100}}' \
		memory.max 67108864
}

# Field: linux.resources.cpu.{shares,quota,period}
@test "v2: processor time" {
	# The default of version 1 is the default of version 2. (systemd has whole percents.)
	gives '{"cpu": {"shares": 1024, "quota": 45000, "period": 90000}}' cpu.weight 100 cpu.max "45000 90000"
	gives '{"cpu": {"shares": 2, "quota": -1, "period": 50000}}' cpu.weight 1 cpu.max "max 50000"
	updates '{"cpu": {"shares": 1024, "quota": 45000, "period": 90000}}' '{"cpu": {"shares": 512, "quota": 500000, "period": 1000000}}' \
		cpu.weight 59 cpu.max "500000 1000000"
	updates '{"cpu": {"quota": 500000, "period": 1000000}}' '{"cpu": {"quota": 20000, "period": 50000}}' cpu.max "20000 50000"
}

# Field: linux.resources.cpu.burst
@test "v2: a burst of processor time" {
	requires kernel 5.14
	gives '{"cpu": {"quota": 45000, "period": 90000, "burst": 10000}}' cpu.max "45000 90000" cpu.max.burst 10000
	updates '{"cpu": {"quota": 45000, "period": 90000}}' '{"cpu": {"quota": 500000, "period": 1000000, "burst": 20000}}' \
		cpu.max "500000 1000000" cpu.max.burst 20000
}

# Asked: What does cpu.idle change back to?
# Happens: the kernel forgets the weight of a cgroup that becomes idle, and gives 100 when that ends. systemd 252 and later have idle as a CPUWeight of 0, and write that again.
# Corten: writes what is asked for to file and property; an end of idle without shares is a property that is not set, so that no daemon-reload brings it back.
# Source: kernel/sched/fair.c (sched_group_set_idle), systemd NEWS 252
# Field: linux.resources.cpu.idle
@test "v2: idle processors only" {
	requires kernel 5.15
	gives '{"cpu": {"idle": 1}}' cpu.idle 1
	updates '{"cpu": {"shares": 100}}' '{"cpu": {"idle": 1}}' cpu.idle 1
	updates '{"cpu": {"idle": 1}}' '{"cpu": {"idle": 0, "shares": 1024}}' cpu.idle 0 cpu.weight 100
}

# Field: linux.resources.cpu.{cpus,mems}
@test "v2: processors and memory nodes" {
	gives '{"cpu": {"cpus": "0", "mems": "0"}}' cpuset.cpus 0 cpuset.mems 0
	updates '{}' '{"cpu": {"cpus": "0", "mems": "0"}}' cpuset.cpus 0 cpuset.mems 0
}

# Asked: Does an empty "cpuset.cpus" of unified take the limit away?
# Happens: a write(2) of no bytes returns 0 and changes nothing; a newline clears the list. Linux 6.1 refuses that for a cgroup with processes (ENOSPC), newer ones take it.
# Corten: writes the newline, and reads the file back: the list is empty, or the error names file and errno.
# Source: kernel/cgroup/cpuset.c (cpuset_write_resmask), fs/kernfs/file.c (kernfs_fop_write_iter); seen on Linux 6.1, 6.12
@test "v2: an empty list of CPUs takes the limit away, or is an error" {
	corten_only "runc writes no bytes, which changes nothing"
	update_config '.linux.resources = {cpu: {cpus: "0"}}'
	with_driver files run --detach "$CTR"
	[ "$status" -eq 0 ]
	runtime update --resources - "$CTR" <<<'{"unified": {"cpuset.cpus": ""}}'
	# Linux 6.1 refuses it for a cgroup with processes (ENOSPC).
	if [ "$status" -eq 0 ]; then
		holds cpuset.cpus ""
	else
		says "cpuset.cpus: no space left on device"
		holds cpuset.cpus 0
	fi
	succeeds delete --force "$CTR"
	update_config '.linux.resources = {unified: {"cpuset.cpus": ""}}'
	with_driver files run --detach "$CTR"
	[ "$status" -eq 0 ]
	holds cpuset.cpus ""
}

# Asked: Is a write to cpuset.cpus.partition that returns 0 a partition?
# Happens: the kernel takes the word and uses none where it cannot: the file then reads "root invalid (Cpu list in cpuset.cpus not exclusive)" or alike.
# Corten: reads the file back once all limits are written; anything but the word is an error with the file's text, and nothing stays.
# Source: Documentation/admin-guide/cgroup-v2.rst, kernel/cgroup/cpuset.c (partition_xcpus_add); seen on Linux 6.1
@test "v2: a partition of CPUs is the container's, or an error with the kernel's reason" {
	corten_only "runc takes what the kernel takes, and does not use"
	requires kernel 6.1
	[ "$(nproc)" -eq 2 ] || skip "needs two processors"
	partition() { update_config '.linux.resources = {cpu: {cpus: $c}, unified: {"cpuset.cpus.partition": "root"}}' --arg c "$1"; }
	partition 1
	with_driver files run --detach "$CTR"
	[ "$status" -eq 0 ]
	holds cpuset.cpus.partition root
	succeeds delete --force "$CTR"
	partition 0-1 # which leaves none for the host's processes
	with_driver files run --detach "$CTR"
	[ "$status" -ne 0 ]
	says 'cpuset.cpus.partition is \"root invalid ('
	absent "$CTR"
}

# Asked: How many processes does pids.limit 0 allow?
# Happens: runc 1.5 makes it 1; older runc and crun write "max"; systemd refuses a TasksMax of 0.
# Corten: 1, as runc 1.5, also with update (corten-update(8)).
# Source: runc 1.5 libcontainer/cgroups fs2/pids.go; systemd src/core/dbus-cgroup.c (bus_cgroup_set_tasks_max)
# Field: linux.resources.pids.limit
@test "v2: processes" {
	gives '{"pids": {"limit": 12}}' pids.max 12
	gives '{"pids": {"limit": -1}}' pids.max max
	# The container's first process has to live.
	gives '{"pids": {"limit": 0}}' pids.max 1
	updates '{"pids": {"limit": 12}}' '{"pids": {"limit": 21}}' pids.max 21
}

# Field: linux.resources.blockIO.throttle{Read,Write}{Bps,IOPS}Device[].{major,minor,rate}
@test "v2: rates of disks" {
	a_disk
	gives "{\"blockIO\": $(four_rates)}" \
		io.max "$disk rbps=1048576 wbps=2097152 riops=66 wiops=77"
}

# Asked: Which file has the weight that a disk goes by, io.weight or io.bfq.weight?
# Happens: io.bfq.weight is there once the module bfq is loaded, and counts for disks with the scheduler BFQ; io.weight for those with io.cost. Which a disk has may differ and change.
# Corten: writes both where they are there, on their scales, also for weightDevice; the one that a disk does not go by may answer EOPNOTSUPP.
# Source: block/bfq-cgroup.c, block/blk-iocost.c; seen on Linux 6.1
# Field: linux.resources.blockIO.weight, linux.resources.blockIO.weightDevice[].{major,minor,weight}
@test "v2: weights of disks" {
	a_bfq_disk
	gives "{\"blockIO\": $(of_disk '{"weight": 300, "weightDevice": [{"weight": 444}]}')}" \
		io.bfq.weight "default 300" io.bfq.weight "$disk 444"
	updates '{}' '{"blockIO": {"weight": 555}}' io.bfq.weight "default 555"
}

# Asked: Does a weight that the kernel takes divide a disk's time?
# Happens: io.weight and io.bfq.weight take every weight, also where no disk has the scheduler BFQ or io.cost, and do nothing then.
# Corten: sets it, since a disk may get either later, and warns that it has no effect now.
# Source: Documentation/admin-guide/cgroup-v2.rst (IO), block/blk-iocost.c (ioc_weight_write); seen on Linux 6.1
@test "v2: a weight that no disk uses is set, and that is said" {
	corten_only "runc says nothing"
	not bfq_disk
	not grep -qs enable=1 /sys/fs/cgroup/io.cost.qos
	a_disk
	update_config ".linux.resources = {\"blockIO\": $(of_disk '{"weight": 300, "weightDevice": [{"weight": 444}]}')}"
	with_driver files run --detach "$CTR"
	[ "$status" -eq 0 ]
	says "weights have no effect"
	holds io.weight "default 2930"
}

# Field: linux.resources.hugepageLimits[].{pageSize,limit}
@test "v2: huge pages" {
	requires cgroup_hugetlb
	gives '{"hugepageLimits": [{"pageSize": "2MB", "limit": 8388608}]}' hugetlb.2MB.max 8388608 hugetlb.2MB.rsvd.max 8388608
}

# Field: linux.resources.rdma.*, linux.resources.rdma.*.{hcaHandles,hcaObjects}
@test "v2: remote memory access" {
	gives_rdma
}

# Field: linux.resources.unified
@test "v2: files by their names" {
	a_disk
	gives '{"unified": {"memory.max": "67108864", "memory.high": "33554432", "memory.min": "4096", "memory.low": "8192", "memory.swap.max": "1048576",
		"memory.oom.group": "1", "pids.max": "33", "cpu.weight": "200", "cpu.max": "40000 80000", "cpuset.cpus": "0", "cpuset.mems": "0",
		"io.max": "'"$disk"' rbps=1048576"}}' \
		memory.max 67108864 memory.high 33554432 memory.min 4096 memory.low 8192 memory.swap.max 1048576 memory.oom.group 1 \
		pids.max 33 cpu.weight 200 cpu.max "40000 80000" cpuset.cpus 0 cpuset.mems 0 io.max "$disk rbps=1048576 wbps=max riops=max wiops=max"
	updates '{"pids": {"limit": 12}}' '{"unified": {"memory.high": "33554432", "pids.max": "44"}}' memory.high 33554432 pids.max 44
}

@test "v2: an update that the kernel refuses leaves the old limits" {
	corten_only "runc leaves what was written before"
	update_config '.linux.resources = {pids: {limit: 20}, cpu: {shares: 1024, quota: 45000, period: 90000}, memory: {limit: 67108864}}'
	for driver in $(drivers); do
		with_driver "$driver" run --detach "$CTR"
		fails_saying "cpuset.cpus" update --pids-limit 10 --cpu-share 512 --cpu-quota 50000 --memory 32M --cpuset-cpus 4000 "$CTR"
		holds pids.max 20 cpu.weight 100 cpu.max "45000 90000" memory.max 67108864
		succeeds delete --force "$CTR"
	done
}

# Asked: What refuses a memory limit below what is in use?
# Happens: v2's memory.max takes every number, and kills; only v1 answers EBUSY.
# Corten: with memory.checkBeforeUpdate the update is refused with limit and usage, by files and by systemd, before anything is written.
# Source: runtime-spec config-linux.md (checkBeforeUpdate), mm/memcontrol.c (memory_max_write)
# Field: linux.resources.memory.checkBeforeUpdate
@test "v2: memory that is in use is not taken away with checkBeforeUpdate" {
	set_script 'head -c 20000000 /dev/zero >/tmp/data; exec sleep 1000'
	update_config '.mounts += [{destination: "/tmp", type: "tmpfs", source: "tmpfs"}] | .linux.resources.memory = {limit: 67108864}'
	full() { [ "$(value memory.current)" -gt 20000000 ]; }
	for driver in $(drivers); do
		with_driver "$driver" run --detach "$CTR"
		eventually 10 full
		fails_saying "rejecting memory limit 10485760 <= usage" update --resources - "$CTR" <<<'{"memory": {"limit": 10485760, "checkBeforeUpdate": true}}'
		holds memory.max 67108864
		succeeds delete --force "$CTR"
	done
}
