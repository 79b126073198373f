"""What is examined where it arrives, and that this never says anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.cells import Cell
from colonnade.detection.extract import extract
from colonnade.detection.limits import Unscannable
from colonnade.detection.match import hits_of
from colonnade.detection.rulebook import default_rules
from colonnade.enforcement.plain import MAX_CHARACTERS, is_plain, is_untouched

RULES = default_rules()
ALPHABET = "abexyzSRC_019 \n\t+-*/<>=.,:()[]"
WORDS = [
    "import",
    "xmrig",
    "from",
    "libtorrent",
    "swapper",
    "get",
    "print",
    "source_image",
    "for",
    "x",
]


@pytest.mark.parametrize(
    "source", ["", "1 + 1", "df.head()", "x = 3\nprint(x)", "for i in range(3):\n\tx[i] = i"]
)
def test_small_cells_of_every_day_are_plain(source: str) -> None:
    assert is_untouched(RULES, Cell(source))


@pytest.mark.parametrize(
    "source",
    ["'a'", "!ls", "%cd /", "x # y", "a\\\nb", "prіnt", "{1}", "f\0", "x" * (MAX_CHARACTERS + 1)],
)
def test_text_magics_and_foreign_letters_are_not(source: str) -> None:
    assert not is_plain(source)


def test_what_a_rule_looks_at_is_not_waved_through() -> None:
    source = "import libtorrent\nlibtorrent.session()"
    assert is_plain(source)
    assert hits_of(RULES, extract(source))
    assert not is_untouched(RULES, Cell(source))


def test_a_line_of_a_terminal_is_never_waved_through() -> None:
    assert is_plain("ls -l")
    assert not is_untouched(RULES, Cell("ls -l", language="shell"))


def test_brackets_that_nest_too_deeply_are_left_to_the_examining_process() -> None:
    source = "(" * MAX_CHARACTERS
    with pytest.raises(Unscannable):
        extract(source)
    assert not is_untouched(RULES, Cell(source))


@given(
    st.one_of(
        st.text(ALPHABET, max_size=MAX_CHARACTERS),
        st.lists(st.sampled_from([*WORDS, "(", ")", "=", ".", " ", "\n"]), max_size=60).map(
            "".join
        ),
    )
)
def test_whatever_is_waved_through_holds_nothing_for_any_rule(source: str) -> None:
    if is_untouched(RULES, Cell(source)):
        assert not hits_of(RULES, extract(source))
