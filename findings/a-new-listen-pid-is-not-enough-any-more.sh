#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a daemon behind a wrapper that forks (bwrap, unshare --fork, an init, a shell) gets systemd's sockets when the last step sets
# LISTEN_PID anew: sh -c 'LISTEN_PID=$$ exec daemon'. sd_listen_fds(3) asks for that, and a variable that it did not know once
# cannot matter.
# Seen with systemd 262 (Linux 6.18): since 259 there is LISTEN_PIDFDID, too, the number of the pidfd of the process that was started. Where
# it is set, sd_listen_fds compares it after LISTEN_PID, and says "no sockets" without an error. libsystemd 257 does not look at it,
# nor does Go's activation package (22.6.0): the same wrapper works for these.
# Who cares: services in bubblewrap, unshare or chroot scripts, and images that bring their own wrapper: after an upgrade of the host's
# systemd and of the library the daemon binds a port of its own ("address in use"), or waits for ever.
# What to do: "unset LISTEN_PIDFDID" where LISTEN_PID is set. runc and crun do not hand it on.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
needs_kernel 6.9 "a pidfd with a number of its own"
unpack trixie libsystemd0=257.13-1~deb13u1
cp "$root"/usr/lib/*/libsystemd.so.0 "$work"
rm -r "$work/archives"
root=$work/sid
unpack sid systemd=262.1-1 libsystemd0=262.1-1 bubblewrap=0.13.1-1 python3.14-minimal=3.14.10-1 libpython3.14-stdlib=3.14.10-1 util-linux=2.42.4-1
cp "$work/libsystemd.so.0" "$root/older.so.0"

cat >"$root/daemon" <<'PYTHON'
import ctypes
newer = ctypes.CDLL("libsystemd.so.0").sd_listen_fds(0)
print(ctypes.CDLL("/older.so.0").sd_listen_fds(0), newer)
PYTHON
cat >"$root/started" <<'SH'
# Starts COMMAND as systemd does, with a socket, and makes the connection that it waits for.
cd /tmp
systemd-socket-activate --listen /tmp/socket "$@" >seen 2>log &
for _ in $(seq 100); do
  [ ! -S socket ] || break
  sleep 0.1
done
python3.14 -c 'import socket; socket.socket(socket.AF_UNIX).connect("/tmp/socket")'
wait $! || true
cat seen
SH
anew="export LISTEN_PID=\$\$; exec /usr/bin/python3.14 /daemon"
bwrap="/usr/bin/bwrap --dev-bind / / --unshare-pid --proc /proc"
started() { inside sh /started "$@"; }
echo "sockets that libsystemd 257 and 262 find:"
same "started directly" "1 1" "$(started /usr/bin/python3.14 /daemon)"
same "in a shell's child" "0 0" "$(started /usr/bin/sh -c '/usr/bin/python3.14 /daemon; true')"
same "there, with a new LISTEN_PID" "1 0" "$(started /usr/bin/sh -c "sh -c '$anew'; true")"
same "there, and no LISTEN_PIDFDID" "1 1" "$(started /usr/bin/sh -c "unset LISTEN_PIDFDID; sh -c '$anew'; true")"
# shellcheck disable=SC2086 # These are words.
same "behind bwrap, with a new LISTEN_PID" "1 0" "$(started $bwrap sh -c "$anew")"
same "behind unshare, with a new LISTEN_PID" "1 0" "$(started /usr/bin/unshare --pid --fork sh -c "$anew")"
# shellcheck disable=SC2086
same "behind bwrap, and no LISTEN_PIDFDID" "1 1" "$(started $bwrap sh -c "unset LISTEN_PIDFDID; $anew")"
finish
