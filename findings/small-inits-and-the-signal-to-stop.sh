#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: an init that is a container's first process takes SIGTERM as the wish to stop, and ends with 0 when all services
# have; capabilities that a container has not by default make no difference.
# Seen: busybox 1.38 reboots, openrc-init 0.64 halts, through reboot(2), which in a PID namespace ends init with SIGHUP or SIGINT:
# 129 or 130. Without CAP_SYS_BOOT (no engine gives it by default) that call fails: busybox ends with 0, and openrc-init has
# stopped its services and stays for ever. runit-init 2.3 ignores SIGTERM; s6-svscan 2.15 ends with 0 in both.
# Who cares: images of Alpine, Gentoo, Void and routers' firmware. Each stop waits for the engine's timeout and kills; and
# with the capability a restart policy of "on-failure" starts again what was stopped.
# What to do: with openrc give CAP_SYS_BOOT, and take 129 and 130 for success; with runit run runsvdir as the command: SIGHUP
# stops it and its services, with status 111.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid busybox-static=1:1.38.0-3+b1 openrc=0.64.1-2 runit=2.3.1-6 s6=2.15.1.0-1 util-linux=2.42.4-1

printf '%s\n' '::respawn:/usr/bin/sleep 1000' >"$root/etc/inittab"
mkdir -p "$root/scan"
cat >"$root/stopped" <<'SH'
mount -t tmpfs tmpfs /run
capability=$1
shift
[ "$capability" = with ] || set -- setpriv --bounding-set -sys_boot --inh-caps -sys_boot "$@"
timeout -s KILL 20 unshare --pid --fork --kill-child --mount-proc "$@" >/dev/null 2>&1 </dev/null &
running=$!
sleep 2
unshare=$(cat /proc/$running/task/$running/children)
init=$(cat /proc/${unshare% }/task/${unshare% }/children)
kill -TERM $init
(sleep 8; kill -KILL $init 2>/dev/null && echo stays >/tmp/stays) &
wait $running 2>/dev/null
status=$?
[ ! -e /tmp/stays ] && echo $status || cat /tmp/stays
SH

# stopped with|without INIT...: the status with which it ends by SIGTERM, with or without CAP_SYS_BOOT, or that it stays.
stopped() {
  inside sh /stopped "$@" 2>/dev/null
}

same "busybox init with CAP_SYS_BOOT" 129 "$(stopped with busybox init)"
same "and without" 0 "$(stopped without busybox init)"
same "openrc-init with CAP_SYS_BOOT" 130 "$(stopped with openrc-init)"
same "and without" stays "$(stopped without openrc-init)"
same "runit-init with CAP_SYS_BOOT" stays "$(stopped with /usr/lib/runit/runit-init)"
same "s6-svscan without" 0 "$(stopped without s6-svscan /scan)"
finish
