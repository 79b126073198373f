import pytest

from colonnade.kit.database import Database
from colonnade.kit.errors import Unavailable
from support.databases import beside, held
from support.paper_engine import PaperEngine
from support.waiting import until

from .conftest import ADA, BEN, Start


async def test_a_locked_database_gives_nobody_a_runtime_and_the_next_one_gets_theirs(
    start: Start, engine: PaperEngine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtimes = await start(pool=1)
    await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 1)
    impatient = beside(database, busy_seconds=0.05)
    monkeypatch.setattr(runtimes._register, "_database", impatient)
    async with held(database):
        with pytest.raises(Unavailable, match="nothing was changed"):
            await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
        assert all(sandbox.status.owner is None for sandbox in engine.sandboxes.values())
    monkeypatch.undo()
    kernel = await runtimes.start_kernel(BEN, "cpu", "one.ipynb")
    assert engine.sandboxes[kernel.runtime_id].status.owner == BEN.person_id
    (hers,) = await runtimes.holdings(ADA.person_id)
    assert "The database did not answer in time" in hers.stop_reason
    await impatient.close()


async def test_activity_is_kept_in_few_writes(start: Start, database: Database) -> None:
    runtimes = await start()
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    for _ in range(1000):
        runtimes.touch(kernel.runtime_id)
    assert runtimes._register._unsaved_activity == {kernel.runtime_id}
    await runtimes._register.save_activity()
    assert not runtimes._register._unsaved_activity
