#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: systemd-detect-virt knows a container by what a runtime leaves in it (init's "container" variable, /run/.containerenv,
# /.dockerenv); a process in a PID namespace alone, with nothing of that, is none.
# Seen with systemd 262: "container-other" for any PID namespace but the first, and for nothing else: a process with new mount,
# network, UTS and IPC namespaces is on the host.
# Who cares: units with ConditionVirtualization=!container, run by a systemd that shares the host's file system from
# `unshare --pid`, are skipped, and a container that shares the host's PID namespace counts as the host where no "container"
# variable or file says otherwise.
# What to do: engines keep setting container=NAME for init, which names them and takes precedence.
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
finish
