"""What a file or a program is, said by somebody who may look into it: the host supplies him.

The sensor opens what is to be examined; the examiner gets descriptors and opens nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of it.

    Attributes:
        features: kind and value, as `detection` names them.
        sha256: of the whole file, '' where it was not worth the time.
        seconds: how long it took, without waiting for others.
        problem: why it could not be examined whole; '' when it was. What was found counts all the
            same, and finding nothing is then no sign of anything.
    """

    features: Sequence[tuple[str, str]] = ()
    sha256: str = ""
    problem: str = ""
    seconds: float = 0.0


class Examiner(Protocol):
    """Examines one thing at a time, in bounded time; never raises for what the thing holds."""

    async def examine_file(self, descriptor: int, path: str) -> Examined:
        """Of an open regular file; `path` only says what it is called."""
        ...

    async def examine_tree(self, bundle: int) -> Examined:
        """Of a program's files, packed by `bundle.pack`."""
        ...
