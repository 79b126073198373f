import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.conditions import Branch, Leaf, parse_condition
from colonnade.detection.features.feature import Kind

YAML = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["all", "any", "not", "at_least", "of", "import", "call", "x"]), inner
        )
    ),
)


def test_a_tree_is_read():
    condition = parse_condition({"all": [{"import": "A"}, {"not": {"call": ["/b/", "c"]}}]})
    assert isinstance(condition, Branch)
    first, second = condition.children
    assert first == Leaf(Kind.IMPORT, frozenset({"a"}), None)
    assert isinstance(second, Branch)
    assert str(second.children[0]) == "call: c or /(?:b)/"


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"at_least": 3, "of": [{"import": "a"}]},
        {"at_least": "1", "of": [{"import": "a"}]},
        {"import": 3},
        {"import": []},
        {"any": {"import": "a"}},
    ],
)
def test_what_is_no_condition_is_refused(value: object):
    with pytest.raises(ValueError, match=r"."):
        parse_condition(value)


def test_nesting_is_bounded():
    value: object = {"import": "a"}
    for _ in range(50):
        value = {"not": value}
    with pytest.raises(ValueError, match="nested"):
        parse_condition(value)


@given(YAML)
def test_any_yaml_is_a_condition_or_is_refused(value: object):
    with contextlib.suppress(ValueError):
        parse_condition(value)
