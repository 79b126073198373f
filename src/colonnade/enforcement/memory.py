"""What an examining process remembers of cells, so that most are extracted once.

What a cell shows depends on its source and on what the cells before it gave under the names that
it looks up. So a cell is remembered with just those, and known again where they are the same.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from colonnade.detection.match import Hits
from colonnade.detection.normalise.fold import Value
from colonnade.detection.normalise.fold.values import weight_of
from colonnade.detection.surroundings import Gives, Surroundings

MAX_KNOWN_CELLS = 20_000
MAX_VARIANTS = 4
"""Of one source, after different cells."""
MAX_WEIGHT = 8 << 20
"""Characters and items of constants, over all that is remembered."""


@dataclass(frozen=True, slots=True)
class Known:
    """A cell after extraction.

    Attributes:
        saw: what stood under the names that it looked up.
        wants: whether something that runs depends on a name that is not known.
        failure: why it could not be examined, or ''.
    """

    hits: Hits
    reads: frozenset[str] = frozenset()
    saw: dict[str, Value] = field(default_factory=dict[str, Value])
    gives: Gives = field(default_factory=dict[str, Value | None])
    wants: bool = False
    failure: str = ""

    def weight(self) -> int:
        """Characters and items that it keeps in memory."""
        given = sum(weight_of(value) for value in self.gives.values() if value is not None)
        return given + 100 * (len(self.gives) + len(self.reads))


class Memory:
    """Cells by their keys, the one that was looked up longest ago forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, list[Known]] = OrderedDict()
        self._weight = 0

    def __contains__(self, key: str) -> bool:
        return key in self._known

    def find(self, key: str, around: Surroundings) -> Known | None:
        """The cell as it is in these surroundings, or None when it was not seen in such."""
        variants = self._known.get(key)
        if variants is None:
            return None
        self._known.move_to_end(key)
        return next((one for one in variants if around.seen_by(one.reads) == one.saw), None)

    def reads_nothing(self, key: str) -> bool:
        """Whether the cell shows the same wherever it stands."""
        return any(not one.reads for one in self._known.get(key, ()))

    def keep(self, key: str, known: Known) -> None:
        """Remember a cell; what is too much is forgotten, oldest first."""
        variants = self._known.setdefault(key, [])
        variants.insert(0, known)
        self._weight += known.weight()
        for old in variants[MAX_VARIANTS:]:
            self._weight -= old.weight()
        del variants[MAX_VARIANTS:]
        while len(self._known) > MAX_KNOWN_CELLS or self._weight > MAX_WEIGHT:
            _, forgotten = self._known.popitem(last=False)
            self._weight -= sum(one.weight() for one in forgotten)
