# SPDX-License-Identifier: Apache-2.0
"""Answers the system calls of a filter's listener: seccomp_agent.py SOCKET DIR ANSWER

SOCKET, in the abstract namespace if it starts with @, receives the listeners; the message that came with the n-th is written to DIR/n.json.
ANSWER is "continue", "ID" (the call returns ID) or "errno=N". Each call that is asked about is
a line "call NUMBER PID" of the output. An answer that begins with "once:" closes the listener
after its first call.
"""
import array
import fcntl
import os
import select
import socket
import struct
import sys

# Sizes of Linux 5.0's seccomp_notif and seccomp_notif_resp; see SECCOMP_GET_NOTIF_SIZES.
NOTIFICATION = struct.Struct("=QIIiIQ6Q")  # id, pid, flags; nr, arch, instruction pointer, arguments
RESPONSE = struct.Struct("=QqiI")  # id, value, error, flags
CONTINUE = 1


def ioctl_number(number, size):
    return 3 << 30 | size << 16 | ord("!") << 8 | number


RECEIVE = ioctl_number(0, NOTIFICATION.size)
SEND = ioctl_number(1, RESPONSE.size)


def say(*words):
    print(*words, flush=True)


def answer_to(wanted, call_id):
    if wanted == "continue":
        return RESPONSE.pack(call_id, 0, 0, CONTINUE)
    if wanted.startswith("errno="):
        return RESPONSE.pack(call_id, 0, -int(wanted[6:]), 0)
    return RESPONSE.pack(call_id, int(wanted), 0, 0)


def serve(listener, wanted):
    request = bytearray(NOTIFICATION.size)
    try:
        fcntl.ioctl(listener, RECEIVE, request)
    except OSError:  # ENOENT: the process was killed meanwhile
        return
    call_id, pid, _, number = NOTIFICATION.unpack(request)[:4]
    say("call", number, pid)
    try:
        fcntl.ioctl(listener, SEND, answer_to(wanted, call_id))
    except OSError:
        pass


def accept(listening, directory, count):
    connection, _ = listening.accept()
    message, controls, _, _ = connection.recvmsg(65536, 1024)
    while True:  # the runtime closes the connection after its message
        more = connection.recv(65536)
        if not more:
            break
        message += more
    descriptors = array.array("i")
    for level, kind, data in controls:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(data)
    with open(os.path.join(directory, f"{count}.json"), "wb") as file:
        file.write(message)
    say("listener", len(descriptors))
    return descriptors[0]


def main():
    path, directory, wanted = sys.argv[1:]
    once = wanted.startswith("once:")
    wanted = wanted.removeprefix("once:")
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if path.startswith("@"):  # abstract
        listening.bind("\0" + path[1:])
    else:
        os.chdir(os.path.dirname(path))  # an address has room for 107 bytes
        listening.bind(os.path.basename(path))
    listening.listen(8)
    say("ready")
    poll = select.poll()
    poll.register(listening, select.POLLIN)
    count = 0
    while True:
        for descriptor, event in poll.poll():
            if descriptor == listening.fileno():
                count += 1
                poll.register(accept(listening, directory, count), select.POLLIN)
                continue
            if event & select.POLLIN:
                serve(descriptor, wanted)
            if once or not event & select.POLLIN:  # nobody has the filter any more
                poll.unregister(descriptor)
                os.close(descriptor)


main()
