"""Growing uploads, and removing what is deep or old."""

import os
from pathlib import Path

import pytest

from colonnade.kit import beneath
from colonnade.kit.errors import Conflict
from colonnade.notebooks import staging
from colonnade.notebooks.staging import Staging

OWNER = "a" * 32


def test_a_tree_deeper_than_any_recursion_is_removed(tmp_path: Path) -> None:
    with beneath.closing(beneath.open_root(tmp_path)) as root:
        current = os.dup(root)
        for _ in range(3000):
            os.mkdir("deep", dir_fd=current)
            os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=current))
            below = beneath.open_folder(current, "deep")
            os.close(current)
            current = below
        os.close(current)
        staging.remove(root, "deep")
        os.unlink("file", dir_fd=root)
    assert list(tmp_path.iterdir()) == []


def test_links_are_removed_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("stays")
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "gone" / "inner").mkdir()
    os.mkfifo(tmp_path / "gone" / "inner" / "fifo")
    with beneath.closing(beneath.open_root(tmp_path)) as root:
        staging.remove(root, "gone")
        staging.remove(root, "none")
    assert [one.name for one in tmp_path.iterdir()] == ["outside"]
    assert (tmp_path / "outside" / "file").read_text() == "stays"


def test_an_upload_beyond_the_limit_is_dropped(tmp_path: Path) -> None:
    uploads = Staging(tmp_path)
    uploads.begin_upload(OWNER, "f", b"12345")
    assert uploads.continue_upload(OWNER, "f", b"678", 2, limit_bytes=7) is None
    assert list(uploads.folder_of(OWNER).iterdir()) == []
    with pytest.raises(Conflict):
        uploads.continue_upload(OWNER, "f", b"6", 2, limit_bytes=7)


def test_a_chunk_that_fails_may_be_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = Staging(tmp_path)
    uploads.begin_upload(OWNER, "f", b"1234")
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        real(descriptor, bytes(data)[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staging.os, "write", full)
    with pytest.raises(OSError, match="No space"):
        uploads.continue_upload(OWNER, "f", b"5678", 2, limit_bytes=100)
    monkeypatch.setattr(staging.os, "write", real)
    assert uploads.continue_upload(OWNER, "f", b"5678", 2, limit_bytes=100)
    name, size = uploads.continue_upload(OWNER, "f", b"9", None, limit_bytes=100) or ("", 0)
    assert size == 9
    assert (uploads.folder_of(OWNER) / name).read_bytes() == b"123456789"


def test_a_new_upload_of_the_same_path_replaces_the_old_one(tmp_path: Path) -> None:
    uploads = Staging(tmp_path)
    uploads.begin_upload(OWNER, "f", b"old")
    uploads.continue_upload(OWNER, "f", b"old", 2, limit_bytes=100)
    uploads.begin_upload(OWNER, "f", b"new")
    name, _ = uploads.continue_upload(OWNER, "f", b"er", None, limit_bytes=100) or ("", 0)
    assert (uploads.folder_of(OWNER) / name).read_bytes() == b"newer"


def test_the_sweep_takes_what_is_old_or_deleted_and_leaves_the_rest(tmp_path: Path) -> None:
    uploads = Staging(tmp_path)
    folder = uploads.folder_of(OWNER)
    uploads.begin_upload(OWNER, "young", b"1")
    (folder / "gone-1" / "deep").mkdir(parents=True)
    (folder / "new-old").write_text("x")
    (folder / "aside-old").write_text("kept until its note is settled")
    for name in ("new-old", "aside-old"):
        os.utime(folder / name, (1, 1))
    assert uploads.sweep() == 2
    left = sorted(one.name[:6] for one in folder.iterdir())
    assert left == ["aside-", "upload"]
