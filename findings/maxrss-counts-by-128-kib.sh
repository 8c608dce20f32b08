#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: ru_maxrss of getrusage(2) and wait4(2), what `time -v` shows, is the peak that VmHWM of /proc/PID/status has, to the page.
# Seen (since Linux 6.2, here 6.18): it moves in steps of 128 KiB, and is below VmHWM. Each processor counts the pages of a process
# for itself, by kind (anonymous, file, shmem), and adds them to the process's figure 32 at a time; getrusage reads that figure
# without what is left over. /proc/PID/status and statm add it up here; what older kernels show there was not tried.
# Who cares: whoever compares runtimes, shims or hooks by their peak. A program of 1.6 MiB has 1636 or 1764 KiB by chance, for each
# processor that it ran on may keep back 31 pages of each kind. On many processors that is megabytes.
# What to do: measure on one processor (sched_setaffinity(2)), or read VmHWM, or memory.peak of a cgroup.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
needs_kernel 6.18 "the kernel of this finding"
unpack bookworm python3.11=3.11.2-6+deb12u8

seen=$(inside python3.11 - <<'PYTHON'
import mmap, os, resource

PAGES = 512
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
memory = mmap.mmap(-1, PAGES * 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
status = os.open("/proc/self/status", os.O_RDONLY)

def peak():
    text = os.pread(status, 4096, 0)
    at = text.index(b"VmHWM:")
    return int(text[at + 6:text.index(b"kB", at)])

def maxrss():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def steps(values):
    return [after - before for before, after in zip(values, values[1:]) if after != before]

for _ in range(100):  # what the interpreter has not touched yet
    peak(), maxrss()
peaks, figures = [0] * PAGES, [0] * PAGES
for page in range(PAGES):
    memory[page * 4096] = 1
    peaks[page], figures[page] = peak(), maxrss()
print("step of VmHWM:", max(set(steps(peaks)), key=steps(peaks).count))
print("steps of ru_maxrss:", sorted(set(steps(figures))))
print("VmHWM was above it:", max(high - low for high, low in zip(peaks, figures)) > 64)
PYTHON
)
same "steps" "step of VmHWM: 4
steps of ru_maxrss: [128]
VmHWM was above it: True" "$seen"
finish
