#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: "timeout 3600 COMMAND" as a container's command ends it after an hour, with 124, or 143 where timeout is busybox's.
# Seen: GNU coreutils 9.10's, as the first process, ends at once with 125, silently, and never starts the command: the child asks whether
# its parent is 1, as it would be when timeout had died. "bash -c 'timeout ...'" is the same, since bash becomes timeout. 9.7's is as
# guessed. That of busybox 1.38 becomes the command, and a child of it sends the signal at the end: but the first process of a
# PID namespace gets none from within, so that the command has all the time that it wants, and KILL or -k change nothing. Those of
# toybox 0.8 and uutils 0.12 end with 124.
# Who cares: jobs with a limit on Alpine and other images with busybox have none; on images with coreutils 9.10 nothing runs, and 125
# is what docker and podman say of errors of their own.
# What to do: the engine's --init, a shell that stays ("sh -c 'timeout ...; exit $?'"), or the limit outside (podman --timeout,
# activeDeadlineSeconds of Kubernetes). Mended upstream for GNU's: https://github.com/coreutils/coreutils/issues/219
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid coreutils=9.10-1 busybox-static=1:1.38.0-3+b1 toybox=0.8.9+dfsg-1.3 rust-coreutils=0.12.0-1 bash tini=0.19.0-6+b2 util-linux=2.42.4-1
newer=$root
root=$work/older
rm -r "$work/archives"
unpack trixie coreutils=9.7-3 util-linux=2.41.5-0+deb13u1

# first COMMAND...: its status as the first process of a PID namespace, and whether it was ended before its four seconds.
cat >"$newer/first" <<'SH'
began=$(date +%s)
status=0
unshare --pid --fork --mount-proc --kill-child "$@" >/dev/null 2>&1 || status=$?
took=$(($(date +%s) - began))
if [ $took -ge 4 ]; then echo "$status, in its own time"; else echo "$status"; fi
SH
cp "$newer/first" "$root/first"
same "GNU 9.7" 124 "$(inside sh /first timeout 1 sleep 4)"
root=$newer
mkdir "$root/busybox"
ln -s /usr/bin/busybox "$root/busybox/timeout"
same "GNU 9.10" 125 "$(inside sh /first timeout 1 sleep 4)"
same "GNU 9.10, after bash -c" 125 "$(inside sh /first bash -c "timeout 1 sleep 4")"
same "GNU 9.10, and the command ends by itself" 125 "$(inside sh /first timeout 1 true)"
same "GNU 9.10, with an init" 124 "$(inside sh /first tini -- timeout 1 sleep 4)"
same "busybox" "0, in its own time" "$(inside sh /first /busybox/timeout 1 sleep 4)"
same "busybox -s KILL" "0, in its own time" "$(inside sh /first /busybox/timeout -s KILL 1 sleep 4)"
same "busybox -k" "0, in its own time" "$(inside sh /first /busybox/timeout -k 1 1 sleep 4)"
same "busybox, with an init" 143 "$(inside sh /first tini -- /busybox/timeout 1 sleep 4)"
same "toybox" 124 "$(inside sh /first toybox timeout 1 sleep 4)"
same "uutils" 124 "$(inside sh /first /usr/lib/cargo/bin/coreutils/timeout 1 sleep 4)"
finish
