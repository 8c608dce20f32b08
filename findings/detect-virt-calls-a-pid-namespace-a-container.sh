#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: systemd-detect-virt knows a container by what a runtime leaves in it (init's "container" variable, /run/.containerenv,
# /.dockerenv); a process in a PID namespace alone, with nothing of that, is none.
# Seen with systemd 262: "container-other" for any PID namespace but the first, and for nothing else: a process with new mount,
# network, UTS and IPC namespaces is on the host.
# Who cares: a unit or script that asks for ConditionVirtualization=!container, or for `systemd-detect-virt --container`, below a
# mere `unshare --pid`, and a runtime's user whose container shares the host's PID namespace: none, unless something says more.
# What to do: engines keep setting container=NAME for the first process, which names them.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid systemd=262.1-1 util-linux=2.42.4-1

detected() {
  inside unshare "$@" systemd-detect-virt --container || true
}

same "new mount, network, UTS and IPC namespaces" none "$(detected --mount --net --uts --ipc)"
same "new PID namespace" container-other "$(detected --pid --fork --mount-proc)"
same "the same with container=docker for its first process" docker "$(container=docker detected --pid --fork --mount-proc)"
finish
