"""How long a command waits, and which waits are noted."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.waiting import read_waiting, seconds_of


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        (["10"], 10),
        (["0.5m"], 30),
        (["1h", "30"], 3630),
        (["2d"], 172_800),
        (["infinity"], math.inf),
        (["$wait"], 0),
        ([], 0),
    ],
)
def test_an_amount_is_read_as_sleep_reads_it(words: list[str], seconds: float) -> None:
    assert seconds_of(words) == seconds


def test_only_waits_of_hours_are_noted() -> None:
    def noted(program: str, word: str) -> list[str]:
        collector = Collector()
        read_waiting(collector, program, [word], 1, 1)
        return [one.value for one in collector.features() if one.kind is Kind.SUBCOMMAND]

    assert noted("sleep", "9999999999") == ["sleep hours"]
    assert noted("sleep", "30") == []
    assert noted("python", "9999999999") == []


@pytest.mark.parametrize(
    "source",
    [
        "display(Javascript('setInterval(() => { top.querySelector(\"x\").click() }, 60000)'))",
        "%%javascript\nfunction again() { button.click(); setTimeout(again, 9000) }\nagain()",
    ],
)
def test_a_script_that_presses_again_and_again_is_noted(source: str) -> None:
    assert (Kind.REPEATED, "presence") in {(one.kind, one.value) for one in extract(source)}


def test_a_script_that_presses_once_or_only_counts_is_not() -> None:
    for source in ("%%javascript\nbutton.click()", "%%html\n<script>setInterval(f, 9)</script>"):
        assert Kind.REPEATED not in {one.kind for one in extract(source)}


@given(st.lists(st.text(max_size=40), max_size=20))
def test_any_words_can_be_read(words: list[str]) -> None:
    assert seconds_of(words) >= 0
