#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a container that is checkpointed and left running does what it did before; if its first process sleeps, it goes on
# sleeping for the rest of its time.
# Seen: CRIU 4.2.1 lets a system call that waits end with EINTR ("Will restore ... with interrupted system call"). GNU sleep sleeps
# on; busybox 1.38's "sleep NUMBER" takes it for the end of its time (1.35's did not), and ends with 0. "sleep inf" stays.
# Who cares: "sleep 3600" as the command of an image with busybox, in Kubernetes' forensic checkpoints (which leave the
# container running), podman container checkpoint --leave-running and pre-dumps: the container is gone, with success.
# What to do: "sleep inf", or a loop around sleep; a supervisor's restart policy must not take status 0 for done.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid "criu=4.2.1-1" "util-linux=2.42.4-1" "busybox-static=1:1.38.0-3+b1"

# after_a_checkpoint COMMAND...: what became of it a second after a dump that leaves it running.
after_a_checkpoint() (
  for fd in {3..254}; do eval "exec $fd>&-"; done # the caller's files, which CRIU would want to find
  inside dash -c '
    setsid "$@" </dev/null >/dev/null 2>&1 &
    sleep 0.5
    mkdir /tmp/images
    criu dump --tree $! --images-dir /tmp/images --shell-job --leave-running >/tmp/log 2>&1 || { tail -n 3 /tmp/log; exit; }
    sleep 1.5
    if kill -0 $! 2>/dev/null; then echo running; kill -9 $!; else wait $!; echo "ended with $?"; fi' dash "$@" 2>/dev/null
)

inside criu --version | head -n 1
inside busybox | head -n 1
same "sleep 77 of GNU" running "$(after_a_checkpoint /usr/bin/sleep 77)"
same "sleep 77 of busybox" "ended with 0" "$(after_a_checkpoint busybox sleep 77)"
same "sleep inf of busybox" running "$(after_a_checkpoint busybox sleep inf)"
finish
