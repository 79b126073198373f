"""Areas: files whole or not at all, quotas, and code that changes the folder meanwhile."""

import asyncio
import os
import resource
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from colonnade.kit.errors import Conflict, Forbidden, NotFound, StorageFull, TooLarge
from colonnade.kit.ownership import area_owner
from colonnade.notebooks.areas import Areas
from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.copying import copy_file

OWNER = "a" * 32


@pytest.fixture
def areas(tmp_path: Path) -> Areas:
    return Areas(tmp_path / "areas", NotebookSettings())


def staged(areas: Areas) -> list[str]:
    return [one.name for one in areas.staging.folder_of(OWNER).iterdir()]


class TestFiles:
    def test_what_is_made_belongs_to_the_areas_owner(self, areas: Areas) -> None:
        areas.write(OWNER, "f.txt", b"x")
        areas.make_folder(OWNER, "folder")
        expected = area_owner() or (os.geteuid(), os.getegid())
        root = areas.folder_of(OWNER)
        for path in (root, root / "f.txt", root / "folder"):
            found = path.stat()
            assert (found.st_uid, found.st_gid) == expected
        assert root.stat().st_mode & 0o777 == 0o700

    def test_a_file_is_replaced_at_once_and_keeps_its_mode(self, areas: Areas) -> None:
        areas.write(OWNER, "f.sh", b"old")
        path = areas.folder_of(OWNER) / "f.sh"
        path.chmod(0o755)
        held = path.open("rb")
        areas.write(OWNER, "f.sh", b"new")
        assert held.read() == b"old"
        held.close()
        assert path.read_bytes() == b"new"
        assert path.stat().st_mode & 0o777 == 0o755

    def test_a_set_uid_bit_is_not_kept(self, areas: Areas) -> None:
        areas.write(OWNER, "f", b"old")
        (areas.folder_of(OWNER) / "f").chmod(0o4755)
        areas.write(OWNER, "f", b"new")
        assert (areas.folder_of(OWNER) / "f").stat().st_mode & 0o7777 == 0o755

    def test_nothing_but_a_regular_file_is_replaced(self, areas: Areas, tmp_path: Path) -> None:
        root = areas.folder_of(OWNER)
        (tmp_path / "outside").write_text("outside")
        (root / "link").symlink_to(tmp_path / "outside")
        os.mkfifo(root / "fifo")
        (root / "folder").mkdir()
        for name in ("link", "fifo", "folder"):
            with pytest.raises(Conflict):
                areas.write(OWNER, name, b"x")
        assert (tmp_path / "outside").read_text() == "outside"
        assert staged(areas) == []

    def test_a_file_that_is_removed_is_gone_and_a_folder_is_not(self, areas: Areas) -> None:
        areas.make_folder(OWNER, "folder")
        areas.write(OWNER, "folder/f", b"x")
        areas.remove_file(OWNER, "folder/f")
        assert areas.find(OWNER, "folder/f") is None
        with pytest.raises(Conflict):
            areas.remove_file(OWNER, "folder")
        with pytest.raises(NotFound):
            areas.remove_file(OWNER, "folder/f")

    def test_names_that_no_path_may_hold_are_not_listed(self, areas: Areas) -> None:
        root = areas.folder_of(OWNER)
        for name in (b"ok", b"a\nb", b"\xff\xfe", "a\u202eb".encode(), b".hidden", b"a\\b"):
            (root / os.fsdecode(name)).write_text("x")
        assert [entry.name for entry in areas.list(OWNER, "")] == ["ok"]

    def test_any_time_stamp_can_be_shown(self, areas: Areas) -> None:
        areas.write(OWNER, "f", b"x")
        for seconds in (-(2**40), 0, 2**33):
            os.utime(areas.folder_of(OWNER) / "f", (seconds, seconds))
            assert areas.find(OWNER, "f")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_what_may_not_be_read_says_so(self, areas: Areas) -> None:
        areas.write(OWNER, "f", b"x")
        (areas.folder_of(OWNER) / "f").chmod(0)
        with pytest.raises(Forbidden):
            areas.read(OWNER, "f", 10)

    def test_reading_stops_at_the_limit(self, areas: Areas) -> None:
        areas.write(OWNER, "f", b"12345")
        assert areas.read(OWNER, "f", 5)[0] == b"12345"
        with pytest.raises(TooLarge):
            areas.read(OWNER, "f", 4)


