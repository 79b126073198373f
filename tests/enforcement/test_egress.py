"""Refused connections become notices with clause and host, repetitions a count."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from colonnade.enforcement.egress import EgressRecord
from colonnade.enforcement.notices import Notices
from colonnade.enforcement.schemas import Notice
from colonnade.kit.database import Database
from colonnade.ledger import Ledger
from colonnade.observations import Observation, Trust
from colonnade.policy import load_book
from colonnade.runtimes.classes import class_of_this_machine
from colonnade.runtimes.engine import Observed, RuntimeState
from colonnade.runtimes.register import Runtime

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OWNER, RUNTIME = "a" * 32, "b" * 32


def runtime(owner: str | None = OWNER) -> Runtime:
    terms, running = class_of_this_machine(), RuntimeState.RUNNING
    return Runtime(RUNTIME, terms, running, NOON, NOON, owner, "kernel", "course/one.ipynb")


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


@dataclass
class Record:
    """The record under test, and what it showed."""

    database: Database
    shown: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def __post_init__(self) -> None:
        self.heard = EgressRecord(
            self.database,
            load_book(),
            "rules",
            "http://127.0.0.1:1/",
            lambda runtime_id, text: self.shown.append((runtime_id, text)),
            lambda: NOON,
        ).heard

    async def notices(self) -> list[Notice]:
        async with self.database.reading() as session:
            return await Notices(lambda: NOON).notices_of(session, OWNER)


@pytest.fixture
async def record(database: Database) -> Record:
    return Record(database)


async def test_a_refusal_is_a_notice_with_clause_host_and_list(record: Record) -> None:
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


async def test_repetitions_are_counted_on_the_same_notice_and_not_shown(record: Record) -> None:
    await record.heard(refused(), runtime())
    await record.heard(refused("us.pool.example", count=19, repeated=True), runtime())
    (notice,) = await record.notices()
    assert notice.times == 20
    assert len(record.shown) == 1


async def test_what_no_list_names_stands_under_the_clause_on_the_network(record: Record) -> None:
    seen = refused("10.0.0.1", reason="address", category="network", list="", entry="", port=0)
    await record.heard(seen, runtime())
    (notice,) = await record.notices()
    assert notice.statement.clause == "10"
    assert notice.statement.destination == "10.0.0.1"
    assert "not to bare addresses" in notice.statement.why


async def test_a_host_s_name_is_made_visible(record: Record) -> None:
    await record.heard(refused("a\u202eb\n.example"), runtime())
    (notice,) = await record.notices()
    assert "\u202e" not in notice.statement.destination


async def test_a_runtime_without_an_owner_gives_no_notice(record: Record) -> None:
    await record.heard(refused(), runtime(owner=None))
    await record.heard(refused(), None)
    assert await record.notices() == []
    assert record.shown == []


async def test_bytes_and_refusals_are_in_the_ledger(record: Record) -> None:
    flow = Observation(NOON, "egress", Trust.PROXY, "egress", RUNTIME, "lab.example")
    flow.attributes["received_bytes"] = 7
    await record.heard(Observed(flow, 1), runtime())
    await record.heard(refused(), runtime())
    async with record.database.reading() as session:
        kept = await Ledger().of_runtime(session, RUNTIME)
    assert [one.kind for one in kept] == ["egress", "egress-refused"]
    assert kept[0].attributes == {"received_bytes": 7, "person": OWNER}
