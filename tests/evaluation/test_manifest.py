import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.evaluation.manifest import LABELS, Entry, Side, read_manifest
from colonnade.kit.errors import ColonnadeError, Invalid, NotFound
from colonnade.policy import load_book

POLICY = load_book().current


def manifest(folder: Path, *lines: str) -> Path:
    file = folder / "manifest.jsonl"
    file.write_text("\n".join(lines))
    return file


def test_entries_are_read_with_what_is_optional(tmp_path: Path):
    whole = {"path": "a.ipynb", "label": "mining", "split": "dev", "family": "f", "owner": "o"}
    file = manifest(
        tmp_path,
        json.dumps(whole),
        "",
        json.dumps({"path": "b.ipynb", "label": "benign", "repo": "someone/work", "more": 1}),
        json.dumps({"path": "c.ipynb", "label": "gray", "family": None}),
    )
    first, second, third = read_manifest(file)
    assert first == Entry("a.ipynb", tmp_path / "a.ipynb", "mining", "dev", "f", "o")
    assert (second.owner, second.split) == ("someone", "")
    assert third.owner == "c.ipynb", "without an owner it stands for itself"


def test_paths_start_at_the_root_where_one_is_given(tmp_path: Path):
    file = manifest(tmp_path, '{"path": "a.ipynb", "label": "benign"}')
    (entry,) = read_manifest(file, tmp_path / "elsewhere")
    assert entry.file == tmp_path / "elsewhere" / "a.ipynb"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ("[" * 100_000, "not JSON"),
        ('{"label": "benign"}', "'path' must be a text"),
        ('{"path": "a\\u0000", "label": "benign"}', "'path' must be a text"),
        ('{"path": "a", "label": "good"}', "'label' must be one of deepfake-creation"),
        ('{"path": "a", "label": "benign", "owner": 3}', "'owner' must be a text"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, line: str, words: str):
    file = manifest(tmp_path, '{"path": "x", "label": "benign"}', line)
    with pytest.raises(Invalid, match=f"manifest.jsonl:2: {words}"):
        read_manifest(file)


def test_a_file_that_is_named_twice_would_count_twice(tmp_path: Path):
    line = '{"path": "x", "label": "benign"}'
    with pytest.raises(Invalid, match="named 2 times"):
        read_manifest(manifest(tmp_path, line, line))


def test_an_absent_or_empty_manifest_is_refused(tmp_path: Path):
    with pytest.raises(NotFound):
        read_manifest(tmp_path / "absent.jsonl")
    with pytest.raises(Invalid, match="no line"):
        read_manifest(manifest(tmp_path))


def test_only_the_first_of_many_mistakes_are_shown(tmp_path: Path):
    with pytest.raises(Invalid, match=r"\(90 more\.\)"):
        read_manifest(manifest(tmp_path, *["{"] * 100))


@given(st.binary(max_size=200))
def test_any_bytes_give_entries_or_an_error_with_words(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
):
    file = tmp_path_factory.mktemp("manifest") / "m.jsonl"
    file.write_bytes(data)
    with contextlib.suppress(ColonnadeError):
        assert read_manifest(file)


def test_every_label_breaks_a_category_of_the_policy_or_none():
    known = {category.id for category in POLICY.categories}
    assert set(LABELS.values()) - {""} <= known


@pytest.mark.parametrize(
    ("label", "side"),
    [("mining", "abuse"), ("benign-lookalike", "benign"), ("gray", "apart"), ("webui", "apart")],
)
def test_what_is_switched_off_stands_apart(label: str, side: str):
    entry = Entry("a", Path("a"), label, "", "", "o")
    assert entry.side(POLICY) is Side(side)
