#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a tool that runs a command in namespaces of its own ends as the command does: with its status, and with 128 and the
# signal's number (or by the same signal) when a signal ends it, as shells have it.
# Seen: lxc-usernsexec 7.0 ends with 0 when a signal ends the command, whichever. rootlesskit 2.0.2 and proot 5.4 end with 255, minijail0
# with a PID namespace with 254. unshare, bwrap and minijail0 without one give 137 for SIGKILL. All of them hand on the 42 of a
# command that ends with it. ("podman unshare" 5.8.6 gives 255, "buildah unshare" 1.43.2 gives 1.)
# Who cares: builds and copies of rootless images, "lxc-usernsexec -- tar ...": when the kernel kills tar for memory, or a job's limit
# of time ends it, the script goes on with half a root file system. Who tells an OOM kill by 137 sees none with the others.
# What to do: use unshare --map-auto in its place, or have the command write a mark at its end.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid lxc=1:7.0.0-2+b1 rootlesskit=2.0.2-2+b11 proot=5.4.0-3 minijail=2026.05.18+git20261016.8787d1a-2 bubblewrap=0.13.1-1 \
  uidmap=1:4.20.3-1 util-linux=2.42.4-1

cat >"$root/wrappers" <<'SH'
echo root:100000:65536 | tee /etc/subuid >/etc/subgid
# statuses WRAPPER...: what it ends with for a command that does with 42, and for one that SIGTERM and SIGKILL end
statuses() {
  printf '%s:' "$1"
  for command in 'exit 42' 'kill -TERM $$' 'kill -KILL $$'; do
    status=0
    "$@" /bin/sh -c "$command" >/dev/null 2>&1 || status=$?
    printf ' %s' "$status"
  done
  echo
}
statuses unshare --user --map-auto --map-root-user --fork
statuses bwrap --bind / / --unshare-all
statuses minijail0
statuses minijail0 -v -p
statuses proot
statuses rootlesskit
statuses lxc-usernsexec -m b:0:100000:65536 --
SH
same "exit 42, SIGTERM, SIGKILL" "unshare: 42 143 137
bwrap: 42 143 137
minijail0: 42 143 137
minijail0: 42 254 254
proot: 42 255 255
rootlesskit: 42 255 255
lxc-usernsexec: 42 0 0" "$(LONE_CGROUP2=1 inside sh -e /wrappers 2>"$work/errors")"
finish
