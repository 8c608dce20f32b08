#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: kernel.pid_max, which each PID namespace has for itself since Linux 6.14, starts with what the parent has, and
# runtimes take it as a sysctl of a container.
# Seen: a new namespace starts with 4194304 whatever the parent has (the parent's limit still counts, unseen), and both
# runc 1.3.6 and crun 1.28 refuse to set it.
# Who cares: a program that sizes a table by pid_max, or keeps PIDs in 16 bits and relied on 32768, reads 4194304 in a
# container. A runtime may set the sysctl only where the kernel has one for each namespace: elsewhere it is the host's.
# What to do: lower it from within, as root of the container with /proc/sys writable.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
needs_kernel 6.14 "kernel.pid_max of each PID namespace"
unpack sid crun=1.28-1 runc=1.3.6+ds1-1 util-linux=2.42.4-1

same "host's file untouched by a child's write" yes "$(
  before=$(cat /proc/sys/kernel/pid_max)
  inside unshare --pid --fork --mount-proc sh -c 'echo 1000 >/proc/sys/kernel/pid_max'
  [ "$before" = "$(cat /proc/sys/kernel/pid_max)" ] && echo yes
)"
same "new namespace, below a parent with 1000" 4194304 "$(inside unshare --pid --fork --mount-proc sh -c '
  echo 1000 >/proc/sys/kernel/pid_max
  unshare --pid --fork --mount-proc cat /proc/sys/kernel/pid_max')"

mkdir -p "$root/bundle/rootfs"
inside runc spec --bundle /bundle
sed -i 's/"linux": {/"linux": { "sysctl": { "kernel.pid_max": "1000" },/; s/"terminal": true/"terminal": false/' "$root/bundle/config.json"
for runtime in runc crun; do
  LONE_CGROUP2=1 inside "$runtime" --root /tmp/state run --bundle /bundle "finding-$$" >"$work/message" 2>&1 </dev/null || true
  same "$runtime" "pid_max refused" "$(sed -n 's/.*pid_max.*\(is not in a separate kernel namespace\|is not namespaced\).*/pid_max refused/p' "$work/message")"
done
finish
