import os
import signal

import pytest

from colonnade.evaluation.processes import spread
from colonnade.kit.errors import Unavailable

_added = 0


def begin(added: int) -> None:
    global _added
    _added = added


def add(number: int) -> int:
    return number + _added


def die(_number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


@pytest.mark.parametrize("processes", [1, 2])
def test_answers_come_in_the_order_of_the_items(processes: int):
    assert list(spread(add, range(40), processes, begin, (5,))) == list(range(5, 45))


def test_nothing_to_do_starts_nothing():
    assert list(spread(add, (), 2)) == []


def test_a_process_that_dies_is_said():
    with pytest.raises(Unavailable, match="died"):
        list(spread(die, range(4), 2))
