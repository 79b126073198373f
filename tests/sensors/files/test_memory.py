"""A change is told until it is kept, and never again while nothing changes."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.sensors.files import memory
from colonnade.sensors.files.memory import Memory
from colonnade.sensors.files.tally import Entry, Tally
from colonnade.sensors.files.walk import Folder


def folder(path: str, *names: str, changed: int = 1) -> Folder[Tally]:
    tally = Tally(Random(0))
    for name in names:
        tally.add(Entry(name, 10, 1, changed))
    return Folder(path, tally)


def test_growth_is_since_the_last_time_that_it_was_told() -> None:
    known = Memory(Random(0))
    (first,) = known.changes(folder("a", "1.jpg"))
    assert first.grown == 1
    (again,) = known.changes(folder("a", "1.jpg"))
    known.keep(again)
    assert known.changes(folder("a", "1.jpg")) == []
    (grown,) = known.changes(folder("a", "1.jpg", "2.jpg", "3.jpg"))
    assert grown.grown == 2
    known.keep(grown)
    (shrunk,) = known.changes(folder("a", "3.jpg"))
    assert shrunk.grown == -2


def test_a_file_that_was_written_anew_is_a_change_without_growth() -> None:
    known = Memory(Random(0))
    known.keep(known.changes(folder("a", "1.npy"))[0])
    (change,) = known.changes(folder("a", "1.npy", changed=2))
    assert change.grown == 0


def test_what_went_and_came_back_is_new() -> None:
    known = Memory(Random(0))
    known.keep(known.changes(folder("a", "1.npy"))[0])
    assert known.changes(folder("a")) == []
    assert known.changes(folder("a", "1.npy"))[0].grown == 1


@given(st.lists(st.integers(0, 60), max_size=200))
def test_memory_is_bounded_and_forgets_to_newness_only(visits: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "MAX_FOLDERS", 10)
        known = Memory(Random(0))
        for visit in visits:
            for change in known.changes(folder(str(visit), "a.txt")):
                assert change.grown == 1
                known.keep(change)
            assert known.changes(folder(str(visit), "a.txt")) == []
        assert len(known._known) == len(known._places) <= 10
