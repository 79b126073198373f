"""Spreads work over processes, a bounded number of items ahead, with the answers in order."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

from colonnade.kit.errors import Unavailable

_AHEAD = 8
"""Items that are given to a process before its answers are fetched."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def spread(
    work: Callable[[Item], Answer],
    items: Sequence[Item],
    processes: int | None = None,
    begin: Callable[..., None] | None = None,
    arguments: tuple[Any, ...] = (),
) -> Iterator[Answer]:
    """`work` done on every item; `begin` is called first in each process, with `arguments`.

    Args:
        processes: how many work at once; None takes one for each core, 1 works in this one.

    Raises Unavailable when a process dies, as one does that gets no more memory.
    """
    count = min(processes or len(os.sched_getaffinity(0)), len(items))
    if count <= 1:
        if begin is not None:
            begin(*arguments)
        yield from map(work, items)
        return
    with ProcessPoolExecutor(count, get_context("forkserver"), begin, arguments) as pool:
        pending: deque[Future[Answer]] = deque()
        try:
            for item in items:
                pending.append(pool.submit(work, item))
                if len(pending) >= count * _AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        except BrokenProcessPool as problem:
            raise Unavailable(
                "A process of the evaluation died.", "Give it more memory, or fewer processes."
            ) from problem
