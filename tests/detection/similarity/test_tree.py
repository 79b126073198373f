import os
import socket
from pathlib import Path

import pytest

from colonnade.detection.similarity import tree
from colonnade.detection.similarity.tree import Walk


def paths(walk: Walk) -> list[str]:
    return [file.path for file in walk]


def test_files_come_from_the_top_downwards_with_their_bytes(tmp_path: Path):
    (tmp_path / "a" / "deep").mkdir(parents=True)
    (tmp_path / "a" / "deep" / "one.py").write_bytes(b"1")
    (tmp_path / "a" / "two.py").write_bytes(b"2")
    (tmp_path / "z.py").write_bytes(b"3")
    walk = Walk(tmp_path)
    assert [(file.path, file.read()) for file in walk] == [
        ("z.py", b"3"),
        ("a/two.py", b"2"),
        ("a/deep/one.py", b"1"),
    ]
    assert walk.complete


def test_links_are_not_followed_and_special_files_not_opened(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_bytes(b"x")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "folder").symlink_to(outside)
    (inside / "file.py").symlink_to(outside / "secret.py")
    os.mkfifo(inside / "pipe.py")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(inside / "socket.py"))
        assert paths(Walk(inside)) == []


def test_a_file_that_becomes_a_link_or_a_pipe_meanwhile_is_not_read(tmp_path: Path):
    for name, swap in (
        ("a.py", lambda file: file.symlink_to("/etc/hostname")),
        ("b.py", lambda file: os.mkfifo(file)),
        ("c.py", lambda file: None),
    ):
        (tmp_path / name).write_bytes(b"x")
        for file in Walk(tmp_path):
            (tmp_path / name).unlink()
            swap(tmp_path / name)
            assert file.read() == b""
        (tmp_path / name).unlink(missing_ok=True)


def test_a_folder_that_becomes_a_link_meanwhile_is_left_out(tmp_path: Path):
    (tmp_path / "a.py").write_bytes(b"")
    (tmp_path / "inner").mkdir()
    found: list[str] = []
    for file in Walk(tmp_path):
        found.append(file.path)
        (tmp_path / "inner").rmdir()
        (tmp_path / "inner").symlink_to("/etc")
    assert found == ["a.py"]


def test_names_that_are_no_text_are_met(tmp_path: Path):
    (tmp_path / os.fsdecode(b"\xff\xfe.py")).write_bytes(b"x")
    (file,) = Walk(tmp_path)
    assert file.is_source()


def test_nothing_is_found_where_no_folder_is(tmp_path: Path):
    assert paths(Walk(tmp_path / "none")) == []


def test_packed_history_is_left_out_but_not_the_folder_around_it(tmp_path: Path):
    (tmp_path / ".git" / "objects").mkdir(parents=True)
    (tmp_path / ".git" / "objects" / "00.py").write_bytes(b"x")
    (tmp_path / ".git" / "hidden.py").write_bytes(b"x")
    assert paths(Walk(tmp_path)) == [".git/hidden.py"]


@pytest.mark.parametrize(
    ("budget", "size"),
    [("MAX_ENTRIES", 5), ("MAX_DEPTH", 2), ("MAX_PATH_BYTES", 40), ("MAX_SOURCE_BYTES", 20)],
)
def test_beyond_a_budget_the_walk_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, budget: str, size: int
):
    folder = tmp_path
    for depth in range(5):
        folder = folder / f"f{depth}"
        folder.mkdir()
        (folder / "a.py").write_bytes(b"0123456789")
    monkeypatch.setattr(tree, budget, size)
    walk = Walk(tmp_path)
    read = [file.read() for file in walk]
    assert not walk.complete
    assert len(b"".join(read)) < 50


def test_of_a_large_file_the_beginning_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tree, "MAX_FILE_BYTES", 4)
    (tmp_path / "a.py").write_bytes(b"0123456789")
    walk = Walk(tmp_path)
    assert [file.read() for file in walk] == [b"0123"]
    assert walk.complete
