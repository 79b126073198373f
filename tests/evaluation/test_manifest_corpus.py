"""What the corpus of our own writing (`tests/corpus`) promises to those who measure on it."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
import pytest

from colonnade.evaluation.manifest import Entry, read_manifest

CORPUS = Path(__file__).parents[1] / "corpus"
ENTRIES = read_manifest(CORPUS / "manifest.jsonl")
BENIGN = {"benign", "benign-lookalike"}
every_notebook = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.path)


def notebook(entry: Entry) -> dict[str, Any]:
    return json.loads(entry.file.read_text("utf-8"))


def code_of(entry: Entry) -> str:
    cells = notebook(entry)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


@every_notebook
def test_a_notebook_is_valid_and_whole(entry: Entry):
    nbformat.validate(notebook(entry))
    cells = notebook(entry)["cells"]
    assert 5 <= len(cells) <= 25
    assert {cell["cell_type"] for cell in cells} == {"code", "markdown"}
    assert not any(cell.get("outputs") for cell in cells)


@every_notebook
def test_a_notebook_lies_in_the_folder_of_its_label(entry: Entry):
    assert Path(entry.path).parts[0] == entry.label
    assert entry.split in {"dev", "test"}
    assert entry.family
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", entry.owner)


def test_the_manifest_names_every_notebook_once():
    named = Counter(entry.path for entry in ENTRIES)
    assert set(named.values()) == {1}
    assert set(named) == {path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*.ipynb")}


def test_no_two_notebooks_are_the_same():
    assert len({code_of(entry) for entry in ENTRIES}) == len(ENTRIES)


def test_there_are_enough_and_half_are_benign():
    assert len(ENTRIES) >= 60
    assert 2 * sum(entry.label in BENIGN for entry in ENTRIES) >= len(ENTRIES)
