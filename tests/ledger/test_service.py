from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from colonnade.kit.database import Database
from colonnade.kit.errors import Invalid
from colonnade.ledger import Ledger
from colonnade.observations import Observation, Trust


def observation(subject: str = "s", **attributes: str) -> Observation:
    return Observation(
        time=datetime(2026, 1, 1, tzinfo=UTC),
        source="gate",
        trust=Trust.GATE,
        kind="cell",
        runtime="r",
        subject=subject,
        attributes=dict(attributes),
    )


async def test_what_is_recorded_is_read_back_in_order(database: Database):
    ledger = Ledger()
    first, second = observation(a="1"), observation(a="2")
    async with database.transaction() as session:
        assert await ledger.record(session, first) < await ledger.record(session, second)
        await ledger.record(session, observation("other"))
    async with database.reading() as session:
        assert await ledger.about(session, "s") == [first, second]
        assert len(await ledger.of_runtime(session, "r")) == 3


async def test_text_of_the_size_of_a_notebook_is_refused(database: Database):
    async with database.transaction() as session:
        with pytest.raises(Invalid):
            await Ledger().record(session, observation(text="x" * 10_000))


async def test_one_kind_of_one_runtime_since_a_time_is_read_oldest_first(database: Database):
    ledger, first = Ledger(), observation(a="1")
    day = timedelta(days=1)
    later, other = replace(first, time=first.time + day), replace(first, kind="terminal-line")
    async with database.transaction() as session:
        for one in (first, other, later, replace(later, runtime="q"), later):
            await ledger.record(session, one)
    async with database.reading() as session:
        assert await ledger.of_kind(session, "r", "cell", first.time) == [first, later, later]
        assert await ledger.of_kind(session, "r", "cell", later.time) == [later, later]
