# SPDX-License-Identifier: Apache-2.0
"""A FUSE file system on DIRECTORY whose root can be looked at, and whose files nobody ever gets an answer about.

A process that looks for one waits, and neither a signal nor the freezer reaches it. Ends when it is killed.

  fuse_hang.py DIRECTORY
"""
import ctypes
import os
import struct
import sys

LOOKUP, INTERRUPT, GETATTR, INIT = 1, 36, 3, 26


def answer(fd, unique, body=b"", error=0):
    os.write(fd, struct.pack("<IiQ", 16 + len(body), error, unique) + body)


def main(directory):
    libc = ctypes.CDLL(None, use_errno=True)
    fd = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={fd},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
    if libc.mount(b"hang", directory.encode(), b"fuse", 0, options) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
    print("ready", flush=True)
    while True:
        request = os.read(fd, 1 << 17)
        opcode, unique = struct.unpack_from("<IQ", request, 4)
        if opcode == INIT:
            answer(fd, unique, struct.pack("<IIIIHHIIHHI", 7, 31, 0, 0, 0, 0, 4096, 1, 0, 0, 0) + bytes(28))
        elif opcode == GETATTR:  # valid for an hour
            attributes = struct.pack("<QQQQQQIIIIIIIIII", 1, 0, 0, 0, 0, 0, 0, 0, 0, 0o40755, 2, 0, 0, 0, 4096, 0)
            answer(fd, unique, struct.pack("<QII", 3600, 0, 0) + attributes)
        else:
            print("asked", opcode, flush=True)  # and never answered


main(sys.argv[1])
