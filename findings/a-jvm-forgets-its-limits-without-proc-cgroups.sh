#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a JVM finds its container's memory limit where it is, by /proc/self/cgroup below /sys/fs/cgroup. /proc/cgroups, a table of
# the host's controllers for cgroup v1, has no say; and Debian 12's Java 17, which is kept up to date, is as good as a newer one.
# Seen: Java 17.0.19 (Debian 12) asks /proc/cgroups first, and ignores all limits where memory is not in it: the heap may grow to a
# fourth of the host's memory. Debian's Linux 7.2 does not list it, whose memory controller is for cgroup v2 alone; 6.12 did.
# 17.0.21, 21.0.13 and 25.0.5 ask cgroup.controllers instead. With cgroup v1 each of them ignores the limits where /proc is mounted
# with subset=pid, which has no /proc/cgroups. Nothing is said but with -Xlog:os+container=debug.
# Who cares: images on Debian 12 when their host gets a newer kernel: the kernel kills the JVM for memory that it took for its own.
# With subset=pid: systemd's ProcSubset=pid, and containers in containers.
# What to do: newer images, or -Xmx. https://github.com/openjdk/jdk/pull/23811 is the change.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
needs_kernel 5.8 "procfs with subset=pid"
unpack bookworm openjdk-17-jre-headless=17.0.19+10-1~deb12u2 util-linux
rm -r "$work/archives"
root=$work/newer
unpack sid openjdk-17-jre-headless=17.0.21.0.3+1-1 util-linux=2.42.4-1

# A child of the cgroup that this process is in, on whichever memory controller there is.
alone=within
if ours=$(sed -n 's/^[0-9]*:\([^:]*,\)*memory\(,[^:]*\)*:\(.*\)/\3/p' /proc/self/cgroup) && [ -n "$ours" ]; then
  mounted=$(findmnt --noheadings --types cgroup --options memory --output TARGET | head -n 1) file=memory.limit_in_bytes alone=beyond
else
  ours=$(sed -n 's/^0:://p' /proc/self/cgroup) mounted=$(findmnt --noheadings --types cgroup2 --output TARGET | head -n 1) file=memory.max
fi
group=$mounted${ours%/}/finding-$$
mkdir "$group" || skip "no cgroup can be made in $mounted$ours"
trap 'rmdir "$group"; clean' EXIT
[ -e "$group/$file" ] || skip "the memory controller is not on for children of $ours"
echo $((256 << 20)) >"$group/$file"

# heap GROUP DIRECTORY OPTIONS: whether the heap that this root's JVM may take is within the cgroup's 256 MiB, with a /proc that is
# mounted with these options.
cat >"$work/heap" <<'SH'
echo $$ >"$1/cgroup.procs"
exec unshare --mount --propagation private --pid --fork sh -ec '
  mount --rbind /sys "$0/sys"
  mount -t proc -o "$1" proc "$0/proc"
  exec chroot "$0" /usr/lib/jvm/java-17-openjdk-amd64/bin/java -XX:+PrintFlagsFinal -version' "$2" "$3" 2>&1 |
  sed -n 's/.* MaxHeapSize *= *\([0-9]*\).*/\1/p' | {
  read -r bytes || bytes=none
  case $bytes in none) echo none ;; *) if [ "$bytes" -lt 268435456 ]; then echo within; else echo beyond; fi ;; esac
}
SH
usual=within
grep --quiet ^memory /proc/cgroups || usual=beyond
same "17.0.19" $usual "$(sh "$work/heap" "$group" "$work/root" rw)"
same "17.0.21" within "$(sh "$work/heap" "$group" "$work/newer" rw)"
same "17.0.19 with subset=pid" beyond "$(sh "$work/heap" "$group" "$work/root" subset=pid)"
same "17.0.21 with subset=pid" $alone "$(sh "$work/heap" "$group" "$work/newer" subset=pid)"

# shellcheck disable=SC2016 # the machine's shell expands
VM_SUITE=sid "$(dirname "$0")/../tests/vm/vm" run --share "$work:ro" -- sh -c '
  group=/sys/fs/cgroup/finding
  echo +memory >/sys/fs/cgroup/cgroup.subtree_control
  mkdir $group
  echo 268435456 >$group/memory.max
  uname -r
  grep -c ^memory /proc/cgroups
  sh "$0/heap" $group "$0/root" rw
  sh "$0/heap" $group "$0/newer" rw' "$work" </dev/null >"$work/seen" 2>&1 || skip "no virtual machine: $(tail -n 1 "$work/seen")"
mapfile -t seen <"$work/seen"
echo "with Linux ${seen[0]}, cgroup v2"
same "lines of memory in /proc/cgroups" 0 "${seen[1]}"
same "17.0.19" beyond "${seen[2]}"
same "17.0.21" within "${seen[3]}"
finish
