# SPDX-License-Identifier: Apache-2.0
"""idmapped.py SOURCE TARGET FIRST COMMAND...

Runs COMMAND in a mount namespace where SOURCE is bound on TARGET, its owners 0 to 9 shown as FIRST to FIRST + 9.
"""
import ctypes
import os
import signal
import struct
import sys

OPEN_TREE, MOVE_MOUNT, MOUNT_SETATTR = 428, 429, 442
AT_FDCWD, AT_EMPTY_PATH, CLONE_TREE, EMPTY_FROM, IDMAP = -100, 0x1000, 1, 4, 0x100000
NEW_MOUNTS, NEW_USERS = 0x20000, 0x10000000
REC, PRIVATE = 0x4000, 0x40000

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result < 0:
        raise OSError(ctypes.get_errno(), what)
    return result


def user_namespace(first):
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        check(libc.unshare(NEW_USERS), "unshare")
        os.write(told, b".")
        signal.pause()
    os.read(ready, 1)
    for kind in "uid", "gid":
        with open(f"/proc/{child}/{kind}_map", "w", encoding="ascii") as file:
            file.write(f"0 {first} 10\n")
    fd = os.open(f"/proc/{child}/ns/user", os.O_RDONLY)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return fd


source, target, first, command = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
check(libc.unshare(NEW_MOUNTS), "unshare")
check(libc.mount(None, b"/", None, REC | PRIVATE, None), "mount")
tree = check(libc.syscall(OPEN_TREE, AT_FDCWD, source.encode(), CLONE_TREE), "open_tree")
attributes = struct.pack("QQQQ", IDMAP, 0, 0, user_namespace(first))
check(libc.syscall(MOUNT_SETATTR, tree, b"", AT_EMPTY_PATH, attributes, len(attributes)), "mount_setattr")
check(libc.syscall(MOVE_MOUNT, tree, b"", AT_FDCWD, target.encode(), EMPTY_FROM), "move_mount")
os.execvp(command[0], command)
