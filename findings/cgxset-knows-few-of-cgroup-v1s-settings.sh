#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: "cgxset -1", which is made to set cgroup v1's settings on a host with v2, takes those that every script uses: the memory
# limit, and the CPU shares from 2 to 262144, as runtimes convert them.
# Seen with cgroup-tools 3.2.0: it knows those of cpu and cpuset alone. memory.limit_in_bytes ends with status 91 and no message, and
# the cgroup has no limit. Shares become a weight as shares * 100 / 1024: of those that v1 takes, 10 and 262144 are out of v2's range,
# and 512 is a weight of 50, where the formulas of OCI runtimes give 20 (the older one) and 59.
# Who cares: scripts for cgroup v1 (cgcreate, cgset, cgexec around a service or beside containers), moved to v2 with cgxset: a script
# without "set -e" goes on, and the service has no memory limit.
# What to do: cgset with v2's own names, memory.max and cpu.weight; read them back.
#
# The kernel is that of a virtual machine, whose image tests/vm/vm builds where it is not there yet.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid cgroup-tools=3.2.0-1

# shellcheck disable=SC2016 # the machine's shell expands
VM_SUITE=trixie "$(dirname "$0")/../tests/vm/vm" run --share "$root:ro" -- sh -c '
  mount --rbind /sys "$0/sys"
  mount -t proc proc "$0/proc"
  uname -r
  echo +memory +cpu +cpuset >/sys/fs/cgroup/cgroup.subtree_control
  group=/sys/fs/cgroup/finding
  chroot "$0" cgcreate -g memory,cpu,cpuset:finding
  set_it() {
    chroot "$0" cgxset -1 -r "$1" finding >/tmp/message 2>&1
    echo "$1: status $?, $2 $(cat $group/$2)$(sed "s/^.*: /, /" /tmp/message)"
  }
  set_it memory.limit_in_bytes=200000000 memory.max
  set_it cpu.shares=512 cpu.weight
  set_it cpu.shares=10 cpu.weight
  set_it cpu.shares=262144 cpu.weight
  set_it cpu.cfs_quota_us=50000 cpu.max
  set_it cpuset.cpus=0 cpuset.cpus' "$root" </dev/null >"$work/seen" 2>&1 || skip "no virtual machine: $(tail -n 1 "$work/seen")"
echo "with Linux $(head -n 1 "$work/seen"), cgroup v2"
same "settings" "memory.limit_in_bytes=200000000: status 91, memory.max max
cpu.shares=512: status 0, cpu.weight 50
cpu.shares=10: status 96, cpu.weight 50, Numerical result out of range
cpu.shares=262144: status 96, cpu.weight 50, Numerical result out of range
cpu.cfs_quota_us=50000: status 0, cpu.max 50000 100000
cpuset.cpus=0: status 0, cpuset.cpus 0" "$(sed 1d "$work/seen")"
finish
