"""Conditions over the parts of a whole: in one part, in several, and in order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.conditions import Leaf, parse_condition
from colonnade.detection.features.feature import Kind
from colonnade.detection.match import Evidence, evaluate
from colonnade.detection.parts import in_order

A, B, C = (Leaf(Kind.WORD, frozenset({name}), None) for name in "abc")


def at(leaf: Leaf, part: int, first: int, last: int | None = None) -> Evidence:
    (value,) = leaf.texts
    return Evidence(part, "", leaf.kind, value, first, first if last is None else last)


def evident(*found: tuple[Leaf, int, int]) -> dict[Leaf, tuple[Evidence, ...]]:
    """Evidence by leaf from (leaf, part, moment)."""
    merged: dict[Leaf, tuple[Evidence, ...]] = {}
    for leaf, part, moment in found:
        merged[leaf] = (*merged.get(leaf, ()), at(leaf, part, moment))
    return merged


def holds(condition: object, evidence: dict[Leaf, tuple[Evidence, ...]]) -> bool:
    return evaluate(parse_condition(condition), evidence).holds


def test_one_part_must_hold_all_of_it():
    condition = {"one": {"all": [{"word": "a"}, {"word": "b"}]}}
    assert holds(condition, evident((A, 1, 5), (B, 1, 9)))
    assert not holds(condition, evident((A, 1, 5), (B, 2, 5)))


def test_several_parts_each_hold_it_by_themselves():
    condition = {"several": 2, "of": {"all": [{"word": "a"}, {"word": "b"}]}}
    assert holds(condition, evident((A, 1, 5), (B, 1, 5), (A, 2, 5), (B, 2, 5)))
    assert not holds(condition, evident((A, 1, 5), (B, 1, 5), (A, 2, 5), (B, 3, 5)))


def test_not_within_one_part_looks_at_that_part_only():
    condition = {"one": {"all": [{"word": "a"}, {"not": {"word": "b"}}]}}
    assert holds(condition, evident((A, 1, 5), (A, 2, 5), (B, 2, 5)))
    assert not holds(condition, evident((A, 2, 5), (B, 2, 5)))


SEQUENCE = {"sequence": [{"word": "a"}, {"word": "b"}, {"word": "c"}]}


def test_a_sequence_holds_in_its_order_only():
    assert holds(SEQUENCE, evident((A, 1, 1), (B, 2, 2), (C, 3, 3)))
    assert not holds(SEQUENCE, evident((A, 1, 3), (B, 2, 2), (C, 3, 1)))


def test_two_at_the_same_moment_are_in_order():
    assert holds(SEQUENCE, evident((A, 1, 1), (B, 2, 1), (C, 3, 1)))


def test_what_went_on_counts_by_its_last_moment_where_its_first_was_too_early():
    evidence = {A: (at(A, 1, 5),), B: (at(B, 2, 1, 6),), C: (at(C, 3, 1, 7),)}
    assert holds(SEQUENCE, evidence)
    assert not holds(SEQUENCE, {**evidence, C: (at(C, 3, 1, 4),)})


def test_the_parts_of_a_sequence_are_conditions_of_any_form():
    condition = {
        "sequence": [
            {"several": 2, "of": {"word": "a"}},
            {"at_least": 1, "of": [{"word": "b"}, {"one": {"word": "c"}}]},
        ]
    }
    assert holds(condition, evident((A, 1, 1), (A, 2, 4), (C, 3, 5)))
    assert not holds(condition, evident((A, 1, 1), (A, 2, 4), (C, 3, 2)))


@pytest.mark.parametrize(
    "condition",
    [
        {"sequence": [{"word": "a"}]},
        {"sequence": [{"word": "a"}, {"not": {"word": "b"}}]},
        {"sequence": [{"word": "a"}, {"sequence": [{"word": "b"}, {"word": "c"}]}]},
        {"several": 0, "of": {"word": "a"}},
        {"several": 21, "of": {"word": "a"}},
        {"several": 2, "of": [{"word": "a"}]},
        {"one": {"word": "a"}, "of": {"word": "b"}},
    ],
)
def test_what_has_no_meaning_is_refused(condition: object):
    with pytest.raises(ValueError, match=r"."):
        parse_condition(condition)


moments = st.lists(st.tuples(st.sampled_from([A, B, C]), st.integers(0, 4), st.integers(0, 20)))


@given(moments)
def test_a_sequence_of_moments_holds_exactly_when_some_choice_of_them_rises(
    found: list[tuple[Leaf, int, int]],
):
    times = {leaf: [moment for one, _, moment in found if one == leaf] for leaf in (A, B, C)}
    rising = any(a <= b <= c for a in times[A] for b in times[B] for c in times[C])
    assert in_order((A, B, C), evident(*found)) == rising
    assert holds(SEQUENCE, evident(*found)) == rising
