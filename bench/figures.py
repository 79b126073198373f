"""Samples in, figures out: percentiles, ratios of variants that took turns, and targets. Pure."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """What a figure should reach: at most `bound`, or at least it."""

    bound: float
    at_most: bool = True

    def met_by(self, value: float) -> bool:
        """Whether `value` reaches the target; a value that is not a number never does."""
        return value <= self.bound if self.at_most else value >= self.bound


def at_most(bound: float) -> Target:
    """A target that smaller values reach."""
    return Target(bound)


def at_least(bound: float) -> Target:
    """A target that larger values reach."""
    return Target(bound, at_most=False)


@dataclass(frozen=True)
class Figure:
    """One measured value. `unit` is one of 's', 'ms', 'µs', 'MB', 'KB', 'MB/s', '/s', '×', ''.

    note: what a reader must know to read the value rightly (samples, conditions), or ''.
    """

    measurement: str
    name: str
    value: float
    unit: str = ""
    target: Target | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        return None if self.target is None else self.target.met_by(self.value)


def percentile(samples: Sequence[float], percent: float) -> float:
    """The value that `percent` (0–100) of the samples do not exceed, linearly interpolated.

    Raises ValueError without samples or with a percentage outside 0–100.
    """
    if not samples:
        raise ValueError("a percentile needs at least one sample")
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is no percentage")
    ordered = sorted(samples)
    position = (len(ordered) - 1) * percent / 100
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def p50(samples: Sequence[float]) -> float:
    """The median. Raises ValueError without samples."""
    return percentile(samples, 50)


def p99(samples: Sequence[float]) -> float:
    """The 99th percentile. Raises ValueError without samples."""
    return percentile(samples, 99)


def paired_ratio(rounds: Sequence[Sequence[float]], reference: Sequence[Sequence[float]]) -> float:
    """How many times the reference: the median, over rounds, of the ratio of the rounds' medians.

    Round i of both was measured within the same moments, so that a neighbour's load weighs on both
    and falls out of their ratio; the outer median drops rounds that a neighbour spoiled.
    Raises ValueError when the two have not the same number of rounds, or none.
    """
    if len(rounds) != len(reference):
        raise ValueError(f"{len(rounds)} rounds cannot be paired with {len(reference)}")
    return p50([p50(mine) / p50(theirs) for mine, theirs in zip(rounds, reference, strict=True)])


def slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Least-squares growth of `ys` for each unit of `xs`. Raises ValueError on under two points."""
    try:
        return statistics.linear_regression(xs, ys).slope
    except statistics.StatisticsError as problem:
        raise ValueError(str(problem)) from problem
