"""What is seen from outside is in the ledger, and the owner reads of what has a teller."""

from dataclasses import replace

import pytest

from colonnade.enforcement.outside import Circumstances, Told
from colonnade.enforcement.statement import Statement
from colonnade.enforcement.verdict import Outcome
from colonnade.kit.database import Database
from colonnade.observations import Observation, Trust
from colonnade.runtimes.engine import Observed
from support.witnessing import NOON, OWNER, RUNTIME, Witness, runtime


def tell(seen: Observation, around: Circumstances) -> Told:
    statement = Statement(
        outcome=Outcome.NOTICE,
        time=around.time,
        policy_version=around.policy.version,
        policy_date="",
        rules_version=around.rules_version,
        category="network",
        clause="10",
        clause_title="Where connections may lead",
        forbidden="",
        allowed="",
        rules=(),
        opening=f"A {seen.subject} was seen.",
        concerns="this kettle",
        duration="",
        appeal="",
        link=around.link,
    )
    shown = not seen.attributes.get("quiet")
    return Told("kitchen", statement, ("boils",), same=seen.subject, times=2, shown=shown)


def seen(subject: str = "kettle", kind: str = "kettle", **attributes: bool) -> Observed:
    return Observed(Observation(NOON, "nose", Trust.KERNEL, kind, RUNTIME, subject, {**attributes}))


@pytest.fixture
async def witness(database: Database) -> Witness:
    return Witness(database, {"kettle": tell})


async def test_what_has_a_teller_is_a_notice_and_shown_in_the_cell(witness: Witness) -> None:
    await witness.heard(seen(), runtime())
    (notice,) = await witness.notices()
    assert (notice.channel, notice.rules, notice.times) == ("kitchen", ("boils",), 2)
    assert notice.notebook_path == "course/one.ipynb"
    ((where, text),) = witness.shown
    assert where == RUNTIME
    assert text.startswith("A kettle was seen.")
    assert "It concerns this kettle only" in text.replace("\n", " ")
    assert f"http://127.0.0.1:1/notices/{notice.id}" in text


async def test_what_says_the_same_is_counted_and_links_to_the_first(witness: Witness) -> None:
    await witness.heard(seen(), runtime())
    await witness.heard(seen(), runtime())
    await witness.heard(seen("pot"), runtime())
    pot, kettle = sorted(await witness.notices(), key=lambda one: one.times)
    assert (pot.times, kettle.times) == (2, 4)
    assert kettle.id in witness.shown[1][1]


async def test_what_was_said_often_enough_is_not_shown(witness: Witness) -> None:
    await witness.heard(seen(quiet=True), runtime())
    assert len(await witness.notices()) == 1
    assert witness.shown == []


async def test_nobody_s_runtime_gives_no_notice(witness: Witness) -> None:
    await witness.heard(seen(), runtime(owner=None))
    await witness.heard(seen(), None)
    assert await witness.notices() == []
    assert witness.shown == []


async def test_everything_is_in_the_ledger_with_whose_it_is(witness: Witness) -> None:
    await witness.heard(seen(kind="gap"), runtime())
    await witness.heard(seen(), replace(runtime(), owner=None))
    kept = await witness.ledger()
    whose = [(one.kind, one.attributes["person"]) for one in kept]
    assert whose == [("gap", OWNER), ("kettle", "")]
    assert witness.shown == []
