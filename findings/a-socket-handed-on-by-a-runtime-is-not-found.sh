#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a bundle whose service is started by a systemd socket gets the socket whichever runtime is in ExecStart=, with what sd_listen_fds(3)
# wants to see: LISTEN_FDS, LISTEN_PID, and the names in LISTEN_FDNAMES; and whichever PID namespace it has.
# Seen with runc 1.3.6 and crun 1.28: both hand on the descriptor. runc sets LISTEN_FDS and LISTEN_PID=1, crun LISTEN_PID=1 alone: with
# crun nothing is found where config.json has not LISTEN_FDS as a variable, too (Podman puts it there). The names get lost with
# both. In the host's PID namespace, or that of another container, LISTEN_PID=1 names a stranger: nothing is found with either.
# Where LISTEN_PID is not that of the runtime, which a wrapper between brings about, runc hands on nothing and crun does.
# Who cares: systemd units with a runtime and a bundle, and whoever replaces the one by the other there: no error, and the daemon binds a
# port of its own, or ends. Pods with one PID namespace (shareProcessNamespace, --pid=host).
# What to do: LISTEN_FDS and LISTEN_FDNAMES as variables in config.json; without a PID namespace of its own a shell as the
# command, with LISTEN_PID=$$ before the exec.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid systemd=262.1-1 libsystemd0=262.1-1 runc=1.3.6+ds1-1 crun=1.28-1 python3.14-minimal=3.14.10-1 libpython3.14-stdlib=3.14.10-1 \
  bash util-linux=2.42.4-1

cat >"$root/daemon" <<'PYTHON'
import ctypes, os
seen = ["%s=%s" % (name, value) for name, value in sorted(os.environ.items()) if name.startswith("LISTEN_")]
there = os.path.exists("/proc/self/fd/3") and os.readlink("/proc/self/fd/3").startswith("socket:")
found = ctypes.CDLL("libsystemd.so.0").sd_listen_fds(0)
print(*seen, "handed on" if there else "not handed on", "found" if found else "not found", sep=", ", flush=True)
PYTHON
cat >"$root/containers" <<'SH'
cd /tmp
mkdir root root/dev root/proc root/usr
ln -s usr/lib usr/lib64 usr/bin root
cp /daemon root
# bundle RUNTIME NAMESPACE VARIABLES PROC
bundle() {
  cat >config.json <<JSON
{"ociVersion": "1.0.2", "root": {"path": "root"},
 "process": {"cwd": "/", "user": {"uid": 0, "gid": 0}, "args": ["/usr/bin/python3.14", "/daemon"], "env": ["PATH=/usr/bin"$3]},
 "mounts": [{"destination": "/dev", "type": "tmpfs", "source": "tmpfs"}, $4,
            {"destination": "/usr", "type": "bind", "source": "/usr", "options": ["rbind", "ro"]}],
 "linux": {"cgroupsPath": "/finding-$$-$1", "namespaces": [{"type": "mount"}$2]}}
JSON
}
own='{"destination": "/proc", "type": "proc", "source": "proc"}'
hosts='{"destination": "/proc", "type": "bind", "source": "/proc", "options": ["rbind"]}'
# started COMMAND...: as systemd starts it, with a socket
started() {
  rm -f socket
  systemd-socket-activate --fdname web --listen /tmp/socket "$@" >seen 2>log &
  for _ in $(seq 100); do
    [ ! -S socket ] || break
    sleep 0.1
  done
  python3.14 -c 'import socket; socket.socket(socket.AF_UNIX).connect("/tmp/socket")'
  wait $! || cat log
  cat seen
}
for runtime in runc crun; do
  echo "$runtime"
  bundle $runtime ', {"type": "pid"}' "" "$own"
  echo " a PID namespace: $(started $(command -v $runtime) run finding)"
  echo " after a fork: $(started /usr/bin/bash -c "$runtime run finding; true")"
  bundle $runtime ', {"type": "pid"}' ', "LISTEN_FDS=1", "LISTEN_FDNAMES=web"' "$own"
  echo " variables in config.json: $(started $(command -v $runtime) run finding)"
  bundle $runtime "" "" "$hosts"
  echo " no PID namespace: $(started $(command -v $runtime) run finding)"
done
SH
LONE_CGROUP2=1 inside bash /containers >"$work/seen" 2>"$work/errors" || fail_with "$work/errors"
same "what a daemon sees" "runc
 a PID namespace: LISTEN_FDS=1, LISTEN_PID=1, handed on, found
 after a fork: not handed on, not found
 variables in config.json: LISTEN_FDNAMES=web, LISTEN_FDS=1, LISTEN_PID=1, handed on, found
 no PID namespace: LISTEN_FDS=1, LISTEN_PID=1, handed on, not found
crun
 a PID namespace: LISTEN_PID=1, handed on, not found
 after a fork: LISTEN_PID=1, handed on, not found
 variables in config.json: LISTEN_FDNAMES=web, LISTEN_FDS=1, LISTEN_PID=1, handed on, found
 no PID namespace: LISTEN_PID=1, handed on, not found" "$(cat "$work/seen")"
finish
