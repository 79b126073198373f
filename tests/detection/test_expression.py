"""Expressions of rules: linear whatever they meet, and clear about what they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.expression import Expression


@pytest.mark.parametrize("pattern", [r"(a)\1", r"(?=a)b", r"(?<!a)b", "(", "a{2000}", "[z-a]"])
def test_what_is_no_expression_or_cannot_be_linear_is_refused_with_a_reason(pattern: str):
    with pytest.raises(ValueError, match="RE2"):
        Expression.of(pattern)


def test_what_would_backtrack_elsewhere_is_answered_at_once():
    text = "a" * 300_000 + "!"
    assert not Expression.of("^(a+)+$").search(text)
    assert not Expression.of("^(a|aa)*(a|b)*c").search(text)


def test_line_by_line():
    assert Expression.of("^b$").search("a\nb\nc")
    assert not Expression.of("^b$").search("ab\nbc")


def test_two_that_are_written_the_same_are_the_same():
    assert Expression.of("a") == Expression.of("a")
    assert len({Expression.of("a"), Expression.of("a"), Expression.of("b")}) == 2


@given(st.text(alphabet="ab()[]{}*+?|\\1,:<=!^$.-w", max_size=30), st.text(max_size=50))
def test_any_text_is_an_expression_or_is_refused(pattern: str, text: str):
    try:
        expression = Expression.of(pattern)
    except ValueError:
        return
    assert expression.search(text) in {True, False}
