"""Findings between processes: what comes back speaks only of what the receiver's rules know."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.conduct.conduct import Conduct
from colonnade.detection.conduct.story import observations_of
from colonnade.detection.conduct.travel import from_json, to_json
from colonnade.detection.rulebook import default_rules
from colonnade.detection.rules import RuleSet

RULES = default_rules()
STORY = [
    {"at": "1m", "exec": "./x -a rx/0 -o stratum+tcp://pool.example.org:3333 -u me -p x"},
    {"at": "7m", "load": "", "cpu_share": 0.99, "seconds": 360},
]
FOUND = Conduct(RULES, "r1").take(observations_of(STORY))
SENT: dict[str, Any] = json.loads(json.dumps(to_json(FOUND[0])))


@pytest.mark.parametrize("finding", FOUND, ids=lambda one: one.rule)
def test_a_finding_comes_back_as_it_was(finding: Any):
    assert from_json(json.loads(json.dumps(to_json(finding))), RULES) == finding


def test_what_a_rule_says_of_itself_is_the_receivers():
    raised = {**SENT, "confidence": 1.0, "category": "other", "axis": "harm"}
    assert from_json(raised, RULES) == FOUND[0]


def test_a_rule_that_the_receiver_does_not_have_is_refused():
    with pytest.raises(ValueError, match="not a finding"):
        from_json(SENT, RuleSet((), "none"))


def test_evidence_is_cut_to_what_is_told():
    long = {**SENT, "evidence": [[0, "process", "kernel", "x" * 9000]] * 50}
    back = from_json(long, RULES)
    assert len(back.evidence) == 8
    assert all(len(one.text) == 400 for one in back.evidence)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
)


@given(anything)
def test_anything_else_is_refused(raw: object):
    with pytest.raises(ValueError, match=r"."):
        from_json(raw, RULES)


@given(st.dictionaries(st.sampled_from(sorted(SENT)), anything, max_size=3))
def test_anything_in_place_of_its_parts_is_a_finding_or_refused(changed: dict[str, object]):
    try:
        found = from_json({**SENT, **changed}, RULES)
    except ValueError:
        return
    assert replace(found, evidence=()).confidence == RULES.by_id[found.rule].confidence
