"""What a disguise costs: the same notebooks, judged once more in each of the twelve."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from colonnade.evaluation import metrics
from colonnade.evaluation.judging import Judged
from colonnade.evaluation.manifest import Side
from colonnade.evaluation.metrics import is_refused


class Disguised(BaseModel):
    """The figures under one disguise.

    Attributes:
        lost: paths that are caught undisguised, should be, and are not any more.
        added: benign paths that are refused now and were not.
        unscannable: notebooks with a cell that exceeds its budget now.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    overall: metrics.Overall
    lost: tuple[str, ...]
    added: tuple[str, ...]
    unscannable: int


def compare(name: str, before: Sequence[Judged], after: Sequence[Judged]) -> Disguised:
    """What changed; both hold the same notebooks in the same order."""
    pairs = [one for one in zip(before, after, strict=True) if not any(x.problem for x in one)]
    return Disguised(
        name=name,
        overall=metrics.overall(after),
        lost=tuple(
            plain.entry.path
            for plain, hidden in pairs
            if plain.side is Side.ABUSE and plain.caught and not hidden.caught
        ),
        added=tuple(
            plain.entry.path
            for plain, hidden in pairs
            if plain.side is Side.BENIGN and is_refused(hidden) > is_refused(plain)
        ),
        unscannable=sum(one.unscannable > 0 for one in after),
    )
