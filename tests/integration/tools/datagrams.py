# SPDX-License-Identifier: Apache-2.0
"""A UNIX socket that takes datagrams: datagrams.py SOCKET FILE, which has the last one."""
import os
import socket
import sys

path, file = sys.argv[1:]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(path)
print("ready", flush=True)
while True:
    text = receiver.recv(4096)
    with open(file + ".next", "wb") as out:
        out.write(text)
    os.rename(file + ".next", file)
