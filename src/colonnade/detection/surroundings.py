"""What the cells of a notebook give to those after them: constants, imports, functions, files.

`extract.extract_after` takes what the cells before gave and says what this one gives; this keeps
it together, within bounds. Keys are names of Python; `$NAME` is a variable of the environment,
`/name` the text of a file that was written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from colonnade.detection.normalise.fold.values import MAX_KEPT, Value, weight_of

MAX_GIVEN_NAMES = 500
MAX_GIVEN = 1 << 18
"""Characters and items that one cell gives."""
MAX_SURROUNDINGS = 1 << 22
"""Characters and items that all cells before give together."""

Gives = Mapping[str, Value | None]
"""What a cell gives; None for a name that stands for something unknown after it."""


def gives_of(own: Mapping[str, Value | None]) -> dict[str, Value | None]:
    """What a cell's own names give to others: what is too large is not known there."""
    found: dict[str, Value | None] = {}
    room = MAX_GIVEN
    for name, value in own.items():
        weight = weight_of(value) if value is not None else 1
        small = weight <= min(room, MAX_KEPT) and len(found) < MAX_GIVEN_NAMES
        room -= weight if small else 1
        if len(found) < 4 * MAX_GIVEN_NAMES:
            found[name] = value if small else None
    return found


@dataclass(slots=True)
class Surroundings:
    """What is known when a cell begins; `take` goes on to the next one."""

    known: dict[str, Value] = field(default_factory=dict[str, Value])
    _weight: int = 0

    def take(self, gives: Gives) -> None:
        """Let what one more cell gave be known."""
        for name, value in gives.items():
            self.known.pop(name, None)
            if value is None:
                continue
            weight = weight_of(value) + len(name)
            if self._weight + weight <= MAX_SURROUNDINGS:
                self._weight += weight
                self.known[name] = value

    def seen_by(self, reads: Iterable[str]) -> dict[str, Value]:
        """The part of it that a cell which reads these names can tell from any other."""
        return {name: self.known[name] for name in reads if name in self.known}
