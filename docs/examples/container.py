#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a bundle, and one more process in it, by ctypes alone. Usage: container.py LIBRARY BUNDLE STATE-DIRECTORY"""
import ctypes
import json
import sys


class RuntimeOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("root", ctypes.c_char_p), ("cgroups", ctypes.c_int),
                ("init", ctypes.c_char_p), ("notify_socket", ctypes.c_char_p)]


class CreateOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("bundle", ctypes.c_char_p), ("config", ctypes.c_char_p),
                ("stdio", ctypes.c_void_p), ("no_pivot", ctypes.c_int), ("no_new_keyring", ctypes.c_int)]


class ExecOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("process", ctypes.c_char_p), ("stdio", ctypes.c_void_p),
                ("ignore_paused", ctypes.c_int)]


def sized(kind, **members):
    return kind(size=ctypes.sizeof(kind), **members)


class Library:
    """Calls functions whose last argument is a corten_error **."""

    def __init__(self, path):
        self.loaded = ctypes.CDLL(path)
        self.loaded.corten_error_message.restype = ctypes.c_char_p

    def call(self, name, *arguments, result=ctypes.c_void_p):
        function = getattr(self.loaded, name)
        function.restype = result
        error = ctypes.c_void_p()
        value = function(*arguments, ctypes.byref(error))
        if error:
            message = self.loaded.corten_error_message(error).decode()
            self.loaded.corten_error_free(error)
            raise RuntimeError(message)
        return ctypes.c_void_p(value) if result is ctypes.c_void_p else value

    def text(self, name, *arguments):
        value = self.call(name, *arguments)
        text = ctypes.string_at(value).decode()
        self.loaded.corten_text_free(value)
        return text

    def wait(self, process):
        status = ctypes.c_int()
        self.call("corten_process_wait", process, ctypes.byref(status), result=ctypes.c_int)
        return status.value


def main(path, bundle, state):
    corten = Library(path)
    runtime = corten.call("corten_runtime_new", ctypes.byref(sized(RuntimeOptions, root=state.encode())))
    process = ctypes.c_void_p()
    container = corten.call("corten_container_run", runtime, b"python-example",
                            ctypes.byref(sized(CreateOptions, bundle=bundle.encode())), ctypes.byref(process))
    echo = json.dumps({"args": ["/bin/echo", "hello from Python"], "cwd": "/", "user": {"uid": 0, "gid": 0}})
    second = corten.call("corten_container_exec", container, ctypes.byref(sized(ExecOptions, process=echo.encode())))
    print("exec ended with status", corten.wait(second), flush=True)
    print("processes:", json.loads(corten.text("corten_container_statistics", container))["pids"])
    corten.call("corten_container_destroy", container, 1, result=ctypes.c_int)
    print("ended with status", corten.wait(process))


main(*sys.argv[1:])
