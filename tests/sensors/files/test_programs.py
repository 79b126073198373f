"""A program is known by its sources, once they are all there."""

from random import Random

from colonnade.sensors.files.programs import PATIENCE_SECONDS, PAUSE_SECONDS, Programs, program_of
from colonnade.sensors.files.tally import Entry, Tally
from colonnade.sensors.files.walk import Folder


def sources(path: str, count: int) -> Folder[Tally]:
    tally = Tally(Random(0))
    for number in range(count):
        tally.add(Entry(f"{number}.py", 10, 1, 1))
    return Folder(path, tally)


def test_folders_belong_to_the_program_above_them() -> None:
    assert program_of("") == ""
    assert program_of("roop/core/nets") == "roop"
    assert program_of("lib/python3.11/site-packages/roop/core") == (
        "lib/python3.11/site-packages/roop"
    )
    assert program_of("src") == ""


def test_a_program_is_compared_once_it_rests_and_again_when_it_is_another() -> None:
    programs = Programs()
    for now, count in ((0.0, 2), (5.0, 6)):
        programs.see(sources("roop/core", count))
        assert programs.next(now) is None
    assert programs.waiting
    assert programs.next(10.0) == "roop"
    assert programs.next(100.0) is None
    assert not programs.waiting
    programs.see(sources("roop/more", 6))
    assert programs.next(200.0) is None
    assert programs.next(205.0) == "roop"


def test_one_that_never_rests_is_compared_as_it_is() -> None:
    programs = Programs()
    asked: list[str | None] = []
    for step in range(10):
        programs.see(sources("roop", 10 + step))
        asked.append(programs.next(step * PATIENCE_SECONDS / 5))
    assert asked.count("roop") == 1


def test_few_sources_are_no_program_and_many_programs_wait_for_each_other() -> None:
    programs = Programs()
    programs.see(sources("notes", 3))
    for name in ("a", "b"):
        programs.see(sources(name, 9))
    found = [programs.next(now) for now in (0.0, 1.0, 2.0, 1.0 + PAUSE_SECONDS)]
    assert found == [None, "a", None, "b"]
