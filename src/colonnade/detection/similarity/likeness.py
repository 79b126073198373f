"""How much of each known project a tree holds: `gather` reads the tree once, `compare` is pure.

*Containment* is the share of the known project that the tree holds, whatever else lies there: a
fork within a larger folder is found as well as a fork alone. *Jaccard* is what both share out of
what either has, common code left out: near 1 only for a whole copy with little added.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from colonnade.detection.similarity.bank import Bank
from colonnade.detection.similarity.fingerprint import Common, Fingerprint, Source
from colonnade.detection.similarity.shingles import (
    Hashes,
    path_shingles,
    tokens_of,
    windows_of,
)
from colonnade.detection.similarity.sketch import Counting
from colonnade.detection.similarity.tree import TreeFile

COUNTED = 4096
"""Hashes kept in order to tell the size of a tree: an error of some 2 % in its size."""
MAX_TOKENS = 4_000_000
"""Of a tree; ordinary code of 24 MiB has as many. Some five seconds' work, however dense it is."""
CODE_CONTAINED = 0.2
CODE_SHARED = 40
PATHS_CONTAINED = 0.45
PATHS_SHARED = 20
"""From these on a tree counts as a fork. The benign projects that were held out stay below in both;
docs/explanation/similarity.md has the figures."""
_MOST = 0.8
"""A folder is named as the place when it holds this share of what was found."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A tree after reading.

    Attributes:
        paths: of every file.
        met: hash of code that the bank knows, to the path where it was met first.
        code_size: about how many distinct shingles of code there are, common ones left out.
        complete: whether all code that was given was compared.
    """

    paths: tuple[str, ...]
    met: Mapping[bytes, str]
    path_hashes: frozenset[bytes]
    code_size: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """A known project and what a tree has of it.

    Attributes:
        containment: share of the project's distinctive code that the tree holds, 0 to 1.
        jaccard: of the code of both.
        shared: hashes of the project's sample that were met, of `sampled`.
        paths_containment: share of its distinctive paths that the tree has, 0 to 1.
        place: the folder that holds most of what is shared, '' for the tree's root.
    """

    source: Source
    containment: float
    jaccard: float
    shared: int
    sampled: int
    paths_containment: float
    paths_shared: int
    place: str

    @property
    def strength(self) -> float:
        """The larger containment of the two."""
        return max(self.containment, self.paths_containment)

    def is_fork(self) -> bool:
        """Whether enough is contained, and enough met, to call the tree a fork."""
        by_code = self.containment >= CODE_CONTAINED and self.shared >= CODE_SHARED
        by_paths = self.paths_containment >= PATHS_CONTAINED and self.paths_shared >= PATHS_SHARED
        return by_code or by_paths


def gather(files: Iterable[TreeFile], bank: Bank) -> Gathered:
    """Read the files once; memory grows with the number of paths and no further.

    Once `MAX_TOKENS` were compared, only paths are taken in.
    """
    paths: list[str] = []
    met: dict[bytes, str] = {}
    counting = Counting(COUNTED)
    allowed = MAX_TOKENS
    for file in files:
        paths.append(file.path)
        if file.is_source() and allowed > 0:
            tokens = tokens_of(file.read())
            allowed -= len(tokens)
            hashes = windows_of(tokens)
            counting.add(hashes)
            for one in hashes & bank.code:
                met.setdefault(one, file.path)
    size = round(counting.size() * (1 - _common_share(counting.smallest(), bank.common)))
    return Gathered(tuple(paths), met, frozenset(path_shingles(paths)), size, allowed > 0)


def compare(tree: Gathered, bank: Bank) -> tuple[Likeness, ...]:
    """The tree beside each family of the bank that it shares anything with, the likest first.

    Of several versions of one family the likest counts.
    """
    best: dict[str, Likeness] = {}
    for fingerprint in bank.fingerprints:
        found = _beside(tree, fingerprint)
        family = fingerprint.source.family
        if found.strength and (family not in best or found.strength > best[family].strength):
            best[family] = found
    return tuple(sorted(best.values(), key=lambda one: (-one.strength, one.source.family)))


def _beside(tree: Gathered, fingerprint: Fingerprint) -> Likeness:
    code, paths = fingerprint.code.sketch(), fingerprint.paths.sketch()
    shared = code.hashes & tree.met.keys()
    contained = code.held_by(shared)
    both = contained * code.size
    either = tree.code_size + code.size - both
    return Likeness(
        source=fingerprint.source,
        containment=contained,
        jaccard=min(1.0, both / either) if either > 0 else 0.0,
        shared=len(shared),
        sampled=len(code.hashes),
        paths_containment=paths.held_by(tree.path_hashes),
        paths_shared=len(paths.hashes & tree.path_hashes),
        place=_place([tree.met[one] for one in shared]),
    )


def _common_share(hashes: frozenset[bytes], common: Common) -> float:
    bound = bytes.fromhex(common.bound)
    comparable: Hashes = {one for one in hashes if one < bound}
    return len(comparable & common.code.hashes) / len(comparable) if comparable else 0.0


def _place(paths: list[str]) -> str:
    """The deepest folder below which most of `paths` lie."""
    counts: dict[str, int] = {}
    for path in paths:
        for folder in _folders(path):
            counts[folder] = counts.get(folder, 0) + 1
    wide = [folder for folder, count in counts.items() if count >= _MOST * len(paths)]
    return max(wide, key=lambda folder: folder.count("/"), default="")


def _folders(path: str) -> Iterator[str]:
    return accumulate(path.split("/")[:-1], lambda above, name: f"{above}/{name}")
