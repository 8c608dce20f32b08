# SPDX-License-Identifier: Apache-2.0
"""A shim in small: reaper.py PIDFILE COMMAND… [--then COMMAND…]

Becomes a subreaper, runs the commands one after the other, and then reaps the process
of PIDFILE as its own child. Prints "child STATUS" with a shell's idea of the status.
"""
import ctypes
import os
import subprocess
import sys

PR_SET_CHILD_SUBREAPER = 36


def main():
    if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError("prctl(PR_SET_CHILD_SUBREAPER)")
    commands = [[]]
    for word in sys.argv[2:]:
        if word == "--then":
            commands.append([])
        else:
            commands[-1].append(word)
    for command in commands:
        subprocess.run(command, check=True)
    with open(sys.argv[1], encoding="ascii") as file:
        pid = int(file.read())
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    print("child", code if code >= 0 else 128 - code, flush=True)


main()
