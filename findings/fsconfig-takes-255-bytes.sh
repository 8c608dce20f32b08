#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: the new mount API frees mounts from mount(2)'s page of options: a path in an option may be as long as a path may be.
# Seen (Linux 6.18): fsconfig(FSCONFIG_SET_STRING) takes at most 255 bytes and says EINVAL with no message in the log, so
# that an overlay with a longer upperdir, which mount(2) makes, fails; mount of util-linux 2.41 uses fsconfig and does not
# fall back: "wrong fs type, bad option, bad superblock".
# Who cares: engines that keep layers below a deep directory. The same mount works through a runtime that calls mount(2).
# What to do: with the new API, give layers as descriptors (FSCONFIG_SET_FD, Linux 6.13) or short relative paths; with
# mount(8), LIBMOUNT_FORCE_MOUNT2=always.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
needs_kernel 6.5 "overlay's use of the new mount API"
unpack trixie util-linux=2.41.5-0+deb13u1 mount=2.41.5-0+deb13u1

# tried LENGTH VARIABLE=VALUE: whether an overlay mount whose upperdir has that many bytes works.
tried() {
  # shellcheck disable=SC2016 # The inner shell expands.
  inside env "$2" sh -c '
    cd /tmp
    upper=/tmp/$(printf "%0100d/%0100d/%0$(($1 - 207))d" 0 0 0)
    [ "${#upper}" = "$1" ]
    mkdir -p lower work merged "$upper"
    mount -t overlay -o "lowerdir=lower,upperdir=$upper,workdir=work" overlay merged 2>message && echo works || head -n 1 message' \
    sh "$1" | cut -d, -f1
}

same "upperdir of 255 bytes" works "$(tried 255 A=)"
same "of 256 bytes" "mount: /tmp/merged: wrong fs type" "$(tried 256 A=)"
same "of 256 bytes with mount(2)" works "$(tried 256 LIBMOUNT_FORCE_MOUNT2=always)"
finish
