"""Recordings: for the operator alone, bounded, and swept when they are old."""

import os
from pathlib import Path

import pytest

from colonnade.host.sensing.recordings import KEPT_DAYS, Recordings


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return Recordings(tmp_path / "recordings", max_bytes=1000)


def lines(first: int, last: int) -> list[bytes]:
    return [b'{"n":%06d}\n' % number for number in range(first, last)]


def test_only_the_operator_can_read_them(recordings: Recordings):
    recordings.append("r1", lines(0, 1))
    path = recordings.path("r1")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_was_appended_is_read_back_in_order(recordings: Recordings):
    recordings.append("r1", lines(0, 3))
    recordings.append("r1", lines(3, 5))
    assert recordings.tail("r1", 10_000) == [line.rstrip() for line in lines(0, 5)]


def test_the_tail_begins_with_a_whole_line(recordings: Recordings):
    recordings.append("r1", lines(0, 10))
    assert recordings.tail("r1", 30) == [b'{"n":000008}', b'{"n":000009}']


def test_a_line_that_a_crash_cut_is_left_out(recordings: Recordings):
    recordings.append("r1", [*lines(0, 2), b'{"n":0'])
    assert recordings.tail("r1", 10_000) == [line.rstrip() for line in lines(0, 2)]


def test_a_full_recording_loses_its_older_half(recordings: Recordings):
    for number in range(200):
        recordings.append("r1", lines(number, number + 1))
    kept = recordings.tail("r1", 10_000)
    assert recordings.path("r1").stat().st_size <= 1000
    assert kept[-1] == b'{"n":000199}'
    assert kept == [line.rstrip() for line in lines(200 - len(kept), 200)]
    assert recordings.path("r1").stat().st_mode & 0o777 == 0o600


def test_an_unknown_runtime_has_none(recordings: Recordings):
    assert recordings.tail("nobody", 100) == []


@pytest.mark.parametrize("runtime", ["", "../r1", "a/b", "a.b", "x" * 65])
def test_what_is_no_id_names_no_file(recordings: Recordings, runtime: str):
    with pytest.raises(ValueError, match="id"):
        recordings.append(runtime, lines(0, 1))


def test_a_link_is_not_followed(recordings: Recordings, tmp_path: Path):
    recordings.path("r1").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError):  # noqa: PT011 the system words it
        recordings.append("r1", lines(0, 1))
    assert not (tmp_path / "elsewhere").exists()


def test_old_ones_go_and_those_of_living_runtimes_stay(recordings: Recordings):
    for runtime in ("old", "living", "fresh"):
        recordings.append(runtime, lines(0, 1))
    long_ago = recordings.path("fresh").stat().st_mtime - (KEPT_DAYS + 1) * 86_400
    for runtime in ("old", "living"):
        os.utime(recordings.path(runtime), (long_ago, long_ago))
    recordings.sweep({"living"})
    assert not recordings.path("old").exists()
    assert recordings.path("living").exists()
    assert recordings.path("fresh").exists()
