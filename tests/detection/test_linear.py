import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.linear import backtracks


@pytest.mark.parametrize(
    "expression",
    [
        r"(a+)+$",
        r"(?:a*b?)*c",
        r"(a|bc)+",
        r"((x{1,99})){1,99}",
        r"(?:(?:a|bc)d)*",
        r"(?>(a+)+)",
        r"(a)\1",
        r"(?=a)b",
        r"(?<!a)b",
        r"\w*\w*\w*\w*!",
        r"(?:a+b+|c)d+e+",
    ],
)
def test_an_expression_that_could_backtrack_is_refused_with_a_reason(expression: str):
    assert "not linear" in backtracks(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "plain",
        r"^(a|bc)$",
        r"(a|b)+",
        r"(?:x+)?y",
        r"^--?(training-)?data-(src|dst)",
        r"[\w.]+/[\w.]+",
        r"(?:\d{1,3}\.){3}\d{1,3}",
        r"(?i:a)",
    ],
)
def test_ordinary_expressions_are_taken(expression: str):
    assert backtracks(expression) == ""


@given(st.text(alphabet="ab()[]{}*+?|\\1,:<=!^$.-w", max_size=30))
def test_any_text_is_judged_or_is_no_expression(text: str):
    with contextlib.suppress(re.error, OverflowError, RecursionError):
        assert isinstance(backtracks(text), str)
