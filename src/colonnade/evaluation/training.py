"""Trains a model from a feature table, and says how it does on owners and families it never saw.

A logistic regression with an L2 penalty over signs that are there or not. A sign whose weight would
speak for innocence is left out and the rest is fitted again, until every weight is above zero: see
`detection.model` for why. The sum is then calibrated after Platt on owners that were held out,
which only scales the weights, so the model stays readable.

Needs scikit-learn (`pip install colonnade[training]`); nothing else does.
"""

import hashlib
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from colonnade.detection.features.feature import Kind
from colonnade.detection.model import Model, Sign, squash
from colonnade.evaluation.calibration import Scored
from colonnade.evaluation.intervals import Rate, rate
from colonnade.evaluation.table import Row, read
from colonnade.kit.clock import utcnow
from colonnade.kit.errors import Invalid, Unavailable

POSITIVE = "deepfake-creation"
NEGATIVE = frozenset({"benign", "benign-lookalike", "webui"})
BENIGN = frozenset({"benign", "benign-lookalike"})
PENALTY = 1.0
"""scikit-learn's `C`: smaller shrinks weights more."""
FEWEST_OWNERS = 3
"""A sign must be shown by so many owners of abusive notebooks: one person's habit is none."""
LEAST_WEIGHT = 0.05
MOST_SIGNS = 40
FOLDS = 5
LEAST_THRESHOLD = 0.9
"""Above what any of 1,107 benign notebooks of other authors reached (0.88; November 2026)."""
MOST_FALSE_ALARMS = 0.005
"""Of benign notebooks by owners that were left out (issue 3, 'What it must reach')."""

Weights = tuple[float, dict[str, float]]
"""Bias, and the weight of each sign."""


class LeftOut(BaseModel):
    """How models did at the threshold on what they were trained without.

    Attributes:
        families: the share caught of each family by a model trained without it.
        recall, false_positive_rate: of each owner, by a model trained without them.
    """

    model_config = ConfigDict(frozen=True)

    recall: Rate
    false_positive_rate: Rate
    families: dict[str, Rate]


@dataclass(frozen=True)
class Trained:
    """A model with what was said of notebooks that it had not seen.

    Attributes:
        scored: each notebook, by a model trained without its owner.
    """

    model: Model
    left_out: LeftOut
    scored: tuple[Scored, ...]


def train_beside(table: Path) -> Trained:
    """A model of the table in a file, written beside it with the ending `.json`.

    Raises what `train` raises, and Invalid when the table is not sound.
    """
    origin = {
        "table": table.name,
        "table_sha256": hashlib.sha256(table.read_bytes()).hexdigest(),
        "date": utcnow().date().isoformat(),
        "commit": _commit(),
    }
    trained = train(read(table), table.stem, origin)
    text = trained.model.model_dump_json(indent=1) + "\n"
    table.with_suffix(".json").write_text(text, "utf-8")
    return trained


def train(rows: Iterable[Row], name: str, origin: dict[str, Any]) -> Trained:
    """A model of the rows that are deepfake-creation or surely not; the others are left aside.

    Raises Invalid when there are too few of either, Unavailable without scikit-learn.
    """
    used = [row for row in rows if row.label == POSITIVE or row.label in NEGATIVE]
    scored = _owners_left_out(used)
    benign = [one for row, one in zip(used, scored, strict=True) if row.label in BENIGN]
    threshold = _threshold([one.score for one in benign])
    left_out = LeftOut(
        recall=_reached([one for one in scored if one.abuse], threshold),
        false_positive_rate=_reached(benign, threshold),
        families=_families_left_out(used, threshold),
    )
    bias, weights = fit(used)
    counts = Counter(row.label for row in used)
    model = Model(
        name=name,
        bias=round(bias, 4),
        threshold=threshold,
        signs=tuple(_sign(one, weight) for one, weight in weights.items()),
        provenance={
            **origin,
            "notebooks": dict(sorted(counts.items())),
            "penalty": PENALTY,
            "left_out": left_out.model_dump(mode="json"),
        },
    )
    return Trained(model, left_out, tuple(scored))


def fit(rows: Sequence[Row]) -> Weights:
    """Calibrated weights above zero. Raises Invalid when the rows cannot tell the two apart."""
    bias, weights = _fit_positive(rows)
    slope, shift = _platt(rows)
    return min(shift + slope * bias, 0.0), {one: slope * w for one, w in weights.items()}


def score(weights: Weights, row: Row) -> float:
    """The log odds of a row."""
    bias, by_sign = weights
    return bias + sum(weight for sign, weight in by_sign.items() if sign in row.signs)


