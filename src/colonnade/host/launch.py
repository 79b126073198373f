"""The last steps before a sandbox, in a process of its own that becomes it.

Joins the control groups, becomes the runtime's user, sets resource limits, lets the host be asked
about every exec and turns into the command, in this order: the group cannot be joined by the user,
limits must bind the user, and the first exec that is asked about is that of the command. Run by
file name under `-I -S` with a `Plan` as JSON on standard input; imports nothing of Colonnade, and
little of Python, so that it starts in 10 ms.
"""

import array
import ctypes
import fcntl
import json
import os
import resource
import sys
from _socket import SCM_RIGHTS, SOL_SOCKET, socket  # `socket` itself takes 10 ms to import.
from pathlib import Path
from typing import Any

FIXED = {"listener": 3, "way_out": 4, "hook": 5}
CLEAR = 16
"""Descriptors are moved up to here first, so that none stands where another must go."""
_NO_NEW_PRIVILEGES, _SET_FILTER = 38, 1
_NEW_LISTENER, _WAIT_KILLABLE = 8, 32
"""prctl(2), seccomp(2), uapi linux/seccomp.h; the last since Linux 5.19."""
_SECCOMP = {"x86_64": 317, "aarch64": 277}


def main() -> None:
    """Carry out the plan on standard input."""
    plan: dict[str, Any] = json.load(sys.stdin)
    for folder in plan["groups"]:
        Path(folder, "cgroup.procs").write_text(str(os.getpid()))
    if plan["uid"] is not None:
        os.setgroups([])
        os.setresgid(plan["uid"], plan["uid"], plan["uid"])
        os.setresuid(plan["uid"], plan["uid"], plan["uid"])
    for name, value in plan["limits"].items():
        _limit(getattr(resource, name), value)
    passed = plan["passed"]
    moved = {name: fcntl.fcntl(fd, fcntl.F_DUPFD, CLEAR) for name, fd in passed.items()}
    for descriptor in passed.values():
        os.close(descriptor)
    for name in FIXED.keys() & moved.keys():
        descriptor = moved.pop(name)
        os.dup2(descriptor, FIXED[name])
        os.close(descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if "asking" in moved:
        _ask_about_execs(bytes.fromhex(plan["filter"]), moved.pop("asking"))
    numbers = {f"@{name}": str(fd) for name, fd in moved.items()}
    command: list[str] = [numbers.get(part) or part for part in map(str, plan["command"])]
    if os.getppid() != plan["parent"]:
        sys.exit("the host is gone")
    os.execve(command[0], command, plan["variables"])  # noqa: S606


def _ask_about_execs(program: bytes, end: int) -> None:
    """Install the filter, and send its listener over the socket `end`. Raises OSError.

    Both are closed here, so that nothing inside ever has them.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    lines = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_void_p))

    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    whole = Program(len(program) // 8, ctypes.addressof(lines))
    number = ctypes.c_long(_SECCOMP[os.uname().machine])
    for flags in (_NEW_LISTENER | _WAIT_KILLABLE, _NEW_LISTENER):
        listener: int = libc.syscall(number, _SET_FILTER, flags, ctypes.byref(whole))
        if listener >= 0:
            break
    else:
        raise OSError(ctypes.get_errno(), "seccomp")
    sent = (SOL_SOCKET, SCM_RIGHTS, array.array("i", [listener]))
    host: Any = socket(fileno=end)
    host.sendmsg([b"listener"], [sent])
    host.close()
    os.close(listener)


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (bound, bound))


if __name__ == "__main__":
    main()
