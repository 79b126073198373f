"""The terms of an exec gate follow the class and the policy."""

from colonnade.policy import load_book
from colonnade.runtimes.exec_gate import exec_terms

POLICY = load_book().current


def test_a_class_without_the_gate_has_no_terms() -> None:
    assert not exec_terms(False, 0.25, POLICY).on
    assert exec_terms(False, 0.25, POLICY).categories == ()


def test_categories_that_are_switched_on_bring_their_bar() -> None:
    terms = exec_terms(True, 0.25, POLICY)
    assert terms.on
    assert terms.deadline_seconds == 0.25
    assert terms.fallen_back == POLICY.fallen_back
    bars = dict(terms.categories)
    for category in POLICY.categories:
        if category.enabled:
            assert bars[category.id] == POLICY.ladder_of(category).refuse
        else:
            assert category.id not in bars
