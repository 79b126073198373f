"""Whether confidences are kept, and what another threshold would bring.

A confidence of 0.8 is kept when eight of ten notebooks that are given it are abuse indeed. How
common abuse is among the notebooks at hand matters for that: a corpus has more of it than life.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from colonnade.evaluation.intervals import Rate, rate
from colonnade.evaluation.judging import Judged
from colonnade.evaluation.manifest import Side

BINS = 10
THRESHOLDS = (0.05, *(step / 10 for step in range(1, 10)), 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Scored:
    """What was said of one notebook, 0 to 1, and what is so."""

    owner: str
    score: float
    abuse: bool


class Bin(BaseModel):
    """Notebooks with nearly the same score: what was said on average, and the share that was so."""

    model_config = ConfigDict(frozen=True)

    said: float
    so: Rate


class Threshold(BaseModel):
    """What would be caught if every score from `at` up were."""

    model_config = ConfigDict(frozen=True)

    at: float
    precision: Rate
    recall: Rate
    false_positive_rate: Rate


class Calibration(BaseModel):
    """How one score did.

    Attributes:
        error: expected calibration error: the mean distance between said and so, bins weighed by
            their notebooks (Naeini, Cooper, Hauskrecht, AAAI 2015).
        error_found: the same over notebooks with a score above 0 only; the many of which nothing
            was said flatter `error`.
    """

    model_config = ConfigDict(frozen=True)

    bins: tuple[Bin, ...]
    error: float
    error_found: float
    thresholds: tuple[Threshold, ...]


def scores_of(judged: Sequence[Judged]) -> list[Scored]:
    """The confidence of the strongest finding, for every notebook that counts."""
    return [
        Scored(one.entry.owner, one.confidence, one.side is Side.ABUSE)
        for one in judged
        if not one.problem and one.side is not Side.APART
    ]


def calibrate(scored: Sequence[Scored]) -> Calibration:
    """The curve, the error and the thresholds of some scores."""
    bins = binned(scored)
    return Calibration(
        bins=bins,
        error=_error(bins),
        error_found=_error(binned([one for one in scored if one.score > 0])),
        thresholds=tuple(_threshold(scored, at) for at in THRESHOLDS),
    )


def binned(scored: Sequence[Scored]) -> tuple[Bin, ...]:
    """`BINS` of equal width over 0 to 1, empty ones left out, lowest first."""
    places: dict[int, list[Scored]] = {}
    for one in scored:
        places.setdefault(min(int(one.score * BINS), BINS - 1), []).append(one)
    return tuple(
        Bin(
            said=sum(one.score for one in ones) / len(ones),
            so=rate((one.owner, one.abuse) for one in ones),
        )
        for _, ones in sorted(places.items())
    )


def _error(bins: Sequence[Bin]) -> float:
    total = sum(one.so.total for one in bins)
    distances = (abs(one.said - (one.so.value or 0.0)) * one.so.total for one in bins)
    return sum(distances) / total if total else 0.0


def _threshold(scored: Sequence[Scored], at: float) -> Threshold:
    reached = [(one, one.score >= at) for one in scored]
    return Threshold(
        at=at,
        precision=rate((one.owner, one.abuse) for one, caught in reached if caught),
        recall=rate((one.owner, caught) for one, caught in reached if one.abuse),
        false_positive_rate=rate((one.owner, caught) for one, caught in reached if not one.abuse),
    )
