#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Each field of linux.resources on cgroup v1, by files and, where it is there, by systemd. (Devices: devices.bats.)
# vm: --hybrid

load helpers_resources

setup() {
	requires root cgroup_v1
	setup_bundle
}

# Field: linux.resources.memory.{limit,reservation,swappiness,disableOOMKiller,useHierarchy}
@test "v1: memory" {
	requires cgroup_memory
	gives '{"memory": {"limit": 67108864, "reservation": 33554432, "swappiness": 17, "disableOOMKiller": true, "useHierarchy": true}}' \
		memory.limit_in_bytes 67108864 memory.soft_limit_in_bytes 33554432 memory.swappiness 17 memory.oom_control "oom_kill_disable 1" \
		memory.use_hierarchy 1
	gives '{"memory": {"limit": -1}}' memory.limit_in_bytes 9223372036854771712
}

# Field: linux.resources.memory.kernelTCP
@test "v1: memory of TCP connections" {
	requires cgroup_memory
	corten_only "runc ignores it"
	[ -e /sys/fs/cgroup/memory/memory.kmem.tcp.limit_in_bytes ] || skip "needs a kernel with memory.kmem.tcp.limit_in_bytes"
	gives '{"memory": {"kernelTCP": 33554432}}' memory.kmem.tcp.limit_in_bytes 33554432
	gives '{"memory": {"kernelTCP": 0}}' memory.kmem.tcp.limit_in_bytes 9223372036854771712
	updates '{"memory": {"kernelTCP": 33554432}}' '{"memory": {"kernelTCP": 67108864}}' memory.kmem.tcp.limit_in_bytes 67108864
}

# Field: linux.resources.memory.{limit,swap}
@test "v1: memory and swap" {
	requires cgroup_memory
	[ -e /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes ] || skip "needs swap accounting"
	gives '{"memory": {"limit": 67108864, "swap": 100663296}}' memory.limit_in_bytes 67108864 memory.memsw.limit_in_bytes 100663296
	gives '{"memory": {"limit": 67108864, "swap": -1}}' memory.limit_in_bytes 67108864 memory.memsw.limit_in_bytes 9223372036854771712
	updates '{"memory": {"limit": 67108864, "swap": 100663296}}' '{"memory": {"limit": 134217728, "swap": 201326592}}' \
		memory.limit_in_bytes 134217728 memory.memsw.limit_in_bytes 201326592
	updates '{"memory": {"limit": 67108864, "swap": 100663296}}' '{"memory": {"limit": 33554432, "swap": 50331648}}' \
		memory.limit_in_bytes 33554432 memory.memsw.limit_in_bytes 50331648
}

# Field: linux.resources.cpu.{shares,quota,period,burst}
@test "v1: processor time" {
	requires cgroup_cpu
	burst=()
	[ ! -e /sys/fs/cgroup/cpu/user.slice/cpu.cfs_burst_us ] || burst=(cpu.cfs_burst_us 10000)
	gives '{"cpu": {"shares": 333, "quota": 45000, "period": 90000, "burst": 10000}}' \
		cpu.shares 333 cpu.cfs_quota_us 45000 cpu.cfs_period_us 90000 "${burst[@]}"
	updates '{"cpu": {"shares": 333, "quota": 45000, "period": 90000}}' '{"cpu": {"shares": 444, "quota": 500000, "period": 1000000}}' \
		cpu.shares 444 cpu.cfs_quota_us 500000 cpu.cfs_period_us 1000000
	updates '{"cpu": {"quota": 500000, "period": 1000000}}' '{"cpu": {"quota": 20000, "period": 50000}}' \
		cpu.cfs_quota_us 20000 cpu.cfs_period_us 50000
}

# Field: linux.resources.cpu.idle
@test "v1: idle processors only" {
	requires cgroup_cpu kernel 5.15
	gives '{"cpu": {"idle": 1}}' cpu.idle 1
	updates '{"cpu": {"shares": 100}}' '{"cpu": {"idle": 1}}' cpu.idle 1
}

