#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a composefs image of a layer shows what the layer's directory has: a whiteout as the character device 0:0, hard links as
# names of one file.
# Seen with composefs 1.0.8 (Linux 6.18): the mount shows a whiteout as an empty regular file, whose mark is an extended attribute
# (trusted.overlay.whiteout). A further overlay takes it for a whiteout; cp, tar and rsync take it for a file, and an empty one
# comes back in the place of what was removed. Hard links become files of their own, with a link count of 1.
# Who cares: whoever keeps layers in composefs and copies, packs or compares them from their mount ("cp -a", "tar", a commit or a
# backup): the removed configuration is there again, empty. Packages that share files by hard links are counted for each name.
# What to do: read a layer through an overlay that has it above the others, not from its own mount; let mkfs.erofs, which keeps
# both, make an image that is to be copied from.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
needs_kernel 6.12 "erofs without a loop device, which composefs uses here,"
unpack sid composefs=1.0.8-3 attr=1:2.6.0-1 tar=1.35+dfsg-7

seen=$(inside sh -eu <<'SH' 2>"$work/errors"
cd /tmp
mkdir below layer objects mounted merged copy
echo old >below/removed
mknod layer/removed c 0 0
head -c 1000 /dev/zero >layer/one
ln layer/one layer/two
show() { stat --format='%n: %F, links %h' "$@"; }
show layer/removed layer/one
mkcomposefs --digest-store=objects layer layer.cfs
mount -t composefs layer.cfs mounted -o basedir=objects || exit 77
show mounted/removed mounted/one mounted/two
getfattr --match '^trusted' --dump mounted/removed | grep trusted
mount -t overlay overlay -o lowerdir=mounted:below merged
echo "merged:" merged/*
cp -a mounted/removed copy
tar --create --directory mounted removed | tar --extract --to-stdout | wc -c
show copy/removed
SH
) || { [ $? != 77 ] || skip "composefs does not mount: $(tail -n 1 "$work/errors")"; fail_with "$work/errors"; }
same "files" "layer/removed: character special file, links 1
layer/one: regular file, links 2
mounted/removed: regular empty file, links 1
mounted/one: regular file, links 1
mounted/two: regular file, links 1
trusted.overlay.whiteout=\"\"
merged: merged/one merged/two
0
copy/removed: regular empty file, links 1" "$seen"
finish
