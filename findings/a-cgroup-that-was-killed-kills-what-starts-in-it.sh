#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: cgroup.kill ends what is in the cgroup at that moment; afterwards it is as any empty cgroup, and what starts in it lives.
# Seen (Linux 6.18.44): a process that clone3(2) starts in it by CLONE_INTO_CGROUP gets SIGKILL before its first step. The kernel counts
# a cgroup's kills, and takes a child for one that raced with a kill where the counts of the caller's cgroup and of the child's
# differ. So it is for a caller whose own cgroup was killed and a child in a new one. One that is forked and moved lives.
# crun 1.28 starts by it, and says "read status from sync socket"; runc 1.3.6 moves. Debian's 6.1.0-57, 6.12.118 and 7.2.13 do not
# do it; the source of 6.18.38 has it so.
# Who cares: supervisors, test benches and job systems that keep a cgroup (a slot of theirs, a delegated one) and clear it by
# cgroup.kill: what they start there by crun, Go's UseCgroupFD or glibc's POSIX_SPAWN_SETCGROUP dies without a trace.
# What to do: make a new cgroup after a kill (rmdir, mkdir); a runtime whose child is killed at birth forks again, and moves it.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
case $(uname -r) in 6.18.*) ;; *) skip "this is of Linux 6.18, not $(uname -r)" ;; esac
unpack sid crun=1.28-1 runc=1.3.6+ds1-1 busybox-static=1:1.38.0-3+b1 python3.14-minimal=3.14.10-1 libpython3.14-stdlib=3.14.10-1

cat >"$root/program" <<'PYTHON'
import ctypes, os, signal, struct, subprocess

top = "/sys/fs/cgroup/finding-%d" % os.getpid()
syscall = ctypes.CDLL(None).syscall

def end(pid):
    status = os.waitpid(pid, 0)[1]
    return "killed" if os.WIFSIGNALED(status) else "lives"

def cloned(group):
    group = os.open(top + group, os.O_RDONLY)
    arguments = struct.pack("11Q", 1 << 33, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, group)
    pid = syscall(435, arguments, len(arguments))
    if pid == 0:
        os._exit(0)
    os.close(group)
    return end(pid)

def moved(group):
    pid = os.fork()
    if pid == 0:
        tell(group + "/cgroup.procs", "0")
        os._exit(0)
    return end(pid)

def tell(name, text):
    with open(top + name, "w") as file:
        file.write(text)

def run(runtime, group):
    with open("/tmp/config.json", "w") as file:
        file.write("""{"ociVersion": "1.0.2", "root": {"path": "root"}, "mounts": [],
          "process": {"cwd": "/", "user": {"uid": 0, "gid": 0}, "args": ["/busybox", "true"]},
          "linux": {"cgroupsPath": "%s", "namespaces": [{"type": "pid"}, {"type": "mount"}]}}""" % (top + group)[14:])
    done = subprocess.run([runtime, "run", "finding"], cwd="/tmp", stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return "%d %s" % (done.returncode, done.stderr.strip())

os.makedirs("/tmp/root/proc")
os.system("cp /usr/bin/busybox /tmp/root/busybox")
for group in "", "/a", "/b", "/crun", "/runc":
    os.mkdir(top + group)
try:
    print("a new one: cloned %s, moved %s" % (cloned("/a"), moved("/a")))
    tell("/a/cgroup.kill", "1")
    print("after cgroup.kill: cloned %s, moved %s" % (cloned("/a"), moved("/a")))
    if os.fork() == 0:
        tell("/a/cgroup.procs", "0")
        print("from there: cloned into itself %s, into a new one %s" % (cloned("/a"), cloned("/b")), flush=True)
        os._exit(0)
    os.wait()
    for runtime in "crun", "runc":
        tell("/" + runtime + "/cgroup.kill", "1")
        print("%s: %s" % (runtime, run(runtime, "/" + runtime)))
finally:
    for group in "/a", "/b", "/crun", "/runc", "":
        if os.path.exists(top + group):
            os.rmdir(top + group)
PYTHON
LONE_CGROUP2=1 inside python3.14 -u /program >"$work/seen" 2>"$work/errors" || fail_with "$work/errors"
same "what starts in a cgroup" "a new one: cloned lives, moved lives
after cgroup.kill: cloned killed, moved lives
from there: cloned into itself lives, into a new one killed
crun: 1 read status from sync socket
runc: 0 " "$(cat "$work/seen")"
finish
