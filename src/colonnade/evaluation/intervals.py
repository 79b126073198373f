"""How far a measured share can be trusted: two intervals at 95 %, since each alone misleads.

Wilson's takes every notebook for an independent draw, and also says something where nothing or
everything was hit. The resampled one draws whole owners, because the notebooks of one owner
resemble each other; with few owners, or no variation, it says nothing and is left out.
"""

import math
import random
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from pydantic import BaseModel, ConfigDict, computed_field

Z = 1.959964
"""Standard normal quantile of 0.975."""
ROUNDS = 2000
FEWEST_CLUSTERS = 5
SEED = 20261122
"""Fixed, so that the same notebooks always give the same figures."""

Interval = tuple[float, float]


class Rate(BaseModel):
    """A share with its intervals.

    Attributes:
        low, high: Wilson's interval; 0 and 1 without any trial.
        by_owner: the interval from resampling owners, or None where that says nothing.
    """

    model_config = ConfigDict(frozen=True)

    hits: int
    total: int
    low: float
    high: float
    by_owner: Interval | None = None

    @computed_field
    @property
    def value(self) -> float | None:
        """`hits / total`, or None without any trial."""
        return self.hits / self.total if self.total else None


def rate(trials: Iterable[tuple[str, bool]]) -> Rate:
    """The share of hits among (owner, hit)."""
    clusters: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for owner, hit in trials:
        clusters[owner][0] += hit
        clusters[owner][1] += 1
    hits, total = (sum(one[place] for one in clusters.values()) for place in (0, 1))
    low, high = wilson(hits, total)
    return Rate(
        hits=hits,
        total=total,
        low=low,
        high=high,
        by_owner=resampled(tuple(sorted((one[0], one[1]) for one in clusters.values()))),
    )


def wilson(hits: int, total: int) -> Interval:
    """Wilson's score interval at 95 % (E. B. Wilson, JASA 22, 1927, p. 209); (0, 1) for no trial.

    >>> [round(bound, 4) for bound in wilson(0, 254)]
    [0.0, 0.0149]
    """
    if not total:
        return 0.0, 1.0
    share, square = hits / total, Z * Z / total
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * math.sqrt(share * (1 - share) / total + square / total / 4)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    return low, 1.0 if hits == total else min(1.0, middle + half)


@cache
def resampled(clusters: tuple[tuple[int, int], ...]) -> Interval | None:
    """Percentile interval at 95 % of hits ÷ total, with whole clusters (hits, total) drawn anew.

    None for fewer than `FEWEST_CLUSTERS`, or when every draw would give the same.
    """
    hits, total = (sum(one[place] for one in clusters) for place in (0, 1))
    if len(clusters) < FEWEST_CLUSTERS or hits in {0, total}:
        return None
    dice = random.Random(SEED)  # noqa: S311 nothing secret: a bootstrap must be repeatable
    shares: list[float] = []
    for _ in range(ROUNDS):
        drawn = dice.choices(clusters, k=len(clusters))
        shares.append(sum(one[0] for one in drawn) / sum(one[1] for one in drawn))
    shares.sort()
    return shares[round(0.025 * ROUNDS)], shares[round(0.975 * ROUNDS) - 1]
