"""The queue, seen by those who stand in it. The machine has room for two."""

import asyncio

import pytest

from colonnade.kit.errors import NotFound
from colonnade.runtimes.engine import Capacity
from colonnade.runtimes.errors import Queued
from colonnade.runtimes.service import Runtimes
from support.paper_engine import GIB, PaperEngine
from support.waiting import until

from .conftest import ADA, BEN, CLEO, Hands, Start

TWO = Capacity(4, 2 * GIB, 0)


async def full(runtimes: Runtimes) -> list[str]:
    """ADA has both places; returns her kernels."""
    return [
        (await runtimes.start_kernel(ADA, "cpu", f"{name}.ipynb")).id for name in ("one", "two")
    ]


@pytest.fixture
def engine_size(engine: PaperEngine) -> PaperEngine:
    engine.whole = TWO
    return engine


@pytest.mark.usefixtures("engine_size")
class TestTheQueue:
    async def test_a_full_machine_gives_a_place_that_is_shown_and_kept(self, start: Start) -> None:
        runtimes = await start()
        await full(runtimes)
        with pytest.raises(Queued, match=r"number 1 in the queue for Python 3 · CPU") as first:
            await runtimes.start_kernel(BEN, "cpu", "b.ipynb")
        with pytest.raises(Queued, match=r"number 2 ") as second:
            await runtimes.start_kernel(CLEO, "cpu", "c.ipynb")
        with pytest.raises(Queued, match=r"number 1 ") as again:
            await runtimes.start_kernel(BEN, "cpu", "b.ipynb")
        assert first.value.details == again.value.details
        assert second.value.details["position"] == 2
        assert second.value.status == 503
        (shown,) = runtimes.tickets(CLEO.person_id)
        assert (shown.position, shown.called, shown.id) == (
            2,
            False,
            second.value.details["ticket"],
        )
        assert runtimes.snapshot().queue == {"cpu": 2}

    async def test_a_place_that_frees_is_kept_for_who_is_first(self, start: Start) -> None:
        runtimes = await start()
        kernel, _ = await full(runtimes)
        for someone in (BEN, CLEO):
            with pytest.raises(Queued):
                await runtimes.start_kernel(someone, "cpu", "n.ipynb")
        await runtimes.shutdown(ADA, kernel)
        await until(lambda: runtimes.tickets(BEN.person_id)[0].called)
        with pytest.raises(Queued, match="number 2"):
            await runtimes.start_kernel(CLEO, "cpu", "n.ipynb")
        with pytest.raises(Queued, match="number 3"):
            await runtimes.start_kernel(ADA, "cpu", "n.ipynb")
        assert (await runtimes.start_kernel(BEN, "cpu", "n.ipynb")).path == "n.ipynb"
        assert runtimes.tickets(BEN.person_id) == []
        assert runtimes.tickets(CLEO.person_id)[0].position == 1

    async def test_who_does_not_come_loses_the_place_to_the_next(
        self, start: Start, hands: Hands
    ) -> None:
        runtimes = await start()
        kernel, _ = await full(runtimes)
        for someone in (BEN, CLEO):
            with pytest.raises(Queued):
                await runtimes.start_kernel(someone, "cpu", "n.ipynb")
        await runtimes.shutdown(ADA, kernel)
        await until(lambda: runtimes.tickets(BEN.person_id)[0].called)
        hands.pass_by(seconds=181)
        runtimes._launcher.changed.ring()
        await until(lambda: not runtimes.tickets(BEN.person_id))
        await until(lambda: runtimes.tickets(CLEO.person_id)[0].called)
        await runtimes.start_kernel(CLEO, "cpu", "n.ipynb")

    async def test_a_request_that_waits_is_served_as_soon_as_there_is_a_place(
        self, start: Start
    ) -> None:
        runtimes = await start(queue_wait_seconds=30)
        kernel, _ = await full(runtimes)
        waiting = asyncio.create_task(runtimes.start_kernel(BEN, "cpu", "n.ipynb"))
        await until(lambda: bool(runtimes.tickets(BEN.person_id)))
        await runtimes.shutdown(ADA, kernel)
        assert (await asyncio.wait_for(waiting, 5)).path == "n.ipynb"

    async def test_the_queue_outlives_the_platform(self, start: Start) -> None:
        runtimes = await start()
        await full(runtimes)
        for someone in (BEN, CLEO):
            with pytest.raises(Queued):
                await runtimes.start_kernel(someone, "cpu", "n.ipynb")
        anew = await start()
        assert anew.tickets(BEN.person_id)[0].position == 1
        assert anew.tickets(CLEO.person_id)[0].position == 2

    async def test_a_place_can_be_given_up_by_its_owner_only(self, start: Start) -> None:
        runtimes = await start()
        await full(runtimes)
        with pytest.raises(Queued) as queued:
            await runtimes.start_kernel(BEN, "cpu", "n.ipynb")
        ticket = str(queued.value.details["ticket"])
        with pytest.raises(NotFound):
            await runtimes.give_up(CLEO, ticket)
        await runtimes.give_up(BEN, ticket)
        assert runtimes.tickets(BEN.person_id) == []

    async def test_the_pool_makes_room_for_people(self, start: Start, engine: PaperEngine) -> None:
        large = {"name": "large", "display_name": "Large", "memory": "2 GiB", "pool": 0}
        small = {"name": "cpu", "display_name": "CPU", "memory": "1 GiB", "pool": 2}
        runtimes = await start(classes=[small, large])
        await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 2)
        kernel = await runtimes.start_kernel(ADA, "large", "n.ipynb")
        assert list(engine.sandboxes) == [kernel.runtime_id]

    async def test_the_pool_takes_no_place_from_who_waits(self, start: Start) -> None:
        runtimes = await start(pool=1)
        kernel, _ = await full(runtimes)
        with pytest.raises(Queued):
            await runtimes.start_kernel(BEN, "cpu", "n.ipynb")
        await runtimes.shutdown(ADA, kernel)
        await until(lambda: runtimes.tickets(BEN.person_id)[0].called)
        assert runtimes._pool.next_wanted() is None

    async def test_what_the_pool_is_still_starting_makes_way_too(
        self, start: Start, engine: PaperEngine
    ) -> None:
        runtimes = await start(pool=1)
        await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 1)
        engine.launchable.clear()
        await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
        await until(lambda: sum(runtimes.snapshot().runtimes.values()) == 2)
        second = asyncio.create_task(runtimes.start_kernel(BEN, "cpu", "two.ipynb"))
        engine.launchable.set()
        assert (await asyncio.wait_for(second, 5)).path == "two.ipynb"
        await until(lambda: len(engine.sandboxes) == 2)
