import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.enforcement.visible import clip, columns, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31m", "a\\x1b[31m"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("\ud800", "\\ud800"),
        ("a\r\n\x00", "a\\r\\n\\x00"),
        ("\ta", "    a"),
        ("é漢字 😀", "é漢字 😀"),
    ],
)
def test_nothing_acts_hides_or_reorders(text: str, shown: str):
    assert visible(text) == shown


def test_wide_characters_take_two_columns():
    assert columns("漢a") == 3
    assert clip("漢漢漢", 5) == "漢漢…"


@given(st.text(), st.integers(1, 100))
def test_any_text_is_cut_to_its_width_and_encodes(text: str, width: int):
    assert columns(clip(visible(text), width)) <= max(width, 1)
    visible(text).encode("utf-8")
