import json
from pathlib import Path

import pytest

from colonnade.detection.features.feature import Kind
from colonnade.detection.looking import look
from colonnade.kit.errors import NotFound


def test_each_cell_is_looked_at_as_if_those_before_had_run(tmp_path: Path):
    sources = ["u = 'https://github.com/a/b'", "(" * 500, "!git clone {u}"]
    cells = [{"cell_type": "code", "source": one} for one in sources]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}))
    first, second, third = look(tmp_path / "a.ipynb")
    assert (first.cell, second.cell, third.cell) == (0, 1, 2)
    assert second.unscannable
    assert (Kind.CLONE, "github.com/a/b") in {(one.kind, one.value) for one in third.features}


def test_other_files_and_folders_are_one_whole(tmp_path: Path):
    (tmp_path / "a.bin").write_bytes(b"nothing")
    (whole,) = look(tmp_path / "a.bin")
    assert (whole.cell, whole.features) == (None, ())
    (tree,) = look(tmp_path)
    assert "a.bin" in {one.value for one in tree.features}


def test_what_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(NotFound):
        list(look(tmp_path / "absent.ipynb"))
