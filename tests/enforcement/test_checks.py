"""The service of checks over a real database and real processes."""

import json
from typing import Any

import pytest

from colonnade.enforcement.checks import MAX_AT_ONCE, name_of
from colonnade.enforcement.service import Enforcement
from colonnade.enforcement.verdict import Asked
from colonnade.kit.database import Database
from colonnade.kit.errors import Invalid, NotFound, TooMany, Unavailable
from support.judged_notebooks import COURSE, SWAP, Shelf, notebook

CLONE = "!git clone https://github.com/iperov/DeepFaceLab"


async def test_a_saved_notebook_meets_what_its_cells_would_meet(enforcement: Enforcement):
    checked = await enforcement.checks.check_saved("p1", "swap.ipynb")
    assert (checked.verdict, checked.category) == ("refuse", "deepfakes")
    assert {place.cell for place in checked.findings[0].places} <= {1, 2, 3, 4, 5}
    assert (await enforcement.checks.check_saved("p1", "course.ipynb")).verdict == "allow"
    with pytest.raises(NotFound):
        await enforcement.checks.check_saved("p1", "none.ipynb")


async def test_outputs_are_left_out_before_a_saved_notebook_is_sent(
    enforcement: Enforcement, shelf: Shelf
):
    heavy: dict[str, Any] = notebook("x = 1")
    heavy["cells"][0]["outputs"] = [{"data": "x" * (80 << 20)}]
    shelf.notebooks["heavy.ipynb"] = heavy
    assert (await enforcement.checks.check_saved("p1", "heavy.ipynb")).verdict == "allow"


async def test_a_purpose_declared_in_the_notebook_counts(
    enforcement: Enforcement, shelf: Shelf, database: Database
):
    shelf.notebooks["clone.ipynb"] = notebook(CLONE)
    verdict = await enforcement.judge(Asked("p1", "r", "k", "clone.ipynb", "cell", CLONE, "c0"))
    assert (await enforcement.checks.check_saved("p1", "clone.ipynb")).verdict == "hold"
    async with database.transaction() as session:
        await enforcement.notices.declare(
            session, "p1", verdict.notice_id, "I read how it is built for my thesis."
        )
    released = await enforcement.checks.check_saved("p1", "clone.ipynb")
    assert released.verdict == "allow"
    assert released.findings[0].released
    assert (await enforcement.checks.check_saved("p2", "clone.ipynb")).verdict == "hold"


async def test_a_check_says_the_same_as_the_gate_on_the_whole(enforcement: Enforcement):
    checked = await enforcement.checks.check("a.ipynb", json.dumps(COURSE).encode())
    assert (checked.verdict, checked.findings) == ("allow", ())
    swap = await enforcement.checks.check("a.ipynb", json.dumps(SWAP).encode())
    assert swap.rules_version == enforcement.rules.version
    assert swap.policy_version == enforcement.book.current.version
    with pytest.raises(Invalid):
        await enforcement.checks.check("a.ipynb", b"[]")


async def test_turns_are_one_a_person_and_few_at_once(enforcement: Enforcement):
    from contextlib import ExitStack

    with ExitStack() as stack:
        stack.enter_context(enforcement.checks.turn("p1"))
        with pytest.raises(TooMany):
            stack.enter_context(enforcement.checks.turn("p1"))
        for number in range(MAX_AT_ONCE - 1):
            stack.enter_context(enforcement.checks.turn(f"other-{number}"))
        with pytest.raises(Unavailable):
            stack.enter_context(enforcement.checks.turn("one too many"))
    with enforcement.checks.turn("p1"):
        pass


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("a.py", "a.py"),
        ("/x/../a.py", "a.py"),
        ("C:\\x\\a.ipynb", "a.ipynb"),
        ("", "notebook.ipynb"),
    ],
)
def test_only_the_last_part_of_a_sent_name_counts(sent: str, name: str):
    assert name_of(sent) == name
