#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a process that has been dumped and restored is the process that it was; what CRIU cannot bring back it names.
# Seen: CRIU 4.2.1 brings the nice value back, and neither the CPU affinity nor the I/O priority: the process has what the one who
# restores has. Dump and restore succeed, and neither log has a word of it.
# Who cares: whoever pins or throttles by taskset, ionice, cpuset-aware engines or process.ioPriority, and then migrates a container or
# brings it back: a batch job runs on all CPUs and competes for the disk as anybody else.
# What to do: set both again after a restore (by pid, for each thread), or restore under taskset and ionice, whose values the
# processes inherit.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid "criu=4.2.1-1" "util-linux=2.42.4-1"

# What a process has before and after, in a line each: CPUs, I/O priority, nice value.
# shellcheck disable=SC2016 # the inner shell expands
seen=$(
  for fd in {3..254}; do eval "exec $fd>&-"; done # the caller's files, which CRIU would want to find
  inside dash -c '
    has() {
      priority=$(ionice -p "$1")
      [ "$priority" = idle ] || priority="not idle" # none, or best-effort, which Linux 5.18 to 6.5 say instead
      echo "$(grep ^Cpus_allowed_list "/proc/$1/status" | cut -f2) / $priority / $(cut -d" " -f19 "/proc/$1/stat")"
    }
    setsid taskset --cpu-list 0 ionice -c idle nice -n 5 sleep 1000 </dev/null >/dev/null 2>&1 &
    sleep 0.5
    has $!
    mkdir /tmp/images
    criu dump --tree $! --images-dir /tmp/images --log-file dump.log >/dev/null 2>&1 || exit
    wait $!
    criu restore --images-dir /tmp/images --log-file restore.log --restore-detached --pidfile /tmp/images/pid >/dev/null 2>&1 || exit
    has "$(cat /tmp/images/pid)"
    kill -9 "$(cat /tmp/images/pid)"
    grep -ciE "affinity|ioprio|i/o priority" /tmp/images/dump.log /tmp/images/restore.log | cut -d: -f2 | tr "\n" " "' 2>/dev/null
)
inside criu --version | head -n 1
nproc=$(nproc)
[ "$nproc" -gt 1 ] || skip "one processor alone: there is no other affinity"
same "before" "0 / idle / 5" "$(sed -n 1p <<<"$seen")"
same "after" "0-$((nproc - 1)) / not idle / 5" "$(sed -n 2p <<<"$seen")"
same "lines of the logs that tell" "0 0 " "$(sed -n 3p <<<"$seen")"
finish
