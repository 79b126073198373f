import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.normalise.urls import addresses, canonical, project, tree


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/Example/Tool.git",
        "git@github.com:Example/Tool.git",
        "http://www.github.com/Example/Tool/",
        "git+https://user:secret@github.com/example/tool@v1#egg=x",
        "github.com/example/tool?tab=readme",
        "https://github.com//Example/%54ool",
        "ssh://git@github.com/example/tool.git",
    ],
)
def test_one_thing_has_one_address(address: str):
    assert canonical(address) == "github.com/example/tool"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("github.com/example/tool", "tool"),
        ("github.com/example/tool/releases/download/v1/x.zip", "tool"),
        ("raw.githubusercontent.com/example/tool/main/x.sh", "tool"),
        ("huggingface.co/spaces/example/tool", "tool"),
        ("api.github.com/repos/example/tool/tarball", "tool"),
        ("codeload.github.com/example/tool/zip/refs/heads/main", "tool"),
        ("example.org/a/b", ""),
        ("github.com/example", ""),
    ],
)
def test_a_project_is_known_by_its_forge(address: str, name: str):
    assert project(address) == name


@pytest.mark.parametrize(
    "path",
    [
        "github.com/example/tool/archive/refs/heads/main.zip",
        "github.com/example/tool/archive/head.zip",
        "github.com/example/tool/zipball/main",
        "api.github.com/repos/example/tool/tarball/main",
        "api.github.com/repos/example/tool/zipball",
        "codeload.github.com/example/tool/tar.gz/refs/heads/main",
    ],
)
def test_an_archive_of_a_whole_tree_is_told_from_a_file(path: str):
    assert tree(path) == "github.com/example/tool"


@pytest.mark.parametrize(
    "path", ["github.com/example/tool/releases/download/v1/x.zip", "github.com/example/tool", "a"]
)
def test_other_files_are_no_tree(path: str):
    assert not tree(path)


def test_addresses_are_found_in_text():
    assert addresses("see https://a.example/b, and (ftp://c.example/d).") == [
        "https://a.example/b",
        "ftp://c.example/d",
    ]


@given(st.text())
def test_any_text_has_a_canonical_form_that_is_stable(text: str):
    canonical(text)
    addresses(text)
    project(text)
    tree(text)
