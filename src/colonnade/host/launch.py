"""The last steps before a sandbox, in a process of its own that becomes it.

Joins the control groups, becomes the runtime's user, sets resource limits and turns into the
command, in this order: the group cannot be joined by the user, and limits must bind the user. Run
by file name under `-I -S` with a `Plan` as JSON on standard input; imports nothing of Colonnade, so
that it starts in 10 ms.
"""

import fcntl
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

FIXED = {"listener": 3, "way_out": 4, "hook": 5}
CLEAR = 16
"""Descriptors are moved up to here first, so that none stands where another must go."""


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
    numbers = {f"@{name}": str(fd) for name, fd in moved.items()}
    command: list[str] = [numbers.get(part) or part for part in map(str, plan["command"])]
    if os.getppid() != plan["parent"]:
        sys.exit("the host is gone")
    os.execve(command[0], command, plan["variables"])  # noqa: S606


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (bound, bound))


if __name__ == "__main__":
    main()
