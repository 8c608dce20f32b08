#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: the id map of a mount is there for good, as mount_setattr(2) has it: EPERM for another one, EINVAL for attr_clr, and a
# copy of the mount has it, too. A container's volume that the host has id-mapped cannot be id-mapped for the container.
# Seen (since Linux 6.15, here 6.18): open_tree_attr(2) makes a copy with another map, recursively if asked, whether or not
# attr_clr has MOUNT_ATTR_IDMAP, and with that in attr_clr alone a copy without a map. The mount itself keeps its own:
# without OPEN_TREE_CLONE it is EPERM and EINVAL as before.
# Who cares: engines on hosts whose volumes or home directories are id-mapped mounts. The new map is from the file system's ids,
# not from those that the mount showed. And a map keeps nobody with CAP_SYS_ADMIN over the file system from the ids beneath.
# What to do: try open_tree_attr(2), and where it is not there, or says no, open_tree(2) and mount_setattr(2).
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
needs_kernel 6.15 "open_tree_attr(2)"
unpack bookworm python3.11=3.11.2-6+deb12u8 util-linux=2.38.1-5+deb12u3

seen=$(inside python3.11 - <<'PYTHON'
import ctypes, os, signal, struct

libc = ctypes.CDLL(None, use_errno=True)
OPEN_TREE, MOVE_MOUNT, MOUNT_SETATTR, OPEN_TREE_ATTR = 428, 429, 442, 467
HERE, EMPTY_PATH, RECURSIVE, CLONE, FROM_EMPTY, IDMAP, NEW_USERS = -100, 0x1000, 0x8000, 1, 4, 0x100000, 0x10000000

def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    return result if result >= 0 else os.strerror(ctypes.get_errno())

def attributes(set_, clear, users=0):
    return struct.pack("4Q", set_, clear, 0, users)

def users(first):
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        libc.unshare(NEW_USERS)
        os.write(told, b".")
        signal.pause()
    os.read(ready, 1)
    for kind in "uid", "gid":
        with open(f"/proc/{child}/{kind}_map", "w") as file:
            file.write(f"0 {first} 10\n")
    fd = os.open(f"/proc/{child}/ns/user", os.O_RDONLY)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return fd

def owner(fd, below="."):
    return os.stat(f"/proc/self/fd/{fd}/{below}").st_uid if isinstance(fd, int) else fd

for name in "/tmp/source", "/tmp/source/below", "/tmp/shown":
    os.mkdir(name)
    if name != "/tmp/shown":
        assert libc.mount(b"none", name.encode(), b"tmpfs", 0, None) == 0
first, second = users(7000), users(9000)
tree = call(OPEN_TREE, HERE, b"/tmp/source", CLONE)
assert call(MOUNT_SETATTR, tree, b"", EMPTY_PATH, attributes(IDMAP, 0, first), 32) == 0
print("mapped:", owner(tree))
for name, change in ("another", (IDMAP, 0, second)), ("cleared and another", (IDMAP, IDMAP, second)), ("cleared", (0, IDMAP)):
    print(f"{name}, by mount_setattr:", call(MOUNT_SETATTR, tree, b"", EMPTY_PATH, attributes(*change), 32))
assert call(MOVE_MOUNT, tree, b"", HERE, b"/tmp/shown", FROM_EMPTY) == 0
for how, flags in ("copy", CLONE), ("mount itself", 0):
    for name, change in ("another", (IDMAP, 0, second)), ("cleared and another", (IDMAP, IDMAP, second)), ("cleared", (0, IDMAP)):
        made = call(OPEN_TREE_ATTR, HERE, b"/tmp/shown", flags, attributes(*change), 32)
        print(f"{name}, by open_tree_attr, {how}:", owner(made))
deep = call(OPEN_TREE_ATTR, HERE, b"/tmp/source", CLONE | RECURSIVE, attributes(IDMAP, 0, second), 32)
print("recursively:", owner(deep), owner(deep, "below"))
print("the mount still shows:", os.stat("/tmp/shown").st_uid)
PYTHON
)
same "owner 0" "mapped: 7000
another, by mount_setattr: Operation not permitted
cleared and another, by mount_setattr: Invalid argument
cleared, by mount_setattr: Invalid argument
another, by open_tree_attr, copy: 9000
cleared and another, by open_tree_attr, copy: 9000
cleared, by open_tree_attr, copy: 0
another, by open_tree_attr, mount itself: Operation not permitted
cleared and another, by open_tree_attr, mount itself: Invalid argument
cleared, by open_tree_attr, mount itself: Invalid argument
recursively: 9000 9000
the mount still shows: 7000" "$seen"
finish
