# SPDX-License-Identifier: Apache-2.0
"""Speaks to a container by the address that the CRI's Exec and Attach answer with, over a WebSocket (RFC 6455), in the
protocol v4.channel.k8s.io: the first byte of a message is its channel.

    python3 cri_stream.py URL [TEXT | size=ROWSxCOLUMNS]...

Sends each TEXT, or resizes the terminal, half a second after one another. The container's output and error are printed;
it ends when the stream does, with the status of the command.
"""
import json
import os
import socket
import struct
import sys
import threading
import time
from urllib.parse import urlsplit

STDIN, STDOUT, STDERR, RESULT, RESIZE = range(5)
BINARY, CLOSE = 2, 8


def connect(url):
    stream = socket.create_connection((url.hostname, url.port), timeout=30)
    stream.sendall(
        f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Y29ydGVuY29ydGVuY29ydA==\r\n"
        "Sec-WebSocket-Protocol: v4.channel.k8s.io\r\nOrigin: http://localhost\r\n\r\n".encode()
    )
    reader = stream.makefile("rb")
    answer = reader.readline().decode()
    if " 101 " not in answer:
        sys.exit(f"cri_stream: {answer.strip()}")
    while reader.readline().strip():
        pass
    return stream, reader


def send(stream, channel, data):
    """A frame of a client is masked; it may be with zeros."""
    payload = bytes([channel]) + data
    stream.sendall(struct.pack("!BBH", 0x80 | BINARY, 0x80 | 126, len(payload)) + bytes(4) + payload)


def frames(reader):
    while len(head := reader.read(2)) == 2:
        size = head[1] & 0x7F
        if size >= 126:
            size = int.from_bytes(reader.read(2 if size == 126 else 8), "big")
        yield head[0] & 0xF, reader.read(size)


def speak(stream, words):
    for word in words:
        time.sleep(0.5)
        if word.startswith("size="):
            rows, columns = word[5:].split("x")
            send(stream, RESIZE, json.dumps({"Width": int(columns), "Height": int(rows)}).encode())
        else:
            send(stream, STDIN, word.encode())


def status_of(result):
    if result.get("status") == "Success":
        return 0
    for cause in result.get("details", {}).get("causes", []):
        if cause.get("reason") == "ExitCode":
            return int(cause["message"])
    sys.exit(f"cri_stream: {result.get('message')}")


stream, reader = connect(urlsplit(sys.argv[1]))
threading.Thread(target=speak, args=(stream, sys.argv[2:]), daemon=True).start()
status = 0
for kind, payload in frames(reader):
    if kind == CLOSE:
        break
    channel, data = (payload[0], payload[1:]) if payload else (STDOUT, b"")
    if channel == RESULT and data:
        status = status_of(json.loads(data))
    elif channel in (STDOUT, STDERR):
        os.write(channel, data)
sys.exit(status)
