"""Taking apart and putting together."""

import zlib
from typing import Any

import pytest
from hypothesis import given

from colonnade.notebooks.pieces import Parts, compress, put_together, take_apart
from support.notebooks import notebooks


def rebuilt(parts: Parts) -> dict[str, Any]:
    return put_together(parts.outline, [compress(piece.body) for piece in parts.pieces])


@given(notebooks())
def test_what_is_put_together_is_what_was_taken_apart(notebook: dict[str, Any]) -> None:
    parts = take_apart(notebook)
    again = rebuilt(parts)
    assert again == notebook
    assert list(again) == list(notebook)
    assert [list(cell) for cell in again["cells"]] == [list(cell) for cell in notebook["cells"]]
    assert take_apart(again).sha256 == parts.sha256


@given(notebooks(), notebooks())
def test_the_hash_tells_notebooks_apart(one: dict[str, Any], other: dict[str, Any]) -> None:
    if one != other:
        assert take_apart(one).sha256 != take_apart(other).sha256


@given(notebooks())
def test_an_edit_changes_only_the_pieces_it_touches(notebook: dict[str, Any]) -> None:
    before = [piece.sha256 for piece in take_apart(notebook).pieces]
    if not notebook["cells"]:
        return
    notebook["cells"][0]["source"] += "!"
    after = [piece.sha256 for piece in take_apart(notebook).pieces]
    assert before[0] != after[0]
    assert before[1:] == after[1:]


def test_pieces_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(zlib.error):
        put_together(b"nothing compressed", [])
