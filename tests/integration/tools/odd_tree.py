#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""odd_tree.py make DIR: a directory with all that a careless copy loses.
odd_tree.py list DIR: a line for each file, in a form that two equal trees share."""

import os
import socket
import stat
import struct
import sys

PAST = 978307200  # 2001-01-01
NOBODY = 0xFFFFFFFF  # in entries of an access list without an id
USER_OBJ, USER, GROUP_OBJ, MASK, OTHER = 1, 2, 4, 16, 32


def access_list(uid):
    entries = [(USER_OBJ, 7, NOBODY), (USER, 5, uid), (GROUP_OBJ, 5, NOBODY), (MASK, 5, NOBODY), (OTHER, 5, NOBODY)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def write(name, text):
    with open(name, "w", encoding="ascii") as file:
        file.write(text)


def make(top):
    os.umask(0o022)
    os.makedirs(top + "/sub/deep")
    os.chdir(top)
    write("file", "text")
    os.chown("file", 5, 6)
    os.chmod("file", 0o4755)
    os.setxattr("file", "user.note", b"kept")
    os.setxattr("file", "system.posix_acl_access", access_list(5))
    os.link("file", "sub/again")
    os.link("file", "sub/deep/once_more")
    write("able", "text")
    os.chown("able", 7, 8)
    os.setxattr("able", "security.capability", struct.pack("<IIIII", 0x02000001, 1 << 13, 0, 0, 0))
    os.setxattr("sub", "system.posix_acl_default", access_list(6))
    os.setxattr("sub", "user.note", b"directory")
    os.setxattr("sub", "trusted.note", b"\x00\xff")
    os.setxattr(".", "system.posix_acl_access", access_list(9))
    os.mkfifo("fifo", 0o620)
    os.chown("fifo", 1, 2)
    os.mknod("device", 0o20640, os.makedev(1, 7))
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket")
    os.chmod("socket", 0o750)
    os.symlink("file", "link")
    os.chown("link", 3, 4, follow_symlinks=False)
    for directory, directories, files in os.walk(".", topdown=False):
        for name in files + directories + ["."]:
            os.utime(os.path.join(directory, name), (PAST, PAST), follow_symlinks=False)


def line(path, shown, first_names):
    status = os.lstat(path)
    names = sorted(os.listxattr(path, follow_symlinks=False))
    attributes = [(name, os.getxattr(path, name, follow_symlinks=False)) for name in names if name != "security.selinux"]
    first = first_names.setdefault(status.st_ino, shown)
    device = status.st_rdev if stat.S_ISCHR(status.st_mode) else 0
    links = 0 if stat.S_ISDIR(status.st_mode) else status.st_nlink
    return shown, oct(status.st_mode), status.st_uid, status.st_gid, int(status.st_mtime), device, links, first, attributes


def show(top):
    paths = [top]
    for directory, directories, files in os.walk(top):
        paths += [os.path.join(directory, name) for name in directories + files]
    first_names = {}
    for path in sorted(paths):
        print(*line(path, path[len(top) :] or "/", first_names))


{"make": make, "list": show}[sys.argv[1]](sys.argv[2])
