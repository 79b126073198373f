"""A folder to the features that rules of scope `tree` look at.

`fork` features read 'role family containment folder', so that a rule can ask for a role
(`'/^face-swap /'`) and the evidence shows how much of what lies where.
"""

from pathlib import Path

from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.limits import MAX_FEATURES, Unscannable
from colonnade.detection.similarity.bank import Bank, default_bank
from colonnade.detection.similarity.likeness import Likeness, compare, gather
from colonnade.detection.similarity.tree import Walk


def examine_tree(folder: Path, bank: Bank | None = None) -> tuple[Feature, ...]:
    """What the tree of files below `folder` is, as features; nothing in it is run.

    Every family that the tree is a fork of, likest first, then its paths up to `MAX_FEATURES`.
    Takes about a second for 1,000 source files; some seven seconds and 250 MB at most.

    Raises Unscannable when the tree exceeds its budgets and what was read of it is no fork.
    """
    known = bank or default_bank()
    walk = Walk(folder)
    tree = gather(walk, known)
    forks = [one for one in compare(tree, known) if one.is_fork()]
    if not (forks or (walk.complete and tree.complete)):
        raise Unscannable("it holds more files or code than are compared")
    features = [Feature.whole(Kind.FORK, _fork(one)) for one in forks]
    features += [Feature.whole(Kind.TREE_PATH, _shown(path)) for path in tree.paths]
    return tuple(features[:MAX_FEATURES])


def _fork(likeness: Likeness) -> str:
    source = likeness.source
    described = f"{source.role} {source.family} {likeness.strength:.2f}"
    return f"{described} {_shown(likeness.place)}".rstrip()


def _shown(path: str) -> str:
    """A path that can be written as UTF-8, whatever bytes its names hold."""
    return path.encode("utf-8", "replace").decode()
