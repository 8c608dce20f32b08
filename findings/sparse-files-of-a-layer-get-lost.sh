#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a layer with a sparse file in it ("tar --sparse"), which the image specification advises against, is unpacked with its holes
# or is an error, whatever reads it.
# Seen: in GNU's format, tar's own, Buildah 1.43.2 (and with it Podman) and umoci 0.6.0 refuse it, and mkfs.erofs 1.9.4 --tar=f leaves the
# file out. In the PAX format, which bsdtar writes without being asked, Buildah and umoci fill the holes with zeros, and mkfs.erofs
# has GNUSparseFile.0/NAME in its place, with a list of numbers before the data. mkfs.erofs ends with 0, without a word of it. tar
# of busybox 1.38 and toybox 0.8 do as mkfs.erofs with the second; tar2sqfs and sqfstar read both.
# Who cares: containerd's erofs differ, which gives layers to mkfs.erofs: a database or a disk image (the files with holes) is missing,
# or a file of a lower layer is seen in its place. With the others a file of 1 GiB of holes takes 1 GiB.
# What to do: no --sparse, and "bsdtar --no-read-sparse", for what becomes a layer. "tar --list" shows no difference; grep the tar
# for GNUSparseFile, and look at the image with "fsck.erofs --extract".
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid erofs-utils=1.9.4-1 buildah=1.43.2+ds1-3+b1 umoci=0.6.0+ds-1+b1 tar=1.35+dfsg-7 libarchive-tools=3.8.10-2 \
  squashfs-tools-ng=1.3.2-1+b2 squashfs-tools=1:4.7.5-1 busybox-static=1:1.38.0-3+b1 toybox=0.8.9+dfsg-1.3 netavark diffutils findutils sed

cat >"$root/readers" <<'SH'
export HOME=/root PATH=/usr/sbin:/usr/bin LC_ALL=C
cd /tmp
chmod 755 .
mkdir -p files storage /etc/containers /var/tmp
echo '{"default": [{"type": "insecureAcceptAnything"}]}' >/etc/containers/policy.json
truncate --size 1M files/disk
printf data | dd of=files/disk bs=1 seek=512K conv=notrunc 2>/dev/null
touch files/plain
tar --sparse --create --file gnu.tar --directory files plain disk
tar --sparse --format posix --create --file pax.tar --directory files plain disk
bsdtar --create --file bsdtar.tar --directory files plain disk
bsdtar --no-read-sparse --create --file bsdtar-whole.tar --directory files plain disk

# shown DIRECTORY: the files there but "plain": whether they are as they were, and sparse.
shown() {
  [ -e "$1/plain" ] || { echo "nothing"; return; }
  (cd "$1" && find . -type f ! -name plain) | sed 's/^..//' | while read -r name; do
    if ! cmp -s "$1/$name" files/disk; then echo "$name, another"
    elif [ "$(stat --format %b "$1/$name")" -ge 2048 ]; then echo "$name, holes filled"
    else echo "$name"; fi
  done >list
  if [ -s list ]; then cat list; else echo "no file"; fi
}
buildah() { command buildah --storage-driver vfs --root /tmp/storage/root --runroot /tmp/storage/run "$@"; }
# A command that fails gives the end of what it says.
try() { "$@" >log 2>&1 || echo "status $?, $(tail -n 1 log | sed 's/.*: //'): "; }
for layer in gnu pax bsdtar bsdtar-whole; do
  echo "## $layer"
  mkdir -p $layer/tar $layer/busybox $layer/toybox
  for reader in tar "busybox tar" "toybox tar"; do
    echo "$reader: $(try $reader -xf $layer.tar -C $layer/${reader% tar})$(shown $layer/${reader% tar})"
  done
  umoci init --layout $layer/image
  umoci new --image $layer/image:a
  umoci raw add-layer --image $layer/image:a $layer.tar
  echo "umoci: $(try umoci unpack --image $layer/image:a $layer/umoci)$(shown $layer/umoci/rootfs)"
  echo "buildah: $(try buildah from --name $layer oci:/tmp/$layer/image:a)$(shown "$(buildah mount $layer 2>/dev/null)")"
  echo "mkfs.erofs: $(try mkfs.erofs -d1 --tar=f $layer/erofs.img $layer.tar)$(
    fsck.erofs --extract=$layer/erofs $layer/erofs.img >log 2>&1; shown $layer/erofs)"
  tar2sqfs --quiet $layer/tar2.img <$layer.tar
  echo "tar2sqfs: $(unsquashfs -quiet -no-progress -dest $layer/tar2sqfs $layer/tar2.img >log; shown $layer/tar2sqfs)"
  sqfstar -quiet -no-progress $layer/star.img <$layer.tar
  echo "sqfstar: $(unsquashfs -quiet -no-progress -dest $layer/sqfstar $layer/star.img >log; shown $layer/sqfstar)"
done
SH
inside sh /readers >"$work/seen" 2>"$work/errors" || fail_with "$work/errors"
same "what is unpacked (the status where it is not 0)" "## gnu
tar: disk
busybox tar: status 1, 0x53: no file
toybox tar: disk
umoci: status 1, unknown typeflag '\x53': nothing
buildah: status 1, unhandled tar header type 83 exit status 1: nothing
mkfs.erofs: no file
tar2sqfs: disk
sqfstar: disk
## pax
tar: disk
busybox tar: GNUSparseFile.0/disk, another
toybox tar: GNUSparseFile.0/disk, another
umoci: disk, holes filled
buildah: disk, holes filled
mkfs.erofs: GNUSparseFile.0/disk, another
tar2sqfs: disk
sqfstar: disk
## bsdtar
tar: disk
busybox tar: GNUSparseFile.0/disk, another
toybox tar: GNUSparseFile.0/disk, another
umoci: disk, holes filled
buildah: disk, holes filled
mkfs.erofs: GNUSparseFile.0/disk, another
tar2sqfs: disk
sqfstar: disk
## bsdtar-whole
tar: disk, holes filled
busybox tar: disk, holes filled
toybox tar: disk, holes filled
umoci: disk, holes filled
buildah: disk, holes filled
mkfs.erofs: disk, holes filled
tar2sqfs: disk
sqfstar: disk" "$(cat "$work/seen")"
finish
