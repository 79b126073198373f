"""Following what a person types into a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.gate.protocol.typed_line import MAX_LINE_CHARACTERS, TypedLine

KEYS = st.sampled_from(["\r", "\n", "\x7f", "\x15", "\x17", "\x03", "\x04", "\x1b[A", "\x1b", "\t"])


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("ls\r", "ls"),
        ("ls\n", "ls"),
        ("lx\x7fs\r", "ls"),
        ("lx\x08s\r", "ls"),
        ("rm -rf /\x15ls\r", "ls"),
        ("git clone evil\x17good\r", "git clone good"),
        ("evil\x03ls\r", "ls"),
        ("ls\x05\x0c\r", "ls"),
        ("ls\x0f", "ls"),
        ("ls\x04", "ls"),
        ("\x1bOAls\r", "ls"),
        ("\x1b\rls\r", "ls"),
        ("évil \U0001f600\r", "évil \U0001f600"),
        ("a\x1b[Db\x7f\r", "ab"),
        ("\x1b[200~one\rtwo\x1b[201~", "one\rtwo"),
    ],
)
def test_the_line_is_what_the_keys_make_of_it(typed: str, line: str) -> None:
    taken = TypedLine().take(typed)
    assert taken.asks
    assert taken.line == line
    assert taken.forward + taken.held == typed


@pytest.mark.parametrize(
    "typed", ["\r", "  \r\r", "ls", "\x1b[200~one line\x1b[201~", "\x1b[A", ""]
)
def test_nothing_is_asked_where_nothing_would_run(typed: str) -> None:
    taken = TypedLine().take(typed)
    assert not taken.asks
    assert taken.forward == typed


def test_lines_are_taken_one_by_one() -> None:
    line = TypedLine()
    first = line.take("one\rtwo\r")
    assert (first.forward, first.held, first.rest) == ("one", "\r", "two\r")
    second = line.take(first.rest)
    assert (second.line, second.rest) == ("two", "")


def test_a_paste_waits_for_its_end() -> None:
    line = TypedLine()
    taken = line.take("x\x1b[200~one\r")
    assert (taken.forward, taken.asks, taken.rest) == ("x", False, "\x1b[200~one\r")
    assert line.take(taken.rest + "\x1b[201~").line == "xone\r"


def test_after_a_paste_its_return_is_judged_with_all_of_it() -> None:
    line = TypedLine()
    line.take("\x1b[200~one\rtwo\x1b[201~")
    assert line.take("\r").line == "one\rtwo"


@pytest.mark.parametrize("key", ["\x1b[A", "\t", "\x12", "\x19", "\x1b[D"])
def test_keys_whose_effect_is_not_known_make_the_line_uncertain(key: str) -> None:
    line = TypedLine()
    line.take(f"ls{key}")
    assert line.uncertain
    line.take("\x03")
    assert not line.uncertain


def test_a_long_line_keeps_its_end() -> None:
    line = TypedLine()
    assert len(line.take("x" * (MAX_LINE_CHARACTERS + 5) + "\r").line) == MAX_LINE_CHARACTERS


@given(st.lists(st.text(max_size=8) | KEYS, max_size=12).map("".join))
def test_nothing_typed_is_lost_or_changed(typed: str) -> None:
    line, passed, rest = TypedLine(), "", typed
    while True:
        taken = line.take(rest)
        passed += taken.forward + taken.held
        rest = taken.rest
        if not taken.asks:
            break
    assert passed + rest == typed


@given(st.text("ls -\x7f\x15", max_size=30))
def test_no_line_goes_unasked(typed: str) -> None:
    taken = TypedLine().take(typed + "x\r")
    assert taken.asks
    assert taken.line.endswith("x")
