from typing import Any

from colonnade.detection.cells import Cell
from colonnade.detection.rulebook import default_rules
from colonnade.enforcement.examiner import Examiner, key_of


def cells(*sources: str, known: bool = False) -> dict[str, Any]:
    """A request for the first source; the others are around it, in their order."""
    return {"cells": [[key_of(Cell(one)), "", None if known else one] for one in sources]}


CLONE = "!git clone https://github.com/iperov/DeepFaceLab"


def test_what_is_not_known_is_asked_for_and_then_remembered():
    examiner = Examiner(default_rules())
    assert examiner.answer(cells(CLONE, known=True)) == {"missing": [key_of(Cell(CLONE))]}
    first = examiner.answer(cells(CLONE))
    assert first["findings"]
    assert examiner.answer(cells(CLONE, known=True)) == first


def test_hits_speak_of_the_first_cell_only():
    examiner = Examiner(default_rules())
    assert examiner.answer(cells("print(1)", CLONE))["hits"] is False
    assert examiner.answer(cells(CLONE, "print(1)"))["hits"] is True


def test_an_unscannable_first_cell_is_said_and_an_unscannable_neighbour_left_out():
    examiner = Examiner(default_rules())
    deep = "(" * 20_000
    assert "nest" in examiner.answer(cells(deep, CLONE))["unscannable"]
    beside = examiner.answer(cells(CLONE, deep))
    assert beside["unscannable"] is None
    assert beside["findings"]


def test_neighbours_that_are_about_to_be_read_are_announced():
    told: list[dict[str, Any]] = []
    Examiner(default_rules()).answer(cells("a", "b", "c"), told.append)
    assert told == [{"at": 1}, {"at": 2}, {"at": 0}]


ADDRESS = "x = 'https://github.com/iperov/DeepFaceLab'"
FROM_NAME = "!git clone {x}"


def test_a_cell_is_read_with_what_the_cells_before_it_gave():
    examiner = Examiner(default_rules())
    assert examiner.answer(cells(FROM_NAME, ADDRESS))["findings"]
    assert examiner.answer(cells(FROM_NAME, "x = 1", ADDRESS))["findings"]
    assert not examiner.answer(cells(FROM_NAME, ADDRESS, "x = 1"))["findings"]


def test_a_cell_that_runs_what_others_decide_is_not_let_pass_alone():
    examiner = Examiner(default_rules())
    assert examiner.answer(cells("run(x)"))["hits"] is True
    assert examiner.answer(cells("x + 1"))["hits"] is False


def test_a_remembered_cell_is_read_anew_where_it_is_given_something_else():
    examiner = Examiner(default_rules())
    harmless = "x = 'https://github.com/example/reading'"
    assert not examiner.answer(cells(FROM_NAME, harmless))["findings"]
    assert examiner.answer(cells(FROM_NAME, ADDRESS))["findings"]
    assert not examiner.answer(cells(FROM_NAME, harmless, known=True))["findings"]
    examiner.answer(cells("x = 'other'"))
    lacking = examiner.answer(cells(FROM_NAME, "x = 'other'", known=True))
    assert key_of(Cell(FROM_NAME)) in lacking["missing"]


def test_a_cell_that_fails_after_others_is_not_held_against_it_elsewhere():
    examiner = Examiner(default_rules())
    deep = "x = '(' * 300"
    assert examiner.answer(cells("exec(x)", deep))["unscannable"]
    assert examiner.answer(cells("exec(x)", "x = 'y = 1'"))["unscannable"] is None