def _fit_positive(rows: Sequence[Row]) -> Weights:
    """Left out one round after another: what would weigh less than `LEAST_WEIGHT`."""
    signs = _vocabulary(rows)
    while signs:
        bias, found = _regress(rows, signs)
        kept = {one: weight for one, weight in found.items() if weight >= LEAST_WEIGHT}
        if len(kept) == len(signs) <= MOST_SIGNS:
            return bias, kept
        if len(kept) == len(signs):
            kept = dict(sorted(kept.items(), key=lambda one: -one[1])[:MOST_SIGNS])
        signs = sorted(kept)
    raise Invalid("No sign tells these notebooks apart.", "Give it more of both kinds.")


def _vocabulary(rows: Iterable[Row]) -> list[str]:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.label == POSITIVE:
            for sign in row.signs:
                owners[sign].add(row.owner)
    return sorted(one for one, known in owners.items() if len(known) >= FEWEST_OWNERS)


def _regress(rows: Sequence[Row], signs: Sequence[str]) -> Weights:
    matrix = [[float(sign in row.signs) for sign in signs] for row in rows]
    bias, weights = _logistic(matrix, [row.label == POSITIVE for row in rows], PENALTY)
    return bias, dict(zip(signs, weights, strict=True))


def _platt(rows: Sequence[Row]) -> tuple[float, float]:
    """Slope and shift that make log odds of owners that were held out true (J. Platt, 1999)."""
    held: list[tuple[float, bool]] = []
    for fold in _folds(rows):
        kept = [row for row in rows if row.owner not in fold]
        with suppress(Invalid):  # Too few are left without them to learn from.
            weights = _fit_positive(kept)
            held += [
                (score(weights, row), row.label == POSITIVE) for row in rows if row.owner in fold
            ]
    if len({truth for _, truth in held}) < 2:
        return 1.0, 0.0
    shift, (slope,) = _logistic([[one] for one, _ in held], [truth for _, truth in held], 1.0)
    return (slope, shift) if slope > 0 else (1.0, 0.0)


def _folds(rows: Sequence[Row]) -> list[frozenset[str]]:
    """Owners in `FOLDS` parts with about as many abusive notebooks each, the largest first."""
    abusive = Counter(row.owner for row in rows if row.label == POSITIVE)
    everyone = sorted({row.owner for row in rows}, key=lambda one: (-abusive[one], one))
    return [frozenset(everyone[start::FOLDS]) for start in range(FOLDS)]


def _owners_left_out(rows: Sequence[Row]) -> list[Scored]:
    from_owner: dict[str, Weights] = {
        owner: fit([row for row in rows if row.owner != owner])
        for owner in sorted({row.owner for row in rows})
    }
    return [_scored(from_owner[row.owner], row) for row in rows]


def _families_left_out(rows: Sequence[Row], threshold: float) -> dict[str, Rate]:
    families = sorted({row.family for row in rows if row.label == POSITIVE and row.family})
    found: dict[str, Rate] = {}
    for family in families if len(families) > 1 else ():
        weights = fit([row for row in rows if row.family != family or row.label != POSITIVE])
        own = [row for row in rows if row.family == family and row.label == POSITIVE]
        found[family] = _reached([_scored(weights, row) for row in own], threshold)
    return found


def _threshold(benign: Sequence[float]) -> float:
    """The lowest from `LEAST_THRESHOLD` on that few enough scores of benign notebooks reach."""
    wrong = sorted(benign, reverse=True)
    allowed = int(len(wrong) * MOST_FALSE_ALARMS)
    first_too_many = wrong[allowed] if len(wrong) > allowed else 0.0
    return max(LEAST_THRESHOLD, min(round(first_too_many + 0.005, 2), 0.99))


def _reached(scored: Iterable[Scored], threshold: float) -> Rate:
    return rate((one.owner, one.score >= threshold) for one in scored)


def _scored(weights: Weights, row: Row) -> Scored:
    return Scored(row.owner, squash(score(weights, row)), row.label == POSITIVE)


def _sign(name: str, weight: float) -> Sign:
    kind, _, value = name.partition(": ")
    return Sign(kind=Kind(kind), value=value, weight=round(weight, 4))


def _commit() -> str:
    """The commit of the checkout that the signs were seen with, or ''."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return found.stdout.decode().strip()


def _logistic(
    matrix: Sequence[Sequence[float]], truths: Sequence[bool], penalty: float
) -> tuple[float, list[float]]:
    try:
        linear: Any = import_module("sklearn.linear_model")
        threads: Any = import_module("threadpoolctl")
    except ImportError as problem:
        raise Unavailable(
            "Training needs scikit-learn, which is not installed.",
            "Install `colonnade[training]`.",
        ) from problem
    if len(set(truths)) < 2:
        raise Invalid("Training needs abusive and benign notebooks.", "Give it both.")
    # For matrices as small as these, more threads wait for each other fifty times as long.
    with threads.threadpool_limits(1):
        fitted = linear.LogisticRegression(C=penalty, max_iter=1000).fit(matrix, list(truths))
    return float(fitted.intercept_[0]), [float(one) for one in fitted.coef_[0]]
