#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: what a container removes from its image stays removed, whichever overlay it has; and the kernel's overlay reads the
# upper layer that fuse-overlayfs wrote, and the other way round.
# Seen with fuse-overlayfs 1.14 (1.10 and 1.13 alike): after "rm -r directory; mkdir directory" the listing is empty, and each
# file that was in the image opens by its name; once it is written to, it is listed again. A new mount has it gone. Without
# CAP_SYS_ADMIN over the host the directory's mark is user.fuseoverlayfs.opaque, which the kernel does not know: an overlay
# with userxattr has the old files back, and shows ".wh..wh..opq" beside them. It reads the marks of the kernel itself.
# Who cares: rootless containers with mount_program (Podman, Buildah): a build that clears a directory and looks for files by
# name (caches, conf.d) finds the removed ones. A store that changes to the kernel's overlay shows removed files for good.
# What to do: use the kernel's overlay for rootless stores (Linux 5.13), and begin with an empty one ("podman system reset").
# The first part is https://github.com/containers/fuse-overlayfs/issues/324, open since 2021.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
[ -e /dev/fuse ] || skip "there is no /dev/fuse (modprobe fuse)"
needs_kernel 5.11 "overlay in user namespaces"
unpack sid fuse-overlayfs=1.14-1+b1 util-linux=2.42.4-1 mount=2.42.4-1

cat >"$root/overlays" <<'SH'
layers=lowerdir=lower,upperdir=upper,workdir=work
fuse() { fuse-overlayfs -o $layers merged 2>/dev/null; }
kernel() { mount -t overlay -o userxattr,$layers overlay merged; }
fresh() {
  rm -rf lower upper work
  mkdir -p lower/directory upper work merged
  echo image >lower/directory/old
}
replace() {
  rm -r merged/directory
  mkdir merged/directory
}
seen() { echo "listed: $(ls -A merged/directory | tr '\n' ' ')opened: $(cat merged/directory/old 2>/dev/null)"; }

cd /tmp
fresh
fuse
replace
seen
umount merged
fuse
seen
umount merged
kernel
seen
umount merged
fresh
kernel
replace
umount merged
fuse
seen
umount merged
SH
mapfile -t seen < <(inside unshare --user --map-root-user --mount sh /overlays)
same "replaced in fuse-overlayfs" "listed: opened: image" "${seen[0]}"
same "mounted again" "listed: opened: " "${seen[1]}"
same "the same layer in the kernel's overlay" "listed: .wh..wh..opq old opened: image" "${seen[2]}"
same "replaced in the kernel's, mounted with fuse-overlayfs" "listed: opened: " "${seen[3]}"
finish
