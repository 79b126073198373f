import os
from pathlib import Path

import pytest

from colonnade.detection.files.source import (
    MAX_READ_BYTES,
    MAX_READS,
    NotThisKind,
    Source,
    open_safely,
)
from colonnade.detection.limits import Unscannable
from colonnade.kit.errors import Invalid, NotFound


def test_reads_stop_where_the_file_ends():
    source = Source.of_bytes(b"abcdef")
    assert source.read(2, 2) == b"cd"
    assert source.read(4, 100) == b"ef"
    assert source.read(100, 1) == b""
    with pytest.raises(NotThisKind):
        source.exactly(4, 3)


def test_the_bytes_and_the_reads_of_a_file_are_bounded():
    endless = Source(lambda count, _: b"\0" * min(count, 8), 1 << 60)
    endless.read(0, MAX_READ_BYTES)
    with pytest.raises(Unscannable):
        endless.read(0, 1)
    many = Source.of_bytes(b"x")
    for _ in range(MAX_READS):
        many.read(0, 0)
    with pytest.raises(Unscannable):
        many.read(0, 0)


def test_a_descriptor_is_read_without_moving_its_position(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"abcdef")
    descriptor = open_safely(tmp_path / "file")
    try:
        assert Source.of_descriptor(descriptor).read(3, 3) == b"def"
        assert os.lseek(descriptor, 0, os.SEEK_CUR) == 0
    finally:
        os.close(descriptor)


def test_links_and_missing_files_are_not_opened(tmp_path: Path):
    (tmp_path / "link").symlink_to("/etc/hostname")
    for name in ("link", "missing", "nul\0"):
        with pytest.raises(NotFound):
            open_safely(tmp_path / name)


def test_a_pipe_is_not_waited_for_and_is_no_file(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    descriptor = open_safely(tmp_path / "pipe")
    try:
        with pytest.raises(Invalid):
            Source.of_descriptor(descriptor)
    finally:
        os.close(descriptor)
