"""The dead that nobody else waits for.

bubblewrap's outer process may end before the inner one. What it leaves goes to the machine's first
process, which in a container often waits for nobody: each sandbox would then leave a zombie behind.
So the host takes its orphans in itself.
"""

import asyncio
import os
from contextlib import suppress

import psutil

from colonnade.host import system

ROUND_SECONDS = 2.0


def adopt() -> None:
    """From now on be the parent of each descendant whose own parent ended. Raises OSError."""
    system.become_subreaper()


async def bury(round_seconds: float = ROUND_SECONDS) -> None:
    """For ever: wait for children that have been dead for a whole round.

    Those that this program started itself are waited for at once by whoever started them, so what
    is still there a round later is an orphan.
    """
    seen: set[int] = set()
    while True:
        await asyncio.sleep(round_seconds)
        dead = _dead_children()
        for process in dead & seen:
            with suppress(ChildProcessError):
                os.waitpid(process, os.WNOHANG)  # noqa: ASYNC222 it does not block
        seen = dead - seen


def _dead_children() -> set[int]:
    dead: set[int] = set()
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if child.status() == psutil.STATUS_ZOMBIE:
                dead.add(child.pid)
    return dead
