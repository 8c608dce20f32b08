#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Speaks ttrpc to a shim, well and badly.

  ttrpc.py SOCKET call SERVICE METHOD [NAME=VALUE...]   prints "CODE MESSAGE", 0 for success; a field is NUMBER=TEXT or NUMBER:=INTEGER
  ttrpc.py SOCKET exec ID FIFO COMMAND                  runs a shell's command on a terminal in container ID, reads the fifo to its end
                                                        slowly, and prints the status and how many bytes came
  ttrpc.py SOCKET execs ID COUNT                        as many execs of "true", one after another, each started, waited for and deleted
  ttrpc.py SOCKET unread ID FIFO terminal|pipes         starts an exec that writes more than the fifo takes, which nobody reads, and then
                                                        makes other calls, kills and deletes it; prints the longest call in seconds
  ttrpc.py SOCKET garbage                               sends what is no ttrpc on many connections, then looks whether the shim answers
  ttrpc.py SOCKET silent                                asks and asks, and reads no answer, until no more is taken; meanwhile others call
"""
import json
import os
import socket
import struct
import sys
import time

SERVICE = "containerd.task.v2.Task"


def varint(number):
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def text(number, value):
    value = value if isinstance(value, bytes) else value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def integer(number, value):
    return varint(number << 3) + varint(value)


def fields(message):
    """The fields of a message: (number, value), a value being a number or bytes."""
    at = 0

    def read():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        tag = read()
        if tag & 7 == 0:
            yield tag >> 3, read()
        else:
            size = read()
            yield tag >> 3, message[at : at + size]
            at += size


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        self.socket.connect(path)
        self.stream = -1

    def send(self, payload, stream=None, kind=1, length=None):
        if stream is None:
            self.stream += 2
            stream = self.stream
        self.socket.sendall(struct.pack(">IIBB", len(payload) if length is None else length, stream, kind, 0) + payload)
        return stream

    def read(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def answer(self):
        """(stream, code, message, payload) of the next response."""
        length, stream, kind, _ = struct.unpack(">IIBB", self.read(10))
        assert kind == 2, kind
        code, message, payload = 0, "", b""
        for number, value in fields(self.read(length)):
            if number == 2:
                payload = value
            if number == 1:
                for inner, what in fields(value):
                    if inner == 1:
                        code = what
                    if inner == 2:
                        message = what.decode()
        return stream, code, message, payload

    def call(self, method, payload=b"", service=SERVICE):
        stream = self.send(text(1, service) + text(2, method) + text(3, payload))
        got = self.answer()
        assert got[0] == stream, got
        return got[1:]


def expect(client, code, **how):
    client.send(**how)
    got = client.answer()
    assert got[1] == code, (how, got)


def garbage(path):
    client = Client(path)
    connect = text(1, SERVICE) + text(2, "Connect")
    expect(client, 12, payload=text(1, "no.Service") + text(2, "Connect"))  # unimplemented
    expect(client, 12, payload=text(1, SERVICE) + text(2, "NoMethod"))
    expect(client, 3, payload=b"\x0a\x7f")  # a request that ends too early
    expect(client, 3, payload=connect, stream=2)  # an even stream
    expect(client, 3, payload=connect, stream=1)  # one that was there
    expect(client, 3, payload=b"", kind=3)  # data for no stream
    too_long = (4 << 20) + 1
    expect(client, 8, payload=b"x" * too_long)
    expect(client, 13, payload=text(1, SERVICE) + text(2, "State") + text(3, b"\x0a\x7f"))
    expect(client, 5, payload=text(1, SERVICE) + text(2, "State") + text(3, text(1, "nobody")))
    client.send(b"later", kind=9)  # of a later protocol: no answer
    code, _, payload = client.call("Connect")  # the same connection lives
    assert code == 0 and dict(fields(payload))[1] > 0
    for size in range(1, 200):
        other = Client(path)
        other.socket.sendall(os.urandom(size))
        other.socket.close()
    half = Client(path)
    half.socket.sendall(struct.pack(">IIBB", 1000, 1, 1, 0) + b"x")  # and no more
    assert Client(path).call("Connect")[0] == 0
    print("answers")


def silent(path):
    client = Client(path)
    client.socket.settimeout(2)
    long_name = text(1, SERVICE) + text(2, "M" * 30000)  # it is repeated in the answer
    count = 0
    try:
        while count < 2000:
            client.send(long_name)
            count += 1
    except TimeoutError:
        pass
    assert count < 2000, "all of it was taken"
    assert Client(path).call("Connect")[0] == 0
    print("answers")


def added(client, container, name, args, output="", terminal=0):
    """Adds an exec; what names it in further calls."""
    process = {"args": args, "cwd": "/", "env": ["PATH=/bin"], "user": {"uid": 0, "gid": 0}}
    kind = "types.containerd.io/opencontainers/runtime-spec/1/Process"
    names = text(1, container) + text(2, name)
    spec = text(7, text(1, kind) + text(2, json.dumps(process)))
    got = client.call("Exec", names + integer(3, terminal) + text(5, output) + spec)
    assert got[0] == 0, got
    return names


def execs(path, container, count):
    client = Client(path)
    for number in range(int(count)):
        names = added(client, container, f"many-{number}", ["true"])
        for method in "Start", "Wait", "Delete":
            got = client.call(method, names)
            assert got[0] == 0, (method, got)
        assert dict(fields(got[2])).get(2, 0) == 0, "its status"


def unread(path, container, fifo, kind):
    client = Client(path)
    longest = 0.0

    def call(method, payload):
        nonlocal longest
        begin = time.monotonic()
        got = client.call(method, payload)
        longest = max(longest, time.monotonic() - begin)
        assert got[0] == 0, (method, got)
        return got[2]

    names = added(client, container, "unread", ["sh", "-c", "head -c 10000000 /dev/zero; sleep 100"], fifo, kind == "terminal")
    call("Start", names)
    time.sleep(0.5)  # it is full, and the writer waits
    other = added(client, container, "beside", ["true"])
    for method in "Start", "Wait", "Delete":
        call(method, other)
    for method in "State", "Stats", "Pids":
        call(method, text(1, container))
    call("Kill", names + integer(3, 9))
    assert dict(fields(call("Wait", names)))[1] == 137
    call("Delete", names)
    print(f"{longest:.1f}")


def execute(path, container, fifo, command):
    client = Client(path)
    names = added(client, container, "on-a-terminal", ["sh", "-c", command], fifo, 1)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    assert client.call("Start", names)[0] == 0
    os.set_blocking(reader, True)
    count = 0
    while piece := os.read(reader, 1 << 20):
        count += len(piece)
        time.sleep(0.0005)
    status = dict(fields(client.call("Wait", names)[2])).get(1, 0)
    assert client.call("Delete", names)[0] == 0
    print(status, count)


def main():
    path, what, *rest = sys.argv[1:]
    others = {"garbage": garbage, "silent": silent, "exec": execute, "execs": execs, "unread": unread}
    if what in others:
        return others[what](path, *rest)
    service, method, *values = rest
    payload = b""
    for value in values:
        number, _, content = value.partition("=")
        if number.endswith(":"):
            payload += integer(int(number[:-1]), int(content))
        else:
            payload += text(int(number), content)
    code, message, _ = Client(path).call(method, payload, service)
    print(code, message)


main()
