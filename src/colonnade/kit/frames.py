"""The inside of a process of ours: frames on its standard streams, and limits on what it may take.

Its keeper is a `framed_process.FramedProcess`. A process calls `confine` once it has loaded what it
needs, and then `serve`, with a function that turns a request into an answer.
"""

import contextlib
import json
import os
import resource
import sys
from collections.abc import Callable, Generator
from typing import Any

from colonnade.kit import system_calls

LENGTH_BYTES = 4
MAX_FRAME_BYTES = 128 << 20
MEMORY_BYTES = 1 << 30

Answer = Callable[[dict[str, Any]], dict[str, Any]]


def serve(answer: Answer, cpu_seconds: int) -> None:
    """Answer frames until the other side closes them; `cpu_seconds` bounds each answer."""
    with contextlib.suppress(EOFError, BrokenPipeError), _quiet_failure():
        while True:
            request = json.loads(read_bytes(int.from_bytes(read_bytes(LENGTH_BYTES), "big")))
            _bound_time(cpu_seconds)
            write(answer(request))


def confine() -> None:
    """No core dumps, no new files, bounded memory, and few system calls; whatever input may do.

    What is needed later is to be loaded before: nothing starts, connects or writes from here on.
    """
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, MEMORY_BYTES),
    ):
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))
    system_calls.give_up()


def read_bytes(count: int) -> bytes:
    """The next `count` bytes. Raises EOFError when they do not come, or are too many."""
    if count > MAX_FRAME_BYTES:
        raise EOFError
    pieces: list[bytes] = []
    while count:
        piece = os.read(0, min(count, 1 << 20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def write(frame: dict[str, Any]) -> None:
    """Send a frame to the keeper."""
    body = json.dumps(frame, separators=(",", ":")).encode()
    data = memoryview(len(body).to_bytes(LENGTH_BYTES, "big") + body)
    while data:
        data = data[os.write(1, data) :]


@contextlib.contextmanager
def _quiet_failure() -> Generator[None]:
    """End without a traceback: its last line could quote a notebook into the log."""
    try:
        yield
    except (EOFError, BrokenPipeError):
        raise
    except Exception as problem:
        sys.exit(f"examiner: {type(problem).__name__}")


def _bound_time(seconds: int) -> None:
    """Let the kernel end this process, should its keeper be gone while it is stuck."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(usage.ru_utime + usage.ru_stime) + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
