"""Words for numbers and moments, and text that hides nothing."""

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.web.pages import moment, plural, size, span, visible


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1536, "2 KB"),
        (3 << 29, "1.5 GB"),
        (1 << 50, "1024 TB"),
    ],
)
def test_bytes_in_words(count: int, words: str) -> None:
    assert size(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "0 s"), (40.2, "41 s"), (600, "10 min"), (11100, "3 h 05 min"), (400_000, "4 days")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert span(seconds) == words
    assert span(timedelta(seconds=seconds)) == words


def test_moments_are_told_in_one_zone() -> None:
    berlin = timezone(timedelta(hours=1))
    assert moment(datetime(2026, 11, 22, 15, 5, tzinfo=berlin)) == "22 November 2026, 14:05 UTC"
    assert moment(datetime(2026, 11, 2, 0, 0, tzinfo=UTC)) == "2 November 2026, 00:00 UTC"


def test_one_and_many() -> None:
    assert [plural(n, "notebook") for n in (0, 1, 2)] == [
        "0 notebooks",
        "1 notebook",
        "2 notebooks",
    ]
    assert plural(2, "person", "people") == "2 people"


def test_reversed_and_control_characters_are_spelt_out() -> None:
    assert visible("a\u202eb\x1b[31m") == "a⟨U+202E⟩b⟨U+001B⟩[31m"
    assert visible("a\nb\tc") == "a\nb\tc"


@given(st.text())
def test_nothing_invisible_is_left(text: str) -> None:
    shown = visible(text)
    kinds = {unicodedata.category(one) for one in shown if one not in "\n\t"}
    assert not kinds & {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}
