import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.cells import Cell
from colonnade.detection.findings import from_json, to_json
from colonnade.detection.match import match, see
from colonnade.detection.rulebook import default_rules

RULES = default_rules()
JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["rule", "evidence", "tree", "holds", "statement", "found"]), inner
        )
    ),
)


def test_findings_survive_the_way_between_processes():
    found = match(RULES, [see(RULES, Cell("!git clone https://github.com/iperov/DeepFaceLab"))])
    (back,) = from_json(json.loads(json.dumps(to_json(found))), RULES)
    assert (back.rule, back.evidence) == (found[0].rule, found[0].evidence)
    assert back.result == found[0].result


def test_what_a_rule_says_of_itself_cannot_be_made_up():
    raw = [{"rule": "invented", "evidence": [], "tree": {"holds": True, "statement": "x"}}]
    with pytest.raises(ValueError, match="not findings"):
        from_json(raw, RULES)


@given(JSON)
def test_any_json_is_findings_or_is_refused(raw: object):
    with contextlib.suppress(ValueError):
        from_json(raw, RULES)
