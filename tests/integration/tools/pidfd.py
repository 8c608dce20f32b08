# SPDX-License-Identifier: Apache-2.0
"""Receives the descriptor of --pidfd-socket: pidfd.py SOCKET [SIGNAL FILE]

Prints "received PAYLOAD PID COUNT", PID as /proc/self/fdinfo has it, sends SIGNAL through
the descriptor as soon as FILE exists, waits for the process to end and prints "ended".
"""
import array
import os
import select
import signal
import socket
import sys
import time


def say(*words):
    print(*words, flush=True)


def main():
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(sys.argv[1])
    listener.listen(1)
    say("ready")
    connection, _ = listener.accept()
    payload, controls, _, _ = connection.recvmsg(4096, 1024)
    descriptors = array.array("i")
    for level, kind, data in controls:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(data)
    with open(f"/proc/self/fdinfo/{descriptors[0]}", encoding="ascii") as info:
        pid = next(line.split()[1] for line in info if line.startswith("Pid:"))
    say("received", payload.rstrip(b"\0").decode(), pid, len(descriptors))
    if len(sys.argv) > 2:
        while not os.path.exists(sys.argv[3]):
            time.sleep(0.01)
        signal.pidfd_send_signal(descriptors[0], int(sys.argv[2]))
    poll = select.poll()
    poll.register(descriptors[0], select.POLLIN)
    poll.poll()
    say("ended")


main()
