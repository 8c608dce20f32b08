#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a program may end its main thread and go on in the others (pthread_exit(3) in main says so); a container of it is running
# until the process ends, and a runtime's kill, exec and delete treat it so.
# Seen with runc 1.3.6 and crun 1.28 (Linux 6.18): /proc/PID/stat says "Z" as soon as the main thread is gone, and both read that as
# "stopped": kill, also with KILL, and exec fail. "runc delete --force" fails for the busy cgroup; that of crun ends with 0, and
# crun has forgotten a container that runs. nsenter --target has no namespaces to enter, as /proc/PID/ns belongs to the thread
# that is gone. cgroup.events says "populated 1", and kill(2) with the PID works.
# Who cares: programs in C, C++ or Rust as the command itself whose main only starts threads. Who waits for the process hears of no end,
# so that an engine has a running container which its runtime neither stops nor enters.
# What to do: an init before the command (--init), whose main thread stays; or join the threads in main. To look inside, enter the
# namespaces of /proc/PID/task/TID/ns of a thread that is left; to end it, kill the PID from outside.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid runc=1.3.6+ds1-1 crun=1.28-1 python3.14-minimal=3.14.10-1 libpython3.14-stdlib=3.14.10-1 util-linux=2.42.4-1 sed

cat >"$root/program" <<'PYTHON'
import ctypes, os, threading, time
def work():
    time.sleep(60)
    os._exit(42)
threading.Thread(target=work).start()
ctypes.CDLL(None).pthread_exit(None)
PYTHON
cat >"$root/containers" <<'SH'
cd /tmp
mkdir root root/proc root/usr
ln -s usr/lib usr/lib64 root
cp /program root
for runtime in runc crun; do
  cat >config.json <<JSON
{"ociVersion": "1.0.2", "root": {"path": "root"},
 "process": {"cwd": "/", "user": {"uid": 0, "gid": 0}, "args": ["/usr/bin/python3.14", "-I", "/program"]},
 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/usr", "type": "bind", "source": "/usr", "options": ["rbind", "ro"]}],
 "linux": {"cgroupsPath": "/finding-$$-$runtime", "namespaces": [{"type": "pid"}, {"type": "mount"}]}}
JSON
  group=/sys/fs/cgroup/finding-$$-$runtime
  $runtime run --detach --pid-file pid $runtime </dev/null >log 2>&1 || cat log
  pid=$(cat pid)
  for _ in $(seq 50); do
    grep -q '^State:.*Z' /proc/$pid/status && break
    sleep 0.1
  done
  echo "$runtime: State $(sed -n 's/^State:\t//p' /proc/$pid/status), cgroup $(grep populated $group/cgroup.events)"
  echo "status: $($runtime state $runtime | sed -n 's/.*"status": "\(.*\)".*/\1/p')"
  try() { if "$@" >log 2>&1; then echo 0; else echo "$? ($(tail -n 1 log | sed 's/^time.*msg=//'))"; fi; }
  echo "kill: $(try $runtime kill $runtime KILL)"
  echo "exec: $(try $runtime exec $runtime /usr/bin/true)"
  echo "nsenter --target: $(try nsenter --target $pid --pid --mount true)"
  other=$(ls /proc/$pid/task | sed -n 2p)
  echo "nsenter by a thread: $(try nsenter --mount=/proc/$pid/task/$other/ns/mnt true)"
  echo "delete: $(try $runtime delete --force $runtime | sed "s/finding-$$-//g")"
  then=$($runtime state $runtime 2>/dev/null | sed -n 's/.*"status": "\(.*\)".*/\1/p')
  echo "then: ${then:-unknown}, $(grep populated $group/cgroup.events)"
  kill -KILL $pid
  while grep -q 'populated 1' $group/cgroup.events; do sleep 0.1; done
  $runtime delete --force $runtime 2>/dev/null || true
  rmdir $group 2>/dev/null || true
done
SH
LONE_CGROUP2=1 inside sh /containers >"$work/seen" 2>"$work/errors" || fail_with "$work/errors"
seen() { sed -n "/^$1/,/^then/p" "$work/seen"; }
same "with runc" "runc: State Z (zombie), cgroup populated 1
status: stopped
kill: 1 (\"container not running\")
exec: 255 (\"exec failed: cannot exec in a stopped container\")
nsenter --target: 1 (nsenter: reassociate to namespaces failed: No such process)
nsenter by a thread: 0
delete: 1 (\"unable to destroy container: unable to remove container's cgroup: rmdir /sys/fs/cgroup/runc: device or resource busy\")
then: stopped, populated 1" "$(seen runc)"
same "with crun" "crun: State Z (zombie), cgroup populated 1
status: stopped
kill: 1 (kill container: No such process)
exec: 1 (the container \`crun\` is not running)
nsenter --target: 1 (nsenter: reassociate to namespaces failed: No such process)
nsenter by a thread: 0
delete: 0
then: unknown, populated 1" "$(seen crun)"
finish
