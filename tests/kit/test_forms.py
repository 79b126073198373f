"""A file of ours in a form: read, or said what is wrong with it."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from colonnade.kit.errors import Invalid
from colonnade.kit.forms import read_form


class Pair(BaseModel):
    left: int
    right: int


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "pair.json").write_text('{"left": 1, "right": 2}')
    assert read_form(tmp_path / "pair.json", Pair, "Write it anew.") == Pair(left=1, right=2)


@pytest.mark.parametrize(
    ("text", "place"),
    [('{"left": 1, "right": "x"}', "right"), ("[]", "the whole"), ("{", "the whole")],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    file = tmp_path / "pair.json"
    file.write_text(text)
    with pytest.raises(Invalid) as refused:
        read_form(file, Pair, "Write it anew.")
    assert f"{file}: {place}: " in refused.value.message
    assert refused.value.remedy == "Write it anew."


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="No such file"):
        read_form(tmp_path / "none.json", Pair, "Write it anew.")
