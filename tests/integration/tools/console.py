# SPDX-License-Identifier: Apache-2.0
"""What conmon does with --console-socket: console.py SOCKET OUTPUT [TEXT]

Prints "received NAME COUNT" for the message (payload and number of descriptors) and
"size ROWS COLUMNS"; types TEXT into the terminal, and copies what comes out of it to
the file OUTPUT until the terminal is hung up.
"""
import array
import fcntl
import os
import socket
import struct
import sys
import termios


def say(*words):
    print(*words, flush=True)


def main():
    path, output = sys.argv[1:3]
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(1)
    say("ready")
    connection, _ = listener.accept()
    payload, controls, flags, _ = connection.recvmsg(4096, 1024)
    descriptors = array.array("i")
    for level, kind, data in controls:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(data)
    say("received", payload.rstrip(b"\0").decode(), len(descriptors), len(controls), flags & socket.MSG_CTRUNC)
    master = descriptors[0]
    size = fcntl.ioctl(master, termios.TIOCGWINSZ, b"\0" * 8)
    say("size", *struct.unpack("HHHH", size)[:2])
    if len(sys.argv) > 3:
        os.write(master, sys.argv[3].encode())
    with open(output, "wb", buffering=0) as copy:
        while True:
            try:
                data = os.read(master, 65536)
            except OSError:  # EIO: the last holder of the slave is gone
                break
            if not data:
                break
            copy.write(data)
    say("end")


main()