# Field: linux.resources.cpu.{realtimeRuntime,realtimePeriod}
@test "v1: real-time processes" {
	requires cgroup_cpu
	[ -e /sys/fs/cgroup/cpu/cpu.rt_runtime_us ] || skip "needs group scheduling of real-time processes"
	gives '{"cpu": {"realtimeRuntime": 5000, "realtimePeriod": 700000}}' cpu.rt_runtime_us 5000 cpu.rt_period_us 700000
}

# Field: linux.resources.cpu.{cpus,mems}
@test "v1: processors and memory nodes" {
	requires cgroup_cpuset
	gives '{"cpu": {"cpus": "0", "mems": "0"}}' cpuset.cpus 0 cpuset.mems 0
	updates '{}' '{"cpu": {"cpus": "0", "mems": "0"}}' cpuset.cpus 0 cpuset.mems 0
}

# Field: linux.resources.pids.limit
@test "v1: processes" {
	requires cgroup_pids
	gives '{"pids": {"limit": 12}}' pids.max 12
	gives '{"pids": {"limit": -1}}' pids.max max
	# The container's first process has to live.
	gives '{"pids": {"limit": 0}}' pids.max 1
	updates '{"pids": {"limit": 12}}' '{"pids": {"limit": 21}}' pids.max 21
}

# Field: linux.resources.blockIO.throttle{Read,Write}{Bps,IOPS}Device[].{major,minor,rate}
@test "v1: rates of disks" {
	requires cgroup_blkio
	a_disk
	gives "{\"blockIO\": $(four_rates)}" \
		blkio.throttle.read_bps_device "$disk 1048576" blkio.throttle.write_bps_device "$disk 2097152" \
		blkio.throttle.read_iops_device "$disk 66" blkio.throttle.write_iops_device "$disk 77"
}

# Field: linux.resources.blockIO.weight, linux.resources.blockIO.weightDevice[].{major,minor,weight}
@test "v1: weights of disks" {
	requires cgroup_blkio
	a_bfq_disk
	gives "{\"blockIO\": $(of_disk '{"weight": 300, "weightDevice": [{"weight": 444}]}')}" \
		blkio.bfq.weight 300 blkio.bfq.weight_device "$disk 444"
	updates '{}' '{"blockIO": {"weight": 555}}' blkio.bfq.weight 555
}

# Field: linux.resources.hugepageLimits[].{pageSize,limit}
@test "v1: huge pages" {
	requires cgroup_hugetlb
	gives '{"hugepageLimits": [{"pageSize": "2MB", "limit": 8388608}]}' \
		hugetlb.2MB.limit_in_bytes 8388608 hugetlb.2MB.rsvd.limit_in_bytes 8388608
}

# Field: linux.resources.network.classID, linux.resources.network.priorities[].{name,priority}
@test "v1: class and priorities of the network" {
	requires cgroup_net_cls cgroup_net_prio
	gives '{"network": {"classID": 1048577, "priorities": [{"name": "lo", "priority": 7}]}}' net_cls.classid 1048577 net_prio.ifpriomap "lo 7"
}

# Field: linux.resources.rdma.*, linux.resources.rdma.*.{hcaHandles,hcaObjects}
@test "v1: remote memory access" {
	gives_rdma
}

# Field: linux.resources.memory.checkBeforeUpdate
@test "v1: memory that is in use is not taken away with checkBeforeUpdate" {
	requires cgroup_memory
	set_script 'head -c 20000000 /dev/zero >/tmp/data; exec sleep 1000'
	update_config '.mounts += [{destination: "/tmp", type: "tmpfs", source: "tmpfs"}] | .linux.resources.memory = {limit: 67108864}'
	for driver in $(drivers); do
		with_driver "$driver" run --detach "$CTR"
		full() { [ "$(value memory.usage_in_bytes)" -gt 20000000 ]; }
		eventually 10 full
		fails update --resources - "$CTR" <<<'{"memory": {"limit": 10485760, "checkBeforeUpdate": true}}'
		holds memory.limit_in_bytes 67108864
		succeeds delete --force "$CTR"
	done
}
