"""The one parser of paths."""

import os
import unicodedata
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.kit.errors import Invalid
from colonnade.notebooks import paths
from colonnade.notebooks.paths import parse_path


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("", ""),
        ("/", ""),
        ("//", ""),
        ("a", "a"),
        ("/a/b.ipynb", "a/b.ipynb"),
        ("a/b/", "a/b"),
        ("100% sure.txt", "100% sure.txt"),
        ("Ü ber.ipynb", "Ü ber.ipynb"),
        ("U\u0308.ipynb", "U\u0308.ipynb"),
        ("👩\u200d🔬.ipynb", "👩\u200d🔬.ipynb"),
        ("...", "..."),
        (" ", " "),
    ],
)
def test_a_path_that_can_be_has_one_form(raw: str, canonical: str) -> None:
    assert parse_path(raw) == canonical


@pytest.mark.parametrize(
    "raw",
    [
        "//etc/passwd",
        "a//b",
        "a///",
        ".",
        "..",
        "../a",
        "a/..",
        "a/./b",
        "a\\b",
        "..\\a",
        "a\0b",
        "a\nb",
        "a\x7f",
        "a\x85",
        "a\u2028b",
        "a\u202eb",
        "a\u2066b",
        "a\ufffdb",
        "a\ud800",
        "%2e%2e",
        "%2E%2E/a",
        "a%2fb",
        "a%5Cb",
        "a%00",
        "%252e%252e",
        "%25252e%25252e",
        "x" * 256,
        "ü" * 128,
        "/".join(["x" * 100] * 11),
        "/".join("x" * 65),
    ],
)
def test_a_path_that_cannot_be_is_refused(raw: str) -> None:
    with pytest.raises(Invalid):
        parse_path(raw)


@given(st.text(max_size=60) | st.text(alphabet="./\\%2e5cf0 a\0\u202e", max_size=30))
def test_what_is_accepted_stays_beneath_its_root(raw: str) -> None:
    try:
        path = parse_path(raw)
    except Invalid:
        return
    assert parse_path(path) == path
    joined = os.path.normpath(os.path.join("/root", path))
    assert joined == ("/root/" + path if path else "/root")
    decoded = unquote(path)
    assert os.path.normpath(os.path.join("/root", decoded)).startswith("/root")
    assert not any(unicodedata.category(one) in {"Cc", "Cs"} for one in path)
    assert parse_path(unquote(quote(path))) == path


@given(st.text(alphabet="aü.b-Copy1 ", min_size=1, max_size=300), st.integers(0, 10**6))
def test_a_numbered_name_is_a_name(name: str, number: int) -> None:
    if paths.problem_of(name):
        return
    for made in (paths.numbered(name, number, "-Copy"), paths.marked(name, "conflict 1")):
        problem = paths.problem_of(made)
        assert problem is None or "." in made[:2]


@pytest.mark.parametrize(
    ("name", "number", "insert", "expected"),
    [
        ("Untitled.ipynb", 0, "", "Untitled.ipynb"),
        ("Untitled.ipynb", 2, "", "Untitled2.ipynb"),
        ("Untitled Folder", 1, " ", "Untitled Folder 1"),
        ("a.b.ipynb", 1, "-Copy", "a.b-Copy1.ipynb"),
        ("a.tar.gz", 1, "-Copy", "a-Copy1.tar.gz"),
        ("x" * 249 + ".ipynb", 12, "-Copy", "x" * 242 + "-Copy12.ipynb"),
    ],
)
def test_names_are_numbered_as_jupyter_does(
    name: str, number: int, insert: str, expected: str
) -> None:
    assert paths.numbered(name, number, insert) == expected


def test_an_earlier_copys_mark_is_taken_away() -> None:
    assert paths.without_copy_mark("n-Copy12.ipynb") == "n.ipynb"
    assert paths.without_copy_mark("folder-Copy1") == "folder"
    assert paths.without_copy_mark("n-Copyright.ipynb") == "n-Copyright.ipynb"


def test_a_folder_does_not_hold_itself_or_what_begins_alike() -> None:
    assert paths.is_within("a/b", "a")
    assert not paths.is_within("a", "a")
    assert not paths.is_within("ab/c", "a")
    assert paths.is_within("a", "")
