"""What one runtime's folders bring to light, walk by walk."""

import os
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from colonnade.observations.vocabulary import FOLDER, GAP
from colonnade.sensors.files import looking
from colonnade.sensors.files.bundle import unpack
from colonnade.sensors.files.looking import Looking, Seen
from colonnade.sensors.files.walk import Budget
from colonnade.sensors.watched import Watched
from detection.files import building

NOW = datetime(2026, 11, 30, tzinfo=UTC)
LATER = NOW.timestamp() * 2


def watched(folder: Path) -> Watched:
    for name in ("content", "drive", "tmp"):
        (folder / name).mkdir()
    return Watched(
        "a" * 32,
        os.getpid(),
        None,
        (),
        folder / "content",
        disk_bytes=1 << 30,
        kept=(("/drive", folder / "drive"),),
        volatile=(("/tmp", folder / "tmp"),),
    )


@pytest.fixture
def sight(tmp_path: Path) -> Generator[Looking]:
    before = len(os.listdir("/proc/self/fd"))
    made = Looking(watched(tmp_path), lambda: NOW, Random(1), Budget())
    yield made
    made.close()
    assert len(os.listdir("/proc/self/fd")) == before


def told(seen: Seen, kind: str = FOLDER) -> dict[str, object]:
    return {
        one.subject: one.attributes.get("grown", one.attributes.get("count"))
        for one in seen.observations
        if one.kind == kind
    }


def test_a_folder_is_told_when_it_changes_and_not_otherwise(sight: Looking, tmp_path: Path) -> None:
    (tmp_path / "content" / "a.txt").write_text("text")
    assert told(sight.walk()) == {"/content": 1}
    assert told(sight.walk()) == {}
    (tmp_path / "content" / "b.txt").write_text("text")
    assert told(sight.walk()) == {"/content": 1}


def test_what_lay_on_the_drive_before_has_not_grown(sight: Looking, tmp_path: Path) -> None:
    (tmp_path / "drive" / "a.jpg").write_bytes(building.jpeg())
    assert told(sight.walk()) == {"/drive": 0}
    (tmp_path / "drive" / "b.jpg").write_bytes(building.jpeg())
    assert told(sight.walk()) == {"/drive": 1}


def test_a_walk_tells_so_much_and_the_next_the_rest(
    sight: Looking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MAX_TOLD", 4)
    for number in range(10):
        (tmp_path / "content" / str(number)).mkdir()
        (tmp_path / "content" / str(number) / "a.txt").touch()
    walks = [sight.walk() for _ in range(4)]
    assert [len(told(one)) for one in walks] == [4, 4, 2, 0]
    assert [one.unfinished for one in walks] == [True, True, False, False]
    assert len(set().union(*map(told, walks))) == 10


def test_a_pulse_is_other_after_a_change(sight: Looking, tmp_path: Path) -> None:
    (tmp_path / "drive" / "inner").mkdir()
    (tmp_path / "drive" / "inner" / "a.txt").write_text("a")
    sight.walk()
    pulse = sight.pulse()
    (tmp_path / "drive" / "inner" / "b.txt").write_text("b")
    assert sight.pulse() != pulse


def test_what_is_counted_is_the_runtimes_own_disk(sight: Looking, tmp_path: Path) -> None:
    (tmp_path / "content" / "large").write_bytes(os.urandom(1 << 20))
    (tmp_path / "drive" / "large").write_bytes(os.urandom(1 << 20))
    usage = sight.walk().usage
    assert 1 << 20 <= usage.bytes < 2 << 20
    assert usage.inodes == 1
    assert usage.whole


def test_what_was_deleted_while_it_is_open_is_not_counted(sight: Looking, tmp_path: Path) -> None:
    with (tmp_path / "content" / "hidden").open("wb") as file:
        file.write(os.urandom(1 << 20))
        file.flush()
        assert sight.walk().usage.bytes >= 1 << 20
        (tmp_path / "content" / "hidden").unlink()
        assert sight.walk().usage.bytes < 1 << 20


def test_a_candidate_is_opened_beneath_its_root_or_not_at_all(
    sight: Looking, tmp_path: Path
) -> None:
    for name in ("here", "gone", "swapped"):
        (tmp_path / "content" / name).write_bytes(building.swapper())
    sight.walk()
    (tmp_path / "content" / "gone").unlink()
    (tmp_path / "content" / "swapped").unlink()
    (tmp_path / "content" / "swapped").symlink_to("/etc/passwd")
    found = sight.open_candidate(LATER)
    assert found is not None
    candidate, descriptor, _ = found
    assert candidate.entry.name == "here"
    os.close(descriptor)
    assert sight.open_candidate(LATER) is None


def test_a_program_is_packed_once_it_rests(sight: Looking, tmp_path: Path) -> None:
    (tmp_path / "content" / "roop" / "core").mkdir(parents=True)
    for number in range(5):
        (tmp_path / "content" / "roop" / "core" / f"{number}.py").write_text("pass")
    sight.walk()
    assert sight.open_program(0.0) is None
    found = sight.open_program(5.0)
    assert found is not None
    path, bundle = found
    assert path == "/content/roop"
    assert {one.path for one in unpack(bundle)} == {f"core/{number}.py" for number in range(5)}
    os.close(bundle)


def test_a_tree_beyond_the_budget_is_a_gap_told_once_in_a_while(tmp_path: Path) -> None:
    sight = Looking(watched(tmp_path), lambda: NOW, Random(1), Budget(entries=10))
    for number in range(100):
        (tmp_path / "content" / str(number)).touch()
    walks: list[Seen] = []
    while not walks or walks[-1].unfinished:
        walks.append(sight.walk())
    sight.close()
    assert [told(one, GAP) for one in walks] == [{"walk-bound": 1}, *[{}] * (len(walks) - 1)]
    assert told(walks[-1]) == {"/content": 100}
    assert len(walks) in range(5, 12)
