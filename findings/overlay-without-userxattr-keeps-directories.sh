#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: an overlay that mounts in a user namespace works there; without userxattr it fails at the mount, or when a new
# directory replaces one of the lower layer.
# Seen (Linux 6.18): it mounts, and files of the lower layer can be changed and removed; removing one of its directories fails with
# EIO, and leaves an error in the kernel's log. With userxattr all of it works.
# Who cares: a runtime passes the mount's options on as they are. A rootless container runs well until a package manager
# removes or replaces a directory of the image, and reads as a broken disk.
# What to do: an engine, or whoever writes the bundle, adds userxattr to an overlay in a user namespace.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
needs_kernel 5.11 "overlay in user namespaces"
unpack bookworm util-linux=2.38.1-5+deb12u3 mount=2.38.1-5+deb12u3 sed

# tried OPTIONS
tried() {
  # shellcheck disable=SC2016 # The inner shell expands.
  inside unshare --user --map-root-user --mount sh -c '
    cd /tmp
    mkdir -p lower/directory upper work merged
    touch lower/directory/inner lower/file
    mount -t overlay -o "lowerdir=lower,upperdir=upper,workdir=work$1" overlay merged && echo mounts
    rm merged/file && echo removes files
    rm -r merged/directory 2>message && echo removes directories
    sed "s/.*: //" message' sh "$1" | tr '\n' ' ' | sed 's/ $//'
}

same "with userxattr" "mounts removes files removes directories" "$(tried ,userxattr)"
same "without" "mounts removes files Input/output error" "$(tried '')"
finish
