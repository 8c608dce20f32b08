#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: where "criu check" says that all is well, a process in a network namespace of its own can be dumped; where not, the log
# says why.
# Seen: CRIU 4.1.1 on Linux 7.3.4 (Debian 13 with the kernel of its backports): the check says "Looks good", and the dump fails with
# "Dumping FAILED." as the only line that is an error. In the host's network namespace the same process is dumped.
# Who cares: every podman container checkpoint, Docker's and Kubernetes' checkpoints on Debian 13 with that kernel; scripts that
# decide by "criu check".
# What to do: CRIU 4.2.1 works on Linux 7.2.13 (Debian sid); https://github.com/checkpoint-restore/criu/issues/3002 is the same
# for Linux 7.1. Try a dump instead of asking.
#
# The kernel is that of a virtual machine, whose image tests/vm/vm builds where it is not there yet.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"

# shellcheck disable=SC2016 # the machine's shell expands
VM_SUITE=trixie-backports "$(dirname "$0")/../tests/vm/vm" run -- sh -c '
  uname -r
  criu --version | head -n 1
  criu check
  dump() {
    mkdir -p "/tmp/$1"
    criu dump --tree "$2" --images-dir "/tmp/$1" --log-file log --leave-running >/dev/null 2>&1 && echo dumped || echo failed
    grep -c Error "/tmp/$1/log"
    grep Error "/tmp/$1/log"
  }
  setsid sleep 1000 </dev/null >/dev/null 2>&1 &
  setsid unshare --net sleep 1000 </dev/null >/dev/null 2>&1 &
  own=$!
  sleep 1
  dump host "$((own - 1))"
  dump own "$own"' </dev/null >"$work/seen" 2>&1 || skip "no virtual machine: $(tail -n 1 "$work/seen")"
mapfile -t seen <"$work/seen"
echo "with Linux ${seen[0]}, CRIU ${seen[1]}"
same "criu check" "Looks good." "${seen[2]}"
same "a process in the network namespace of the host" dumped "${seen[3]}"
same "lines of its log with an error" 0 "${seen[4]}"
same "one in a network namespace of its own" failed "${seen[5]}"
same "lines of its log with an error" 1 "${seen[6]}"
same "which is" "Error (criu/cr-dump.c:2111): Dumping FAILED." "${seen[7]}"
finish
