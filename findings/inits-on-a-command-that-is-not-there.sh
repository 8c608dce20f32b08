#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: the small inits that engines put before a command end with 127 when it is not there and 126 when it cannot be
# executed, as shells, docker and podman do without them.
# Seen: tini 0.19.0 (docker --init) does; catatonit 0.2.1 (podman --init) ends with 1 for both, dumb-init 1.2.5 with 2.
# So "podman run --init image typo" gives 1 (seen with podman 5.8.6), where it gives 127 without --init.
# Who cares: restart policies and scripts that tell a wrong image (126, 127) from a program that failed: with these inits
# both look alike. The runtime cannot help: it has started the init, which was there.
# What to do: check the command at build time, or read the init's message on standard error.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack trixie tini=0.19.0-3+b8 catatonit=0.2.1-2+b14 dumb-init=1.2.5-3 util-linux=2.41.5-0+deb13u1

# statuses INIT: its status for a command that is not there, one that is not executable, and one that a signal ends.
statuses() {
  local status all=""
  for command in /not/there /etc/passwd 'kill -9 $$'; do
    status=0
    if [ -z "${command##kill*}" ]; then set -- "$1" sh -c "$command"; else set -- "$1" "$command"; fi
    inside unshare --pid --fork --mount-proc "$1" -- "${@:2}" 2>/dev/null || status=$?
    all+=" $status"
  done
  echo "${all# }"
}

same "tini" "127 126 137" "$(statuses tini)"
same "catatonit" "1 1 137" "$(statuses catatonit)"
same "dumb-init" "2 2 137" "$(statuses dumb-init)"
finish
