"""Refused connections become notices with clause and host, repetitions a count."""

import pytest

from colonnade.enforcement.egress import tell_refusal
from colonnade.kit.database import Database
from colonnade.observations import Observation, Trust
from colonnade.runtimes.engine import Observed
from support.witnessing import NOON, RUNTIME, Witness, runtime


def refused(host: str = "eu.pool.example", **attributes: str | int | bool) -> Observed:
    given: dict[str, str | int | float | bool] = {
        "reason": "denied",
        "port": 443,
        "category": "cryptomining",
        "list": "mining-pools",
        "entry": "pool.example",
        "count": 1,
        "repeated": False,
    }
    seen = Observation(NOON, "egress", Trust.PROXY, "egress-refused", RUNTIME, host)
    seen.attributes.update(given | attributes)
    return Observed(seen, 1)


@pytest.fixture
async def record(database: Database) -> Witness:
    return Witness(database, {"egress-refused": tell_refusal})


async def test_a_refusal_is_a_notice_with_clause_host_and_list(record: Witness) -> None:
    await record.heard(refused(), runtime())
    (notice,) = await record.notices()
    assert (notice.category, notice.channel, notice.times) == ("cryptomining", "egress", 1)
    assert notice.statement.clause == "2"
    assert notice.statement.destination == "eu.pool.example, port 443"
    assert "mining-pools, by the entry pool.example" in notice.statement.why
    assert notice.contestable
    assert not notice.declarable
    ((where, text),) = record.shown
    assert where == RUNTIME
    assert "a connection was not made" in text
    assert "eu.pool.example, port 443" in text
    assert "Clause 2 of the policy" in text
    assert f"http://127.0.0.1:1/notices/{notice.id}" in text


async def test_repetitions_are_counted_on_the_same_notice_and_not_shown(record: Witness) -> None:
    await record.heard(refused(), runtime())
    await record.heard(refused("us.pool.example", count=19, repeated=True), runtime())
    (notice,) = await record.notices()
    assert notice.times == 20
    assert len(record.shown) == 1


async def test_what_no_list_names_stands_under_the_clause_on_the_network(record: Witness) -> None:
    seen = refused("10.0.0.1", reason="address", category="network", list="", entry="", port=0)
    await record.heard(seen, runtime())
    (notice,) = await record.notices()
    assert notice.statement.clause == "10"
    assert notice.statement.destination == "10.0.0.1"
    assert "not to bare addresses" in notice.statement.why


async def test_a_host_s_name_is_made_visible(record: Witness) -> None:
    await record.heard(refused("a\u202eb\n.example"), runtime())
    (notice,) = await record.notices()
    assert "\u202e" not in notice.statement.destination


async def test_a_runtime_without_an_owner_gives_no_notice(record: Witness) -> None:
    await record.heard(refused(), runtime(owner=None))
    await record.heard(refused(), None)
    assert await record.notices() == []
    assert record.shown == []
