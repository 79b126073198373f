"""Makes fingerprints of known projects, given all of them together; pure.

What two projects share that are not kin belongs to neither (a vendored library, boilerplate, a
benign parent), so it is left out of both fingerprints.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from colonnade.detection.similarity.fingerprint import (
    KEPT_OF_CODE,
    KEPT_OF_PATHS,
    Common,
    Fingerprint,
    Sample,
    Source,
)
from colonnade.detection.similarity.shingles import (
    HASH_BYTES,
    Hashes,
    code_shingles,
    path_shingles,
)
from colonnade.detection.similarity.tree import TreeFile

COMMON_BOUND = "04"
"""One hash in 64 of what is common ships: about 2 % error in its share of a tree."""
_CANDIDATES = 16 * KEPT_OF_CODE
"""Of a project's smallest hashes so many are looked up in the others; a sixteenth must be its own
for a full sample."""


@dataclass(frozen=True)
class Project:
    """A project as it was read.

    Attributes:
        kin: lines of descent; projects that have one in common may share code.
        code: its hashes, packed one after the other, since all projects are held at once.
        paths: likewise.
    """

    source: Source
    kin: frozenset[str]
    code: bytes
    paths: bytes

    def is_kin_of(self, other: "Project") -> bool:
        """Whether the two may share code without its being common."""
        return bool(self.kin & other.kin)


def read_project(source: Source, kin: Iterable[str], files: Iterable[TreeFile]) -> Project:
    """A project from its files; its family is a line of descent by itself."""
    paths: list[str] = []
    code: Hashes = set()
    for file in files:
        paths.append(file.path)
        if file.is_source():
            code |= code_shingles(file.read())
    lines = frozenset(kin) | {source.family}
    return Project(source, lines, _pack(code), _pack(path_shingles(paths)))


def make_fingerprints(projects: Sequence[Project], made: date) -> tuple[Fingerprint, ...]:
    """One fingerprint for each project, in the same order."""
    code = _samples(projects, lambda one: one.code, KEPT_OF_CODE)
    paths = _samples(projects, lambda one: one.paths, KEPT_OF_PATHS)
    return tuple(
        Fingerprint(made=made, source=project.source, code=own_code, paths=own_paths)
        for project, own_code, own_paths in zip(projects, code, paths, strict=True)
    )


def make_common(projects: Sequence[Project], made: date) -> Common:
    """What projects that are not kin share, of the hashes below `COMMON_BOUND`."""
    bound = bytes.fromhex(COMMON_BOUND)
    low = [{one for one in _unpack(project.code) if one < bound} for project in projects]
    holders = _holders(low, set[bytes]().union(*low))
    shared = frozenset(one for one, holding in holders.items() if _unrelated(projects, holding))
    families = {project.source.family for project in projects}
    return Common(
        made=made,
        projects=len(families),
        bound=COMMON_BOUND,
        code=Sample(size=len(shared), hashes=shared),
    )


def _samples(
    projects: Sequence[Project], part: Callable[[Project], bytes], kept: int
) -> list[Sample]:
    chosen = [_smallest(part(project)) for project in projects]
    everything = (_unpack(part(project)) for project in projects)
    holders = _holders(everything, set[bytes]().union(*chosen))
    samples: list[Sample] = []
    for project, candidates in zip(projects, chosen, strict=True):
        own = [
            one
            for one in candidates
            if all(project.is_kin_of(projects[other]) for other in holders[one])
        ]
        share = len(own) / len(candidates) if candidates else 0.0
        size = round(len(part(project)) / HASH_BYTES * share)
        samples.append(Sample(size=size, hashes=frozenset(own[:kept])))
    return samples


def _smallest(packed: bytes) -> list[bytes]:
    return sorted(_unpack(packed[: _CANDIDATES * HASH_BYTES]))


def _holders(sets: Iterable[Set[bytes]], wanted: Set[bytes]) -> Mapping[bytes, list[int]]:
    """Which of the sets hold each wanted hash."""
    holders: dict[bytes, list[int]] = {}
    for index, hashes in enumerate(sets):
        for one in hashes & wanted:
            holders.setdefault(one, []).append(index)
    return holders


def _unrelated(projects: Sequence[Project], indices: Sequence[int]) -> bool:
    return any(
        not projects[one].is_kin_of(projects[other])
        for place, one in enumerate(indices)
        for other in indices[place + 1 :]
    )


def _pack(hashes: Hashes) -> bytes:
    return b"".join(sorted(hashes))


def _unpack(packed: bytes) -> Hashes:
    return {packed[start : start + HASH_BYTES] for start in range(0, len(packed), HASH_BYTES)}
