import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.normalise.urls import addresses, canonical, project, repository, tree


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
        "ssh://git@github.com:22/example/tool.git",
        "http://github.com:80/example/tool",
        "github.com:example/tool",
        "https://github.com./example/tool",
        "https://github.com/other/../example/./tool/.",
        "https://ghproxy.example/https://github.com/example/tool",
        "https://gitclone.com/github.com/example/tool",
        "https://kkgithub.com/example/tool",
    ],
)
def test_one_thing_has_one_address(address: str):
    assert canonical(address) == "github.com/example/tool"


@pytest.mark.parametrize(
    "address",
    [
        "https://drive.google.com/uc?id=1AbCdEfGhIjKl",
        "https://drive.google.com/uc?export=download&id=1AbCdEfGhIjKl",
        "https://drive.google.com/file/d/1AbCdEfGhIjKl/view?usp=sharing",
        "https://drive.google.com/drive/folders/1AbCdEfGhIjKl",
        "https://docs.google.com/uc?export=download&id=1AbCdEfGhIjKl",
        "https://drive.usercontent.google.com/download?id=1AbCdEfGhIjKl&confirm=t",
    ],
)
def test_a_file_of_a_drive_is_named_by_its_id(address: str):
    assert canonical(address) == "drive.google.com/1abcdefghijkl"


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("https://hf.co/example/tool", "huggingface.co/example/tool"),
        ("hf://spaces/example/tool", "huggingface.co/spaces/example/tool"),
        ("https://codeload.github.com/example/tool/zip/main", "github.com/example/tool/zip/main"),
        ("https://api.github.com/repos/example/tool/zipball", "github.com/example/tool/zipball"),
        (
            "https://api.github.com/repos/example/tool/readme",
            "api.github.com/repos/example/tool/readme",
        ),
        ("https://cdn.jsdelivr.net/gh/example/tool@1/a.py", "github.com/example/tool/1/a.py"),
        ("https://bücher.example/a", "xn--bcher-kva.example/a"),
        (
            "https://docs.google.com/document/d/1AbCdEfGhIjKl/edit",
            "docs.google.com/document/d/1abcdefghijkl/edit",
        ),
        ("host.example:8080/a", "host.example:8080/a"),
    ],
)
def test_hosts_that_hand_out_for_others_give_way(address: str, plain: str):
    assert canonical(address) == plain


def test_what_is_cloned_has_no_branch_or_page_behind_it():
    assert repository("github.com/example/tool/tree/main/a") == "github.com/example/tool"
    assert repository("gitlab.com/group/part/tool/-/tree/x") == "gitlab.com/group/part/tool"
    assert repository("example.org/tree/a") == "example.org/tree/a"


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
    repository(canonical(text))
    canonical(f"https://drive.google.com/{text}?{text}&id={text}")
    addresses(text)
    project(text)
    tree(text)
