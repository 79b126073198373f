"""A folder to the features that rules of scope `tree` look at.

`fork` features read 'role family containment folder', so that a rule can ask for a role
(`'/^face-swap /'`) and the evidence shows how much of what lies where.
"""

from collections.abc import Iterable
from pathlib import Path

from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.limits import MAX_FEATURES, Unscannable
from colonnade.detection.similarity.bank import Bank, default_bank
from colonnade.detection.similarity.likeness import Likeness, compare, gather
from colonnade.detection.similarity.tree import TreeFile, Walk


def examine_tree(folder: Path, bank: Bank | None = None) -> tuple[Feature, ...]:
    """What the tree of files below `folder` is, as features; nothing in it is run.

    Every family that the tree is a fork of, likest first, then its paths up to `MAX_FEATURES`.
    Takes about a second for 1,000 source files; some seven seconds and 250 MB at most.

    Raises Unscannable when the tree exceeds its budgets and what was read of it is no fork.
    """
    walk = Walk(folder)
    features, whole = examine_files(walk, bank)
    if not (walk.complete and whole) and not _has_fork(features):
        raise Unscannable("it holds more files or code than are compared")
    return features


def examine_files(
    files: Iterable[TreeFile], bank: Bank | None = None
) -> tuple[tuple[Feature, ...], bool]:
    """As `examine_tree`, of files that somebody read; and whether all code was compared."""
    known = bank or default_bank()
    tree = gather(files, known)
    forks = [one for one in compare(tree, known) if one.is_fork()]
    features = [Feature.whole(Kind.FORK, _fork(one)) for one in forks]
    features += [Feature.whole(Kind.TREE_PATH, _shown(path)) for path in tree.paths]
    return tuple(features[:MAX_FEATURES]), tree.complete


def _has_fork(features: tuple[Feature, ...]) -> bool:
    return any(feature.kind is Kind.FORK for feature in features)


def _fork(likeness: Likeness) -> str:
    source = likeness.source
    described = f"{source.role} {source.family} {likeness.strength:.2f}"
    return f"{described} {_shown(likeness.place)}".rstrip()


def _shown(path: str) -> str:
    """A path that can be written as UTF-8, whatever bytes its names hold."""
    return path.encode("utf-8", "replace").decode()
