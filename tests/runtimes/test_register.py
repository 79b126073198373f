import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from colonnade.kit import database as kit_database
from colonnade.kit.database import Database
from support.paper_engine import PaperEngine
from support.waiting import until

from .conftest import ADA, BEN, Start


async def test_a_locked_database_gives_nobody_a_runtime_and_the_next_one_gets_theirs(
    start: Start, engine: PaperEngine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtimes = await start(pool=1)
    await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 1)
    monkeypatch.setattr(kit_database, "BUSY_SECONDS", 0)
    impatient = Database(str(database.engine.url))
    monkeypatch.setattr(runtimes._register, "_database", impatient)
    holder = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError):
        await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    assert all(sandbox.status.owner is None for sandbox in engine.sandboxes.values())
    holder.execute("ROLLBACK")
    holder.close()
    monkeypatch.undo()
    kernel = await runtimes.start_kernel(BEN, "cpu", "one.ipynb")
    assert engine.sandboxes[kernel.runtime_id].status.owner == BEN.person_id
    (hers,) = await runtimes.holdings(ADA.person_id)
    assert hers.stop_reason == "It could not be started."
    await impatient.close()


async def test_activity_is_kept_in_few_writes(start: Start, database: Database) -> None:
    runtimes = await start()
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    for _ in range(1000):
        runtimes.touch(kernel.runtime_id)
    assert runtimes._register._unsaved_activity == {kernel.runtime_id}
    await runtimes._register.save_activity()
    assert not runtimes._register._unsaved_activity
