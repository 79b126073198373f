"""The enumerated conditions of `decide_conduct`, one test each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from colonnade.detection.conduct.finding import ConductFinding
from colonnade.detection.rules import Axis
from colonnade.detection.scopes import Scope
from colonnade.enforcement.decide_conduct import Step, decide_conduct
from colonnade.policy import load_book

POLICY = load_book().current
BEGUN = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def found(
    sensors: str = "files process",
    confidence: float = 0.95,
    category: str = "deepfakes",
    rule: str = "a-rule",
    axis: Axis = Axis.CONDUCT,
    outside: bool = True,
) -> ConductFinding:
    return ConductFinding(
        runtime="r1",
        rule=rule,
        rules_version="v",
        category=category,
        axis=axis,
        confidence=confidence,
        scope=Scope.RUNTIME,
        sensors=tuple(sensors.split()),
        outside=outside,
        first_at=BEGUN,
        last_at=BEGUN + timedelta(seconds=30),
        seconds=30.0,
        times=1,
        evidence=(),
    )


def step_of(*findings: ConductFinding) -> str:
    return decide_conduct(findings, POLICY).step


def test_without_findings_nothing_happens():
    assert step_of() == "none"


@pytest.mark.parametrize("category", ["web-uis", "unknown"])
def test_categories_that_are_off_or_unknown_do_not_count(category: str):
    assert step_of(found(category=category)) == "none"


@pytest.mark.parametrize(
    ("confidence", "step"),
    [(0.3, "none"), (0.5, "notice"), (0.75, "notice"), (0.89, "notice"), (0.9, "stop")],
)
def test_conduct_takes_the_step_that_its_confidence_reaches(confidence: float, step: str):
    assert step_of(found(confidence=confidence)) == step


@pytest.mark.parametrize("axis", [Axis.CAPABILITY, Axis.HARM])
def test_being_able_and_harm_stop_nothing(axis: Axis):
    assert step_of(found(axis=axis)) == "notice"


def test_legitimacy_gives_not_even_a_notice():
    assert step_of(found(axis=Axis.LEGITIMACY)) == "none"


def test_a_rule_that_has_fallen_back_stops_nothing():
    policy = POLICY.model_copy(update={"fallen_back": ("a-rule",)})
    assert decide_conduct([found()], policy).step is Step.NOTICE


def test_what_needs_the_inside_of_the_sandbox_stops_nothing():
    assert step_of(found(outside=False)) == "notice"


@pytest.mark.parametrize("inside", ["hook", "output", "conduct"])
def test_a_source_inside_the_sandbox_is_no_signal_whatever_it_says(inside: str):
    assert step_of(found(f"process {inside}")) == "notice"


def test_one_sensor_stops_nothing_however_often_it_saw():
    assert step_of(found("process"), found("process", rule="another")) == "notice"


def test_two_sensors_stop_in_one_finding_or_in_two():
    assert step_of(found("files process")) == "stop"
    assert step_of(found("process"), found("files", rule="another")) == "stop"


def test_a_second_signal_that_is_unsure_does_not_count():
    assert step_of(found("process"), found("files", 0.8, rule="another")) == "notice"


def test_a_second_signal_that_has_fallen_back_does_not_count():
    policy = POLICY.model_copy(update={"fallen_back": ("another",)})
    findings = [found("process"), found("files", rule="another")]
    assert decide_conduct(findings, policy).step is Step.NOTICE


def test_signals_of_different_categories_do_not_add_up():
    assert step_of(found("process"), found("load", category="cryptomining")) == "notice"


def test_the_gravest_category_is_the_decision_then_the_surest():
    mining = found("load process", 0.91, "cryptomining")
    decision = decide_conduct([found("files", 0.99), mining], POLICY)
    assert decision.category is not None
    assert (decision.step, decision.category.id) == (Step.STOP, "cryptomining")
    surest = decide_conduct([replace(mining, confidence=0.6), found("files", 0.7)], POLICY)
    assert surest.category is not None
    assert surest.category.id == "deepfakes"


def test_a_decision_names_its_reasons_and_sensors():
    decision = decide_conduct([found("files", 0.6, rule="weak"), found()], POLICY)
    assert [(one.finding.rule, one.step) for one in decision.reasons] == [
        ("a-rule", Step.STOP),
        ("weak", Step.NOTICE),
    ]
    assert decision.sensors == ("files", "process")
