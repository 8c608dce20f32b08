#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a process in a user namespace may use what its own RLIMIT_MSGQUEUE, RLIMIT_SIGPENDING and RLIMIT_NPROC say.
# Seen (since Linux 5.14, here 6.18): the kernel notes the creator's soft limits when the namespace is made, and all
# processes of that user in it together stay within them. Raising the limits later shows in getrlimit(2) and changes nothing.
# Who cares: config.json's process.rlimits of a container with a user namespace. runc 1.5 sets them after the namespace is
# made, so a limit above that of the engine's service reads well and fails with EMFILE (queues) or EAGAIN (signals, forks).
# What to do: a runtime sets these limits before it makes the user namespace; a user raises them for the engine's service.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
needs_kernel 5.14 "the noted limits"
unpack bookworm python3.11=3.11.2-6+deb12u8 util-linux=2.38.1-5+deb12u3

seen=$(inside python3.11 - <<'PYTHON'
import ctypes, os, resource, signal, struct, sys

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWIPC, CLONE_NEWUSER, PR_SET_DUMPABLE = 0x08000000, 0x10000000, 4
USER = 54321

def enter_namespaces():
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    assert libc.unshare(CLONE_NEWUSER | CLONE_NEWIPC) == 0
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {USER} 1"), ("gid_map", f"0 {USER} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)

def queues():  # of 80 KiB
    attributes = struct.pack("8l", 0, 10, 8192, 0, 0, 0, 0, 0)
    return sum(libc.mq_open(b"/%d" % n, os.O_RDWR | os.O_CREAT, 0o600, attributes) >= 0 for n in range(4))

def signals():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
    return sum(libc.sigqueue(os.getpid(), int(signal.SIGRTMIN), ctypes.c_void_p(0)) == 0 for _ in range(100))

def forks():
    children = []
    try:
        while len(children) < 20:
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
    except BlockingIOError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children)

for name, low, high, use in (("MSGQUEUE", 100000, 400000, queues), ("SIGPENDING", 50, 1000, signals), ("NPROC", 10, 1000, forks)):
    for when in "before", "after":
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            limit = getattr(resource, "RLIMIT_" + name)
            os.setgroups([])
            os.setgid(USER)
            os.setuid(USER)
            resource.setrlimit(limit, (low, high))
            if when == "before":
                resource.setrlimit(limit, (high, high))
            enter_namespaces()
            resource.setrlimit(limit, (high, high))
            soft, used = resource.getrlimit(limit)[0], use()
            print(name, "raised to", soft, when, "unshare:", use.__name__, "all" if used in (100, 20, 4) else "few")
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)
PYTHON
)
same "what can be used" "MSGQUEUE raised to 400000 before unshare: queues all
MSGQUEUE raised to 400000 after unshare: queues few
SIGPENDING raised to 1000 before unshare: signals all
SIGPENDING raised to 1000 after unshare: signals few
NPROC raised to 1000 before unshare: forks all
NPROC raised to 1000 after unshare: forks few" "$seen"
finish
