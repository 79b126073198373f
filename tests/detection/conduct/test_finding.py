"""A finding travels as an observation and comes back; what is malformed is refused."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.conduct.finding import (
    ConductFinding,
    Sighting,
    finding_of,
    observation_of,
)
from colonnade.detection.rules import Axis
from colonnade.detection.scopes import Scope
from colonnade.ledger import service as ledger
from colonnade.observations import Observation, Trust

BEGUN = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
FINDING = ConductFinding(
    runtime="r1",
    rule="a-rule",
    rules_version="v1",
    category="deepfakes",
    axis=Axis.CONDUCT,
    confidence=0.9,
    scope=Scope.RUNTIME,
    sensors=("files", "process"),
    outside=True,
    first_at=BEGUN,
    last_at=BEGUN + timedelta(seconds=12),
    seconds=12.0,
    times=2,
    evidence=(Sighting(BEGUN, "process", Trust.KERNEL, "python go.py train: a"),),
)


def test_what_is_told_comes_back():
    told = observation_of(FINDING, BEGUN + timedelta(seconds=13))
    back = finding_of(told)
    assert replace(back, evidence=()) == replace(FINDING, evidence=())
    assert [(one.source, one.text) for one in back.evidence] == [
        ("process", "python go.py train: a")
    ]


def test_a_finding_that_needs_the_inside_is_vouched_for_by_nobody_outside():
    assert observation_of(FINDING, BEGUN).trust is Trust.KERNEL
    assert observation_of(replace(FINDING, outside=False), BEGUN).trust is Trust.IN_SANDBOX


def test_evidence_is_bounded_to_what_the_ledger_takes():
    much = tuple(Sighting(BEGUN, "process", Trust.KERNEL, "x" * 5000) for _ in range(100))
    told = observation_of(replace(FINDING, evidence=much), BEGUN)
    assert len(told.attributes) <= ledger.MAX_ATTRIBUTES
    assert max(len(str(one)) for one in told.attributes.values()) <= 400


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rule", ""),
        ("rule", 5),
        ("axis", "other"),
        ("scope", "galaxy"),
        ("confidence", 1.5),
        ("confidence", True),
        ("confidence", math.nan),
        ("sensors", " "),
        ("outside", "yes"),
        ("outside", 1),
        ("first_at", "yesterday"),
        ("first_at", "2026-11-30T09:00:00"),
        ("last_at", "2020-01-01T00:00:00+00:00"),
        ("seconds", -1),
        ("seconds", math.inf),
        ("times", "often"),
    ],
)
def test_a_malformed_finding_is_refused(name: str, value: str | float | bool):
    told = observation_of(FINDING, BEGUN)
    with pytest.raises(ValueError):  # noqa: PT011 the message names the attribute where it can
        finding_of(replace(told, attributes={**told.attributes, name: value}))


def test_another_kind_of_observation_is_refused():
    with pytest.raises(ValueError, match="exec"):
        finding_of(replace(observation_of(FINDING, BEGUN), kind="exec"))


values = st.text(max_size=40) | st.integers() | st.floats() | st.booleans()


@given(st.dictionaries(st.sampled_from(sorted(observation_of(FINDING, BEGUN).attributes)), values))
def test_any_attributes_give_a_finding_or_a_clear_no(attributes: dict[str, str | int | float]):
    told = observation_of(FINDING, BEGUN)
    changed = Observation(
        BEGUN, "conduct", Trust.KERNEL, "finding", "r", "x", {**told.attributes, **attributes}
    )
    try:
        found = finding_of(changed)
    except ValueError:
        return
    assert found.first_at <= found.last_at
    assert 0 <= found.confidence <= 1
