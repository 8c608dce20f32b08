#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: SIGKILL ends a container's first process at once; a zombie somewhere cannot hold it.
# Seen (Linux 6.18): it sleeps in zap_pid_ns_processes, and its pidfd stays silent, until every process that entered the
# PID namespace from outside (what "exec" does) has been reaped by its parent, which is outside.
# Who cares: a supervisor that waits for init before it reaps what it executed into the container waits for ever; the container
# looks alive ("S", not "Z") and its cgroup and mounts stay.
# What to do: reap executed processes independently of init, in the process that started them; when a killed container does
# not go, look at the first process's wchan and for zombies whose parent is outside.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack bookworm python3.11=3.11.2-6+deb12u8 util-linux=2.38.1-5+deb12u3

seen=$(inside unshare --mount python3.11 - <<'PYTHON'
import ctypes, os, select, signal

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWPID = 0x20000000

def fork(body):
    child = os.fork()
    if child == 0:
        body()
        os._exit(0)
    return child

ours = os.open("/proc/self/ns/pid", os.O_RDONLY)
assert libc.unshare(CLONE_NEWPID) == 0
init = fork(signal.pause)
namespace = os.open(f"/proc/{init}/ns/pid_for_children", os.O_RDONLY)
assert libc.setns(ours, CLONE_NEWPID) == 0

assert libc.setns(namespace, CLONE_NEWPID) == 0
executed = fork(lambda: None)
os.waitid(os.P_PID, executed, os.WEXITED | os.WNOWAIT)

poll = select.poll()
poll.register(os.pidfd_open(init), select.POLLIN)
os.kill(init, signal.SIGKILL)
print("pidfd within two seconds:", bool(poll.poll(2000)))
state = [line for line in open(f"/proc/{init}/status") if line.startswith("State")][0].split()[1]
print("state:", state, open(f"/proc/{init}/wchan").read())
os.waitpid(executed, 0)
print("pidfd once the zombie is reaped:", bool(poll.poll(2000)))
PYTHON
)
same "after SIGKILL of init" "pidfd within two seconds: False
state: S zap_pid_ns_processes
pidfd once the zombie is reaped: True" "$seen"
finish
