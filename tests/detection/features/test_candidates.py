"""Where candidates come from that are words or very many numbers."""

import pytest

from colonnade.detection.features.candidates import are_numbers, are_words
from colonnade.detection.features.loop import Loop
from colonnade.detection.features.loops import loop_of
from colonnade.detection.normalise.fold import Folder
from colonnade.detection.normalise.fold.statements import parse
from colonnade.detection.normalise.fold.values import Function


def looped(head: str) -> tuple[Folder, Loop]:
    folder = Folder()
    folder.names.bind("series", Function("series", "def series():\n    yield 1\n"))
    folder.names.bind("listed", Function("listed", "def listed():\n    return [1]\n"))
    loop = loop_of(folder, parse(f"{head}:\n    n += 1").named_children[0])
    loop.before = {"lines": "open.read.split", "rows": "pandas.DataFrame"}
    return folder, loop


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("for x in wordlist", True),
        ("for x in open(f)", True),
        ("for x in lines", True),
        ("for x in tqdm(lines)", True),
        ("for x in series()", True),
        ("for x in itertools.product('ab', repeat=4)", True),
        ("for x in rows", False),
        ("for x in listed()", False),
        ("for x in range(9)", False),
        ("while True", False),
    ],
)
def test_words_come_from_a_list_a_file_or_a_series(head: str, *, expected: bool):
    folder, loop = looped(head)
    assert are_words(folder, loop) is expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("for x in range(1000)", True),
        ("for x in range(999)", False),
        ("while n < 9999", True),
        ("for x in rows", False),
    ],
)
def test_numbers_are_many_or_never_end(head: str, *, expected: bool):
    _, loop = looped(head)
    assert are_numbers(loop) is expected
