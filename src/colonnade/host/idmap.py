"""A user namespace that maps one id to another, for id-mapped mounts (Linux 5.12).

The namespace is made by a short-lived child, a separate interpreter, since a process with threads
cannot enter one. It waits on its standard input and ends when that closes.
"""

import os
import subprocess
import sys

from colonnade.host import system

_CHILD = f"""
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
failed = libc.unshare({system.CLONE_NEWUSER})
sys.stdout.write("n" if failed else "y")
sys.stdout.flush()
sys.stdin.read()
"""


def make_id_map(on_disk: int, shown: int) -> int:
    """A new descriptor of a user namespace in which files of user `on_disk` belong to `shown`.

    Takes some 15 ms. Raises OSError where user namespaces are not to be had.
    """
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        if child.stdout.read(1) != b"y":
            raise PermissionError("user namespaces are not to be had")
        system.map_ids(child.pid, on_disk, shown)
        return os.open(f"/proc/{child.pid}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
