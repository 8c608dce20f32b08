#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""swap.py PATH PATH: exchanges the two paths over and over, until it is killed."""

import ctypes
import sys

AT_FDCWD = -100
RENAME_EXCHANGE = 2

first, second = (name.encode() for name in sys.argv[1:])
libc = ctypes.CDLL(None, use_errno=True)
if libc.renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE) != 0:
    sys.exit(f"renameat2: errno {ctypes.get_errno()}")
print("ready", flush=True)
while True:
    libc.renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE)
