"""Who descends from whom among processes, read from /proc without looking at every process."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MAX_KIN = 2_000
MAX_ANCESTORS = 64


def descendants(process: int, proc: Path = Path("/proc")) -> Iterator[int]:
    """`process` and those below it, `MAX_KIN` at most, nearest first; those that end are left out.

    Reads /proc/PID/task/*/children (proc(5), CONFIG_PROC_CHILDREN).
    """
    waiting, seen = [process], 0
    while waiting and seen < MAX_KIN:
        one = waiting.pop(0)
        seen += 1
        yield one
        with suppress(OSError):
            for task in (proc / str(one) / "task").iterdir():
                with suppress(OSError, ValueError):
                    waiting += map(int, (task / "children").read_text().split())


def ancestors(process: int, proc: Path = Path("/proc")) -> Iterator[int]:
    """`process`, its parent, and so on, as far as they live."""
    for _ in range(MAX_ANCESTORS):
        if process <= 0:
            return
        yield process
        process = _parent(process, proc)


def _parent(process: int, proc: Path) -> int:
    with suppress(OSError, ValueError, IndexError):
        # The program's name may hold spaces and parentheses: what counts stands after the last.
        return int((proc / str(process) / "stat").read_text().rpartition(")")[2].split()[1])
    return 0
