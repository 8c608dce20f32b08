#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: "source", which is optional in config.json's mounts, is left out where it says nothing, as for a tmpfs or a cgroup; the kernel
# shows "none" or the type in its place, and programs read the mount as any other.
# Seen: runc 1.3.6 gives the kernel an empty one, and /proc/mounts and mountinfo have nothing between two spaces. crun 1.28 gives the
# type, but for "source": "" does the same. Readers that split at spaces take the next word for it: df of busybox 1.38 fails
# ("df: tmpfs: No such file or directory"), their mount says "/data on tmpfs", df of toybox 0.8 leaves it out; GNU's and findmnt read it.
# Where the mount is the cgroup's, Java 25.0.5 takes it for none, and ignores the container's limits without a word: the heap may
# grow to a fourth of the host's memory. With cgroup v1 17.0.21 does so, too; with v2 (Linux 7.2.13) it finds them.
# Who cares: bundles by hand or by small engines; a health check with df on Alpine; a JVM is killed for memory that it took for its own.
# What to do: a source for every mount ("tmpfs", "cgroup"), as "runc spec" writes it.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid runc=1.3.6+ds1-1 crun=1.28-1 busybox-static=1:1.38.0-3+b1 toybox=0.8.9+dfsg-1.3 coreutils=9.10-1 util-linux=2.42.4-1 \
  openjdk-17-jre-headless=17.0.21.0.3+1-1 openjdk-25-jre-headless=25.0.5.0.3+1-1 sed

cat >"$root/looks" <<'SH'
sed -n '/data/p' /proc/mounts
echo df: $(df --output=fstype,size /data 2>&1 | tail -n 1)
echo busybox df: $(busybox df /data 2>&1 | tail -n 1)
echo busybox mount: $(busybox mount | sed -n '/data/p')
echo toybox df: $(toybox df | sed -n '/data/p')
echo findmnt: $(findmnt --noheadings --output FSTYPE /data)
SH
cat >"$root/containers" <<'SH'
cd /tmp
mkdir root root/data root/dev root/proc root/sys root/usr
ln -s usr/lib usr/lib64 root
# run RUNTIME SOURCES COMMAND: SOURCES are the members "source" of the mounts on /data and of the cgroup.
run() {
  echo "$3" >root/command
  cat >config.json <<JSON
{"ociVersion": "1.0.2", "root": {"path": "root"},
 "process": {"cwd": "/", "user": {"uid": 0, "gid": 0}, "args": ["/usr/bin/sh", "/command"], "env": ["PATH=/usr/bin"]},
 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"},
            {"destination": "/sys", "type": "sysfs", "source": "sysfs"},
            {"destination": "/sys/fs/cgroup", "type": "cgroup", "options": ["ro"]$2},
            {"destination": "/data", "type": "tmpfs", "options": ["size=1m"]$2},
            {"destination": "/usr", "type": "bind", "source": "/usr", "options": ["rbind", "ro"]}],
 "linux": {"cgroupsPath": "/finding-$$",
           "namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "cgroup"}]}}
JSON
  $1 run finding
}
for runtime in runc crun; do
  for source in "" ', "source": ""'; do
    echo "$runtime${source:+, an empty one}"
    run $runtime "$source" "$(cat /looks)" 2>&1
  done
done
SH
LONE_CGROUP2=1 inside sh /containers >"$work/seen" 2>"$work/errors" || fail_with "$work/errors"
empty=" /data tmpfs rw,relatime,size=1024k,mode=755 0 0
df: tmpfs 1024
busybox df: df: tmpfs: No such file or directory
busybox mount: /data on tmpfs type rw,relatime,size=1024k,mode=755 (0)
toybox df:
findmnt: tmpfs"
same "a tmpfs" "runc
$empty
runc, an empty one
$empty
crun
tmpfs /data tmpfs rw,relatime,size=1024k,mode=755 0 0
df: tmpfs 1024
busybox df: tmpfs 1024 0 1024 0% /data
busybox mount: tmpfs on /data type tmpfs (rw,relatime,size=1024k,mode=755)
toybox df: tmpfs 1024 0 1024 0% /data
findmnt: tmpfs
crun, an empty one
$empty" "$(cat "$work/seen")"

# The memory controller of this machine, in a child of the cgroup that this process is in.
older=within
if ours=$(sed -n 's/^[0-9]*:\([^:]*,\)*memory\(,[^:]*\)*:\(.*\)/\3/p' /proc/self/cgroup) && [ -n "$ours" ]; then
  mounted=$(findmnt --noheadings --types cgroup --options memory --output TARGET | head -n 1)
  file=memory.limit_in_bytes type=cgroup options=memory older=beyond
else
  ours=$(sed -n 's/^0:://p' /proc/self/cgroup) mounted=$(findmnt --noheadings --types cgroup2 --output TARGET | head -n 1)
  file=memory.max type=cgroup2 options=rw
fi
group=$mounted${ours%/}/finding-$$
mkdir "$group" || skip "no cgroup can be made in $mounted$ours"
trap 'rmdir "$group"; clean' EXIT
[ -e "$group/$file" ] || skip "the memory controller is not on for children of $ours"
echo $((256 << 20)) >"$group/$file"

# heap SOURCE JAVA: whether the heap that it may take is within the cgroup's 256 MiB, with the cgroup mounted from SOURCE.
cat >"$root/heap" <<'SH'
echo $$ >"$1/cgroup.procs"
umount -l "$2"
busybox mount -t "$3" -o "$4" "$5" "$2" || exit
/usr/lib/jvm/java-$6-openjdk-amd64/bin/java -XX:+PrintFlagsFinal -version 2>&1 |
  sed -n 's/.* MaxHeapSize *= *\([0-9]*\).*/\1/p' | {
  read -r bytes || bytes=none
  case $bytes in none) echo none ;; *) if [ "$bytes" -lt 268435456 ]; then echo within; else echo beyond; fi ;; esac
}
SH
heap() { inside sh /heap "$group" "$mounted" $type $options "$1" "$2"; }
same "heap of 17.0.21, a source" within "$(heap cgroup 17)"
same "heap of 25.0.5, a source" within "$(heap cgroup 25)"
same "heap of 17.0.21, no source" $older "$(heap "" 17)"
same "heap of 25.0.5, no source" beyond "$(heap "" 25)"
finish
