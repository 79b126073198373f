"""A rule that goes on holding is told of when it says more, or after ten minutes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from colonnade.detection.conduct.finding import ConductFinding
from colonnade.detection.conduct.repeats import Repeats
from colonnade.detection.rules import Axis
from colonnade.detection.scopes import Scope

BEGUN = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
FINDING = ConductFinding(
    runtime="r1",
    rule="a-rule",
    rules_version="v1",
    category="deepfakes",
    axis=Axis.CONDUCT,
    confidence=0.8,
    scope=Scope.RUNTIME,
    sensors=("process",),
    outside=False,
    first_at=BEGUN,
    last_at=BEGUN,
    seconds=12.0,
    times=1,
    evidence=(),
)


def test_the_same_is_told_once_and_again_after_ten_minutes():
    repeats = Repeats()
    assert repeats.worth_telling([FINDING], BEGUN) == [FINDING]
    assert repeats.worth_telling([FINDING], BEGUN + timedelta(minutes=9)) == []
    later = replace(FINDING, seconds=612.0)
    (again,) = repeats.worth_telling([later], BEGUN + timedelta(minutes=10))
    assert (again.times, again.seconds) == (2, 12.0)


def test_what_grew_stronger_is_told_at_once():
    repeats = Repeats()
    repeats.worth_telling([FINDING], BEGUN)
    for stronger in (
        replace(FINDING, sensors=("load", "process")),
        replace(FINDING, sensors=("load", "process"), outside=True),
        replace(FINDING, sensors=("load", "process"), outside=True, confidence=0.9),
    ):
        assert repeats.worth_telling([stronger], BEGUN)
    assert not repeats.worth_telling([FINDING], BEGUN)


def test_of_one_rule_the_strongest_is_told_and_the_surest_first():
    other = replace(FINDING, rule="other", confidence=0.95)
    outside = replace(FINDING, outside=True)
    assert Repeats().worth_telling([FINDING, outside, other], BEGUN) == [other, outside]
