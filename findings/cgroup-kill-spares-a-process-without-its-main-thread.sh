#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a 1 in cgroup.kill ends every process of the cgroup and of those below it, as the kernel's documentation has it; what is
# left in cgroup.procs is stuck in the kernel.
# Seen (Linux 6.18, and 7.2.13): a process whose main thread has ended (pthread_exit(3) in main) goes on in its other threads. The
# kernel sends the signal to the main thread alone, which takes none any more. The write succeeds, cgroup.procs lists the
# process, cgroup.events stays at "populated 1"; kill(2), which is for the process, ends it. cgroup.freeze stops it as any other.
# Who cares: runtimes, engines and service managers that write to cgroup.kill and wait for "populated 0": it never comes, and the
# cgroup stays. Containers with a PID namespace of their own are spared: with their first process all of them go.
# What to do: after cgroup.kill, and when the cgroup does not empty in a while, kill(2) or pidfd_send_signal(2) what cgroup.procs lists.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
needs_kernel 5.14 "cgroup.kill"
unpack bookworm python3.11=3.11.2-6+deb12u8

cat >"$root/program" <<'PYTHON'
import ctypes, os, signal, threading, time

group = "/sys/fs/cgroup/finding-%d" % os.getpid()
os.mkdir(group)

def told(name):
    return open("%s/%s" % (group, name)).read().split()

def tell(name, text):
    with open("%s/%s" % (group, name), "w") as file:
        file.write(text)

def started(ends_main_thread):
    child = os.fork()
    if child:
        time.sleep(1)
        return child
    tell("cgroup.procs", "0")
    thread = threading.Thread(target=time.sleep, args=(60,))
    thread.start()
    if ends_main_thread:
        ctypes.CDLL(None).pthread_exit(None)
    thread.join()
    os._exit(0)

def end(child):
    for _ in range(20):
        time.sleep(0.1)
        if os.waitpid(child, os.WNOHANG)[0]:
            return "gone"
    return "runs on, %s" % ("listed" if told("cgroup.procs") == [str(child)] else "not listed")

try:
    for what in False, True:
        child = started(what)
        print("without" if what else "with", "its main thread")
        tell("cgroup.freeze", "1")
        time.sleep(1)
        print(" frozen:", *told("cgroup.events"))
        tell("cgroup.freeze", "0")
        tell("cgroup.kill", "1")
        print(" cgroup.kill:", end(child))
        if what:
            print(" cgroup.events:", *told("cgroup.events"))
            os.kill(child, signal.SIGKILL)
            print(" kill:", end(child))
finally:
    os.rmdir(group)
PYTHON
LONE_CGROUP2=1 inside python3.11 /program >"$work/seen" 2>"$work/errors" || fail_with "$work/errors"
same "a process" "with its main thread
 frozen: populated 1 frozen 1
 cgroup.kill: gone
without its main thread
 frozen: populated 1 frozen 1
 cgroup.kill: runs on, listed
 cgroup.events: populated 1 frozen 0
 kill: gone" "$(cat "$work/seen")"
finish
