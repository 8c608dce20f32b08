#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: an event loop within another (an epoll descriptor that an epoll watches, as libraries hand one out) hears of everything
# that it would hear of alone, only one turn later.
# Seen: a trigger of pressure stall information (PSI) is told of once, to whoever polls first. The outer loop polls the inner one
# to see whether it has something, and that takes the event away: the outer loop wakes up, and the inner one finds nothing.
# Every other trigger in such a loop is lost in the same way, for as long as the program asks in two steps.
# Who cares: programs that watch memory.pressure or /proc/pressure through a library's descriptor in their own loop (sd-event,
# libuv, asyncio): the levels of pressure that a container reaches are never heard of.
# What to do: keep PSI descriptors out of inner loops. A thread or the outermost loop polls them, and passes on what it
# hears by an eventfd(2), which stays readable until it is read.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
needs_kernel 5.2 "PSI triggers"
[ -e /proc/pressure/cpu ] || skip "this kernel measures no pressure (psi=1)"
unpack bookworm python3.11=3.11.2-6+deb12u8

seen=$(inside python3.11 - <<'PYTHON'
import os, select, signal

# Without CAP_SYS_RESOURCE the window is a multiple of two seconds (since Linux 6.5).
def trigger():
    fd = os.open("/proc/pressure/cpu", os.O_RDWR | os.O_NONBLOCK)
    os.write(fd, b"some 20000 2000000\0")
    return fd

one = {min(os.sched_getaffinity(0))}
busy = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        os.sched_setaffinity(0, one)
        while True:
            pass
    busy.append(child)

try:
    alone, inner, outer = select.epoll(), select.epoll(), select.epoll()
    alone.register(trigger(), select.EPOLLPRI)
    print("alone:", "heard" if alone.poll(10) else "nothing")
    inner.register(trigger(), select.EPOLLPRI)
    outer.register(inner.fileno(), select.EPOLLIN)
    print("outer:", "wakes" if outer.poll(10) else "sleeps on")
    print("inner:", "heard" if inner.poll(0) else "nothing")
finally:
    for child in busy:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
PYTHON
)
same "a trigger in each loop" "alone: heard
outer: wakes
inner: nothing" "$seen"
finish
