#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: "du -x" in a container counts the container's root file system, and leaves out the volumes. An overlay is one file
# system, with one st_dev.
# Seen (Linux 6.18): where the layers of an overlay are on two file systems, and neither the mount nor the kernel sets xino, its files
# have a device number for each layer, and its directories one of their own. du of GNU coreutils 9.10, busybox 1.38 and toybox 0.8
# compares each file's: it counts none, and says 0 with success. That of uutils 0.12, "find -xdev", "tar --one-file-system",
# "cp -x" and "rsync -x" look at directories alone, and miss nothing.
# Who cares: whoever looks for what fills a container, or measures images in a job: with image layers in erofs, composefs or
# squashfs, with an upper layer on a tmpfs, with "podman -v DIRECTORY:/x:O" whose directory is on another disk.
# What to do: mount such overlays with xino=on, or leave -x out and name the directories.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid coreutils=9.10-1 rust-coreutils=0.12.0-1 busybox=1:1.38.0-3+b1 toybox=0.8.9+dfsg-1.3 findutils=4.11.0-3 tar=1.35+dfsg-7 \
  rsync=3.5.1+ds1-2

seen=$(inside sh -eu <<'SCRIPT'
cd /tmp
# overlay OPTIONS UPPER: one with 100 kB in the lower layer and 50 kB in the upper one, at /tmp/merged
overlay() {
  mkdir -p "$2/upper" "$2/work"
  mount -t overlay overlay -o "lowerdir=one/lower,upperdir=$2/upper,workdir=$2/work$1" merged
  head -c 50000 /dev/zero >merged/upper
}
mkdir one two merged copy
mount -t tmpfs tmpfs one
mount -t tmpfs tmpfs two
mkdir -p one/lower/directory
head -c 100000 /dev/zero >one/lower/directory/lower

overlay ,xino=off two
echo "du -s" $(du -s merged)
for du in du "busybox du" "toybox du" "/usr/lib/cargo/bin/coreutils/du"; do echo "$du -sx" $($du -sx merged); done
echo "find -xdev" $(find merged -xdev -type f | sort)
echo "tar --one-file-system" $(tar --create --one-file-system merged | tar --list | grep -v '/$' | sort)
cp -ax merged copy
echo "cp -x" $(find copy -type f | sort)
echo "rsync -x" $(rsync --archive --dry-run --verbose -x merged/ nowhere | grep er$ | sort)
umount merged

overlay ,xino=on two
echo "xino=on: du -sx" $(du -sx merged)
umount merged
overlay ,xino=off one
echo "one file system: du -sx" $(du -sx merged)
SCRIPT
)
same "kilobytes, files" "du -s 152 merged
du -sx 0 merged
busybox du -sx 0 merged
toybox du -sx 0 merged
/usr/lib/cargo/bin/coreutils/du -sx 152 merged
find -xdev merged/directory/lower merged/upper
tar --one-file-system merged/directory/lower merged/upper
cp -x copy/merged/directory/lower copy/merged/upper
rsync -x directory/lower upper
xino=on: du -sx 152 merged
one file system: du -sx 152 merged" "$seen"
finish
