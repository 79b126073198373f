"""Transactions are whole or not at all, and moments keep their zone."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from colonnade.kit.database import Database, Moment
from colonnade.kit.errors import Unavailable
from support.databases import beside, held


@pytest.fixture
async def counter(database: Database) -> Database:
    """A database with one number in it."""
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE counter (n INTEGER)"))
        await session.execute(text("INSERT INTO counter VALUES (0)"))
    return database


async def number(database: Database) -> int:
    """The number as a reader sees it."""
    async with database.reading() as session:
        return (await session.execute(text("SELECT n FROM counter"))).scalar_one()


async def test_what_raises_changes_nothing(counter: Database) -> None:
    async def fail_half_way() -> None:
        async with counter.transaction() as session:
            await session.execute(text("UPDATE counter SET n = 1"))
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        await fail_half_way()
    assert await number(counter) == 0


async def test_what_a_reader_writes_is_forgotten(counter: Database) -> None:
    async with counter.reading() as session:
        await session.execute(text("UPDATE counter SET n = 1"))
    assert await number(counter) == 0


async def test_writers_that_read_first_wait_for_each_other(counter: Database) -> None:
    async def add_one() -> None:
        async with counter.transaction() as session:
            n = (await session.execute(text("SELECT n FROM counter"))).scalar_one()
            await asyncio.sleep(0)
            await session.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    await asyncio.gather(*(add_one() for _ in range(20)))
    assert await number(counter) == 20


async def test_a_writer_waits_for_another_process_only_so_long(counter: Database) -> None:
    impatient = beside(counter, busy_seconds=0.05)
    async with held(counter):
        with pytest.raises(Unavailable, match="nothing was changed"):
            async with impatient.transaction():
                raise AssertionError("two writers at once")
        assert await number(impatient) == 0
    await impatient.close()


async def test_a_database_that_is_not_there_is_said_to_be_unavailable(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    for address in (
        f"sqlite+aiosqlite:///{tmp_path / 'no' / 'folder.sqlite'}",
        f"postgresql+asyncpg://postgres@/none?host={tmp_path}",
    ):
        away = Database(address)
        with pytest.raises(Unavailable):
            async with away.reading():
                raise AssertionError("nobody is there")
        await away.close()
    # SQLite's driver does not wait for the thread of a failed connection to end; should the loop be
    # closed first, that thread dies loudly.
    for thread in set(threading.enumerate()) - before:
        thread.join(5)


async def test_a_reader_sees_one_state_however_long_it_reads(counter: Database) -> None:
    async with counter.reading() as session:
        before = (await session.execute(text("SELECT n FROM counter"))).scalar_one()
        async with counter.transaction() as writing:
            await writing.execute(text("UPDATE counter SET n = 5"))
        assert (await session.execute(text("SELECT n FROM counter"))).scalar_one() == before
    assert await number(counter) == 5


async def test_readers_see_the_last_whole_state_while_somebody_writes(counter: Database) -> None:
    async with counter.transaction() as session:
        await session.execute(text("UPDATE counter SET n = 1"))
        assert await number(counter) == 0
    assert await number(counter) == 1


async def test_moments_come_back_aware_and_in_utc(counter: Database) -> None:
    moment = datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=2)))
    kind = Moment()
    stored = kind.process_bind_param(moment, counter.engine.dialect)
    assert stored == datetime(2026, 11, 22, 10, tzinfo=UTC)
    naive = datetime(2026, 11, 22, 10)
    assert kind.process_result_value(naive, counter.engine.dialect) == stored
    with pytest.raises((ValueError, StatementError), match="naive"):
        kind.process_bind_param(naive, counter.engine.dialect)
