"""Conditions over the parts of a whole: which of them hold in one part, and in which order.

A part is a cell of a notebook, or one thing that was seen of a runtime. Evidence says by `cell` to
which part it belongs, and in a runtime by `line` and `end_line` when it was first and last seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from colonnade.detection.conditions import Branch, Condition, Leaf, leaves_of


class Placed(Protocol):
    """As `match.Evidence` is."""

    @property
    def cell(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def end_line(self) -> int: ...


One = TypeVar("One", bound=Placed)


def apart(
    condition: Condition, evidence: Mapping[Leaf, tuple[One, ...]]
) -> list[Mapping[Leaf, tuple[One, ...]]]:
    """The evidence for `condition` by the parts that it belongs to, in their order."""
    parts: dict[int, dict[Leaf, list[One]]] = {}
    for leaf in leaves_of(condition):
        for one in evidence.get(leaf, ()):
            parts.setdefault(one.cell, {}).setdefault(leaf, []).append(one)
    return [{leaf: tuple(ones) for leaf, ones in part.items()} for _, part in sorted(parts.items())]


def in_order(children: Sequence[Condition], evidence: Mapping[Leaf, tuple[Placed, ...]]) -> bool:
    """Whether the children came to hold one after another; two at the same moment are in order."""
    moment: int | None = 0
    for child in children:
        moment = _earliest(child, evidence, moment)
        if moment is None:
            return False
    return True


def _earliest(
    condition: Condition, evidence: Mapping[Leaf, tuple[Placed, ...]], after: int
) -> int | None:
    """When `condition` first came to hold by what was seen at `after` or later, or None.

    Of what was seen often only the first and the last time are known. Where the first is too early
    the last counts: it may miss an order, and makes none up.
    """
    if isinstance(condition, Leaf):
        return min(_moments(evidence.get(condition, ()), after), default=None)
    if not isinstance(condition, Branch) or condition.operator == "not":
        return None
    if condition.operator == "several":
        (child,) = condition.children
        moments = [_earliest(child, part, after) for part in apart(child, evidence)]
    else:
        moments = [_earliest(child, evidence, after) for child in condition.children]
    known = sorted(one for one in moments if one is not None)
    match condition.operator:
        case "any":
            needed = 1
        case "at_least" | "several":
            needed = condition.needed
        case _:
            needed = len(condition.children)
    return known[needed - 1] if len(known) >= needed else None


def _moments(found: Iterable[Placed], after: int) -> Iterable[int]:
    return (
        one.line if one.line >= after else one.end_line for one in found if one.end_line >= after
    )
