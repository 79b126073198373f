"""A large set of hashes by a few of them: its size, and how much of it another set holds.

A sketch keeps the `k` smallest hashes (bottom-k MinHash; Broder, 'On the resemblance and
containment of documents', 1997). They are a fair sample of the set, so the share of them that
another set holds estimates how much of the whole it holds, with a standard error of at most
1/(2√k); and the k-th smallest tells how large the set is (Bar-Yossef and others, 'Counting distinct
elements in a data stream', 2002, with the unbiased k - 1).
"""

import heapq
from collections.abc import Iterable, Set
from dataclasses import dataclass, field

from colonnade.detection.similarity.shingles import HASH_BYTES

_SPACE = float(1 << (8 * HASH_BYTES))


@dataclass(frozen=True, slots=True)
class Sketch:
    """The smallest hashes of a set that has `size` members."""

    size: int
    hashes: frozenset[bytes]

    @classmethod
    def of(cls, hashes: Set[bytes], kept: int) -> "Sketch":
        """A sketch of `hashes` with at most `kept` of them."""
        return cls(len(hashes), frozenset(heapq.nsmallest(kept, hashes)))

    def held_by(self, others: Set[bytes]) -> float:
        """The share of the sketched set that `others` holds, 0 to 1; of an empty set, 0."""
        return len(self.hashes & others) / len(self.hashes) if self.hashes else 0.0


@dataclass(slots=True)
class Counting:
    """Counts the distinct hashes of a stream in bounded memory, `kept` of them at a time.

    Exact up to `kept`; beyond, with a standard error of about 1/√kept.
    """

    kept: int
    _smallest: set[bytes] = field(default_factory=set[bytes])
    _bound: bytes = b"\xff" * (HASH_BYTES + 1)

    def add(self, hashes: Iterable[bytes]) -> None:
        """Take in more of the stream; hashes may come again."""
        self._smallest.update(one for one in hashes if one < self._bound)
        if len(self._smallest) > 2 * self.kept:
            self._trim()

    def smallest(self) -> frozenset[bytes]:
        """The smallest hashes so far, `kept` at most."""
        if len(self._smallest) > self.kept:
            self._trim()
        return frozenset(self._smallest)

    def size(self) -> int:
        """About how many distinct hashes there were."""
        smallest = self.smallest()
        if len(smallest) < self.kept:
            return len(smallest)
        return round((self.kept - 1) * _SPACE / int.from_bytes(max(smallest), "big"))

    def _trim(self) -> None:
        self._smallest = set(heapq.nsmallest(self.kept, self._smallest))
        self._bound = max(self._smallest)
