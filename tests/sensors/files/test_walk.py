"""Everything is seen once on each way, whatever the tree and however small the slices."""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.kit.beneath import closing, open_root
from colonnade.sensors.files import walk
from colonnade.sensors.files.tally import Tally
from colonnade.sensors.files.walk import Budget, Folder, Way

Seen = list[Folder[Tally]]
EVERYTHING = Budget(10**6, 60)


def way_through(
    folder: Path, budget: Budget = EVERYTHING, between: Callable[[], object] = lambda: None
) -> tuple[Way[Tally], Seen, int]:
    """The way to its end, what it saw, and in how many slices."""
    seen: Seen = []
    slices = 0
    with closing(open_root(folder)) as root:
        way = Way(root, Random(1), lambda: Tally(Random(1)))
    while not way.done:
        way.run(budget, lambda folder, _: seen.append(folder))
        slices += 1
        between()
    way.close()
    return way, seen, slices


def counts(seen: Seen) -> dict[str, int]:
    return {one.path: sum(group.count for group in one.files.groups.values()) for one in seen}


_trees = st.lists(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map("/".join), max_size=30
)


@given(_trees, st.integers(1, 9))
def test_any_tree_is_seen_whole_in_slices(
    tmp_path_factory: pytest.TempPathFactory, paths: list[str], entries: int
) -> None:
    root = tmp_path_factory.mktemp("tree")
    for path in paths:
        (root / path).mkdir(parents=True, exist_ok=True)
        (root / path / "file.txt").touch()
    way, seen, slices = way_through(root, Budget(entries, 60))
    expected = {os.path.relpath(base, root): len(files) for base, _, files in os.walk(root)}
    assert counts(seen) == {"" if one == "." else one: n for one, n in expected.items()}
    assert len(seen) == len(expected)
    assert way.inodes == sum(expected.values()) + len(expected) - 1
    assert slices >= way.inodes // entries
    shutil.rmtree(root)


def test_a_large_folder_is_resumed_within_and_others_have_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "TURN_ENTRIES", 50)
    (tmp_path / "large").mkdir()
    for number in range(400):
        (tmp_path / "large" / str(number)).touch()
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "one").touch()
    _, seen, slices = way_through(tmp_path, Budget(60, 60))
    assert counts(seen) == {"": 0, "small": 1, "large": 400}
    assert seen[-1].path == "large"
    assert slices > 6


@pytest.mark.deep
def test_a_million_files_are_seen_in_bounded_slices_and_hide_no_other_folder(
    tmp_path: Path,
) -> None:
    (tmp_path / "trap").mkdir()
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "model").touch()
    trap = os.open(tmp_path / "trap", os.O_RDONLY)
    for number in range(1_000_000):
        os.mknod(str(number), dir_fd=trap)
    os.close(trap)
    _, seen, slices = way_through(tmp_path, Budget())
    assert counts(seen) == {"": 0, "work": 1, "trap": 1_000_000}
    assert seen[-1].path == "trap"
    assert slices > 1_000_000 // Budget().entries
    shutil.rmtree(tmp_path / "trap")


def test_what_is_too_deep_or_too_much_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "MAX_DEPTH", 3)
    monkeypatch.setattr(walk, "MAX_WAITING", 5)
    (tmp_path / "a/b/c/d/e").mkdir(parents=True)
    for number in range(20):
        (tmp_path / f"many{number}").mkdir()
    way, seen, _ = way_through(tmp_path)
    assert way.missed.crowded > 10
    assert len(seen) <= 7 + way.missed.crowded
    monkeypatch.setattr(walk, "MAX_WAITING", 1000)
    way, seen, _ = way_through(tmp_path)
    assert way.missed.deep == 1
    assert "a/b/c/d" not in counts(seen)


def test_over_many_ways_every_folder_of_a_crowd_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "MAX_WAITING", 5)
    for number in range(20):
        (tmp_path / str(number)).mkdir()
    dice, met = Random(7), Counter[str]()
    for _ in range(100):
        with closing(open_root(tmp_path)) as root:
            way = Way(root, dice, lambda: Tally(dice))
        way.run(EVERYTHING, lambda folder, _: met.update([folder.path]))
        way.close()
    assert len(met) == 21


def test_links_and_special_files_are_counted_but_neither_files_nor_ways(tmp_path: Path) -> None:
    (tmp_path / "up").symlink_to("..")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    way, seen, _ = way_through(tmp_path)
    assert counts(seen) == {"": 0}
    assert way.inodes == 3


def test_a_tree_may_vanish_between_slices(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / "a" / str(number)).mkdir(parents=True)
    before = len(os.listdir("/proc/self/fd"))
    way_through(tmp_path, Budget(5, 60), lambda: shutil.rmtree(tmp_path / "a", ignore_errors=True))
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_file_with_many_names_takes_its_room_once(tmp_path: Path) -> None:
    (tmp_path / "0").write_bytes(bytes(1 << 20))
    for number in range(1, 8):
        os.link(tmp_path / "0", tmp_path / str(number))
    way, _, _ = way_through(tmp_path)
    assert way.bytes == 1 << 20


def test_a_slice_ends_when_its_time_is_up(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / str(number)).touch()
    _, seen, slices = way_through(tmp_path, Budget(10**6, 0.0))
    assert counts(seen) == {"": 2000}
    assert slices > 2