class TestRaces:
    def test_a_file_that_changed_since_it_was_read_is_not_removed(self, areas: Areas) -> None:
        areas.write(OWNER, "n.ipynb", b"read")
        _, entry = areas.read(OWNER, "n.ipynb", 100)
        path = areas.folder_of(OWNER) / "n.ipynb"
        path.write_bytes(b"changed by code")
        areas.remove_same(OWNER, "n.ipynb", entry.identity)
        assert path.read_bytes() == b"changed by code"
        _, entry = areas.read(OWNER, "n.ipynb", 100)
        areas.remove_same(OWNER, "n.ipynb", entry.identity)
        assert not path.exists()
        areas.remove_same(OWNER, "n.ipynb", entry.identity)

    def test_saving_while_code_swaps_the_folder_for_a_link_stays_inside(
        self, areas: Areas, tmp_path: Path
    ) -> None:
        root = areas.folder_of(OWNER)
        outside = tmp_path / "outside"
        outside.mkdir()
        (root / "folder").mkdir()
        stop = threading.Event()

        def swap() -> None:
            while not stop.is_set():
                (root / "folder").rename(root / "aside")
                (root / "folder").symlink_to(outside)
                (root / "folder").unlink()
                (root / "aside").rename(root / "folder")

        swapping = threading.Thread(target=swap)
        swapping.start()
        saved = 0
        try:
            for number in range(300):
                try:
                    areas.write(OWNER, f"folder/{number}", b"x")
                    saved += 1
                except (NotFound, Conflict):
                    continue
        finally:
            stop.set()
            swapping.join()
        assert list(outside.iterdir()) == []
        assert len(list((root / "folder").iterdir())) == saved
        assert staged(areas) == []


class TestRoom:
    def test_the_quota_is_kept_and_freed(self, tmp_path: Path) -> None:
        areas = Areas(tmp_path / "areas", NotebookSettings(quota_bytes=100_000))
        areas.write(OWNER, "a", bytes(60_000))
        with pytest.raises(StorageFull) as refused:
            areas.write(OWNER, "b", bytes(60_000))
        assert refused.value.details["quota_bytes"] == 100_000
        assert areas.find(OWNER, "b") is None
        areas.remove_file(OWNER, "a")
        areas.write(OWNER, "b", bytes(60_000))

    def test_what_code_wrote_counts(self, tmp_path: Path) -> None:
        areas = Areas(tmp_path / "areas", NotebookSettings(quota_bytes=100_000))
        (areas.folder_of(OWNER) / "by code").write_bytes(bytes(99_000))
        with pytest.raises(StorageFull):
            areas.write(OWNER, "b", bytes(60_000))

    def test_code_may_go_a_tenth_beyond_the_quota_or_as_far_as_it_is(self, tmp_path: Path) -> None:
        areas = Areas(tmp_path / "areas", NotebookSettings(quota_bytes=100_000))
        assert areas.most_bytes(OWNER) == 110_000
        (areas.folder_of(OWNER) / "by code").write_bytes(bytes(200_000))
        areas.usage.forget(OWNER)
        assert 200_000 <= areas.most_bytes(OWNER) < 250_000

    def test_more_entries_than_are_allowed_fill_an_area(self, tmp_path: Path) -> None:
        areas = Areas(tmp_path / "areas", NotebookSettings(max_entries=20))
        for number in range(25):
            (areas.folder_of(OWNER) / str(number)).touch()
        with pytest.raises(StorageFull):
            areas.write(OWNER, "x", b"")
        with pytest.raises(TooLarge):
            areas.list(OWNER, "")
        areas.remove_file(OWNER, "3")

    def test_a_file_larger_than_the_process_may_write_leaves_nothing(self, areas: Areas) -> None:
        areas.write(OWNER, "f", b"good")
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
        try:
            with pytest.raises(StorageFull):
                areas.write(OWNER, "f", bytes(10_000))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert areas.read(OWNER, "f", 100)[0] == b"good"
        assert staged(areas) == []


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=256k", "none", str(disk)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("file systems cannot be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


class TestFullDisk:
    def test_nothing_half_written_is_left(self, tiny_disk: Path) -> None:
        areas = Areas(tiny_disk / "areas", NotebookSettings())
        areas.write(OWNER, "f", b"good")
        with pytest.raises(StorageFull) as refused:
            areas.write(OWNER, "f", bytes(500_000))
        assert "nothing was changed" in str(refused.value)
        assert areas.read(OWNER, "f", 100)[0] == b"good"
        assert staged(areas) == []
        areas.write(OWNER, "large", bytes(130_000))
        with pytest.raises(StorageFull):
            copy_file(areas, OWNER, "large", "copy")
        assert areas.find(OWNER, "copy") is None
        assert staged(areas) == []


def test_areas_are_made_by_many_at_once(tmp_path: Path) -> None:
    areas = Areas(tmp_path / "areas", NotebookSettings())

    async def together() -> None:
        made = [asyncio.to_thread(areas.write, OWNER, str(n), b"x") for n in range(20)]
        await asyncio.gather(*made)

    asyncio.run(together())
    assert len(areas.list(OWNER, "")) == 20
