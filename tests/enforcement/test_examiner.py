from typing import Any

from colonnade.detection.cells import Cell
from colonnade.detection.rulebook import default_rules
from colonnade.enforcement.examiner import Examiner, key_of


def cells(*sources: str, known: bool = False) -> dict[str, Any]:
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
    assert told == [{"at": 1}, {"at": 2}]
