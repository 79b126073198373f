"""Copies take what a person sees of their files, and nothing that lies elsewhere."""

import os
from pathlib import Path

import pytest

from colonnade.kit.errors import Conflict
from colonnade.notebooks.areas import Areas
from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.copying import copy_file, copy_folder

OWNER = "a" * 32


@pytest.fixture
def areas(tmp_path: Path) -> Areas:
    areas = Areas(tmp_path / "areas", NotebookSettings())
    areas.make_folder(OWNER, "old")
    areas.make_folder(OWNER, "old/inner")
    areas.write(OWNER, "old/inner/f", b"kept")
    return areas


def test_a_folder_is_copied_without_links_and_hidden_files(areas: Areas) -> None:
    folder = areas.folder_of(OWNER) / "old"
    os.symlink("/etc/passwd", folder / "link")
    (folder / ".hidden").write_text("no")
    copy_folder(areas, OWNER, "old", "new")
    assert areas.read(OWNER, "new/inner/f", 10)[0] == b"kept"
    assert [one.name for one in areas.list(OWNER, "new")] == ["inner"]
    assert sorted(os.listdir(folder.with_name("new"))) == ["inner"]


def test_a_copy_never_lands_on_something(areas: Areas) -> None:
    areas.write(OWNER, "taken", b"mine")
    with pytest.raises(Conflict):
        copy_file(areas, OWNER, "old/inner/f", "taken")
    assert areas.read(OWNER, "taken", 10)[0] == b"mine"
