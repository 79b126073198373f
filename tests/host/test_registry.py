"""Records outlast a crash, and what a runtime left is removed whatever it is."""

import os
from pathlib import Path

import pytest

from colonnade.host.registry import Record, Registry
from colonnade.kit.clock import utcnow
from colonnade.kit.ids import new_id


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "runtimes")


def test_a_record_is_found_again_and_one_that_was_not_written_is_none(
    registry: Registry, tmp_path: Path
) -> None:
    known, begun = sorted((new_id(), new_id()))
    record = Record(known, utcnow(), 70_000, (Path("/sys/fs/cgroup/x"),), 7, 1000.5)
    for id in (known, begun):
        (tmp_path / "runtimes" / id).mkdir()
    registry.write(record)
    assert registry.leftovers() == [(known, record), (begun, None)]


def test_folders_without_end_are_removed_and_links_are_not_followed(
    registry: Registry, tmp_path: Path
) -> None:
    """More levels than Python calls itself, and than a path of the kernel has characters for."""
    id, outside = new_id(), tmp_path / "outside"
    outside.write_text("of the host")
    (tmp_path / "runtimes" / id).mkdir()
    (tmp_path / "runtimes" / id / "link").symlink_to(tmp_path)
    here = os.open(tmp_path / "runtimes" / id, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    registry.remove(id)
    assert registry.leftovers() == []
    assert outside.read_text() == "of the host"
