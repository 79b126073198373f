"""The enumerated conditions of `decide`, one test each."""

from dataclasses import replace

import pytest

from colonnade.detection.features.feature import Kind
from colonnade.detection.match import Evidence, Finding, Result
from colonnade.detection.rules import Axis
from colonnade.enforcement.decide import decide
from colonnade.enforcement.verdict import Outcome
from colonnade.policy import load_book

POLICY = load_book().current


def finding(
    axis: Axis = Axis.CONDUCT,
    confidence: float = 0.95,
    cell: int = 0,
    category: str = "deepfakes",
    rule: str = "a-rule",
) -> Finding:
    evidence = (Evidence(cell, "", Kind.CLONE, "x", 1, 1),)
    return Finding(rule, 1, "A title", category, axis, confidence, Result(True, "x"), (), evidence)


def test_without_findings_everything_is_allowed():
    assert decide([], POLICY).outcome is Outcome.ALLOW


@pytest.mark.parametrize("category", ["web-uis", "unknown"])
def test_categories_that_are_off_or_unknown_do_not_count(category: str):
    assert decide([finding(category=category)], POLICY).outcome is Outcome.ALLOW


def test_an_innocent_cell_runs_in_whatever_notebook_it_stands():
    assert decide([finding(cell=1)], POLICY).outcome is Outcome.ALLOW


@pytest.mark.parametrize(
    ("confidence", "step"),
    [(0.3, "allow"), (0.5, "notice"), (0.74, "notice"), (0.75, "hold"), (0.9, "refuse")],
)
def test_conduct_takes_the_step_that_its_confidence_reaches(confidence: float, step: str):
    assert decide([finding(confidence=confidence)], POLICY).outcome == step


@pytest.mark.parametrize("axis", [Axis.CAPABILITY, Axis.HARM])
def test_being_able_and_harm_alone_are_held_at_most(axis: Axis):
    assert decide([finding(axis, 0.99)], POLICY).outcome is Outcome.HOLD


def test_harm_in_any_cell_makes_capability_refused():
    findings = [finding(Axis.CAPABILITY, 0.85), finding(Axis.HARM, 0.9, cell=4)]
    assert decide(findings, POLICY).outcome is Outcome.REFUSE


def test_harm_of_another_category_does_not():
    findings = [finding(Axis.CAPABILITY, 0.85), finding(Axis.HARM, 0.9, category="evasion")]
    assert decide(findings, POLICY).outcome is Outcome.HOLD


@pytest.mark.parametrize("axis", [Axis.CAPABILITY, Axis.CONDUCT])
def test_a_model_holds_at_most_even_beside_harm(axis: Axis):
    learned = replace(finding(axis, 0.99), learned=True)
    assert decide([learned], POLICY).outcome is Outcome.HOLD
    assert decide([learned, finding(Axis.HARM, 0.99)], POLICY).outcome is Outcome.HOLD


def test_a_model_holds_only_a_cell_that_shows_a_sign_of_its_own():
    learned = replace(finding(Axis.CAPABILITY, 0.8, cell=3), learned=True)
    assert decide([learned], POLICY, asked=0).outcome is Outcome.ALLOW
    assert decide([learned], POLICY, asked=3).outcome is Outcome.HOLD


def test_a_rule_that_has_fallen_back_only_gives_a_notice():
    policy = POLICY.model_copy(update={"fallen_back": ("a-rule",)})
    assert decide([finding()], policy).outcome is Outcome.NOTICE


def test_legitimacy_lowers_the_priority_and_cancels_nothing():
    alone = decide([finding()], POLICY)
    beside = decide([finding(), finding(Axis.LEGITIMACY, 0.9, cell=2)], POLICY)
    assert beside.outcome is alone.outcome is Outcome.REFUSE
    assert beside.priority < alone.priority
    harmed = decide(
        [finding(), finding(Axis.LEGITIMACY, 0.9), finding(Axis.HARM, 0.9, cell=3)], POLICY
    )
    assert harmed.priority == alone.priority


def test_legitimacy_alone_is_nothing_to_act_on():
    assert decide([finding(Axis.LEGITIMACY, 0.99)], POLICY).outcome is Outcome.ALLOW


def test_a_declared_purpose_releases_a_hold_and_no_refusal():
    held, refused = finding(confidence=0.8, rule="held"), finding(rule="refused")
    released = decide([held], POLICY, frozenset({"held"}))
    assert (released.outcome, released.released) == (Outcome.ALLOW, ("held",))
    both = decide([held, refused], POLICY, frozenset({"held", "refused"}))
    assert both.outcome is Outcome.REFUSE


def test_the_strongest_reason_names_the_category():
    findings = [finding(confidence=0.8), finding(category="cryptomining", rule="b")]
    decision = decide(findings, POLICY)
    assert decision.category is not None
    assert decision.category.id == "cryptomining"
    assert [reason.step for reason in decision.reasons] == [Outcome.REFUSE, Outcome.HOLD]
