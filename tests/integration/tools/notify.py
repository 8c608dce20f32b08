# SPDX-License-Identifier: Apache-2.0
"""Plays systemd's side of NOTIFY_SOCKET: notify.py SOCKET

Prints a line for each line of each message, and closes the descriptor of a BARRIER.
"""
import array
import os
import socket
import sys


def main():
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(sys.argv[1])
    os.chmod(sys.argv[1], 0o777)
    print("ready", flush=True)
    while True:
        payload, controls, _, _ = receiver.recvmsg(4096, 1024)
        for line in payload.decode().splitlines():
            print(line, flush=True)
        for level, kind, data in controls:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                descriptors = array.array("i")
                descriptors.frombytes(data)
                for descriptor in descriptors:
                    os.close(descriptor)


main()
