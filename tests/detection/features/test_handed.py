"""What a function of the notebook's own does with what a loop hands to it."""

import pytest

from colonnade.detection.features.handed import loops_within
from colonnade.detection.features.loop import Loop
from colonnade.detection.features.loops import loop_of
from colonnade.detection.normalise.fold import Folder
from colonnade.detection.normalise.fold.statements import parse
from colonnade.detection.normalise.fold.values import Function

SENT = "def send(a, b=1):\n    print(a, b)\n"


def within(loop: str) -> list[Loop]:
    folder = Folder()
    folder.names.bind("send", Function("send", SENT))
    outer = loop_of(folder, parse(loop).named_children[0])
    return list(loops_within(folder, outer, lambda function: "print" in function.source))


@pytest.mark.parametrize(
    ("loop", "varied"),
    [
        ("for w in words:\n    send(w)", {"a"}),
        ("for w in words:\n    send(1, w)", {"b"}),
        ("for w in words:\n    send(1, b=w)", {"b"}),
        ("for w in words:\n    pool.submit(send, w)", {"a"}),
        ("for w in words:\n    Thread(target=send, args=(2, w)).start()", {"b"}),
    ],
)
def test_only_what_is_a_candidate_differs_within(loop: str, varied: set[str]):
    assert [one.variables for one in within(loop)] == [varied]


@pytest.mark.parametrize(
    "loop",
    ["for w in words:\n    send(1)", "for w in words:\n    other(w)", "for w in a:\n    w()"],
)
def test_what_is_given_no_candidate_is_left(loop: str):
    assert within(loop) == []
