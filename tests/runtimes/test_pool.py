from colonnade.kit.errors import Unavailable
from colonnade.runtimes.classes import runtimes_settings
from colonnade.runtimes.service import Runtimes
from support.paper_engine import PaperEngine
from support.waiting import until

from .conftest import Start

TWO = [
    {"name": "cpu", "display_name": "CPU", "memory": "1 GiB", "pool": 2},
    {"name": "large", "display_name": "Large", "memory": "2 GiB", "pool": 1},
]


async def warm(runtimes: Runtimes, *counts: int) -> None:
    await until(lambda: tuple(runtimes.snapshot().pool_ready.values()) == counts)


async def test_a_busy_machine_prewarms_one_of_each_class(start: Start) -> None:
    runtimes = await start(classes=TWO)
    runtimes._pool._saturated = lambda: True
    await warm(runtimes, 1, 1)
    assert runtimes._pool.next_wanted() is None
    runtimes._pool._saturated = lambda: False
    runtimes._launcher.changed.ring()
    await warm(runtimes, 2, 1)


async def test_what_cannot_be_started_is_tried_again(start: Start, engine: PaperEngine) -> None:
    engine.launch_problem = Unavailable("The disk of the host is full.")
    runtimes = await start(classes=TWO)
    await until(lambda: runtimes.snapshot().launch_failures >= 1)
    engine.launch_problem = None
    runtimes._launcher.changed.ring()
    await warm(runtimes, 2, 1)


async def test_the_pool_takes_only_room_that_there_is(start: Start, engine: PaperEngine) -> None:
    engine.whole = type(engine.whole)(cpus=4, memory_bytes=2 << 30, disk_bytes=0)
    runtimes = await start(classes=TWO)
    await warm(runtimes, 2, 0)
    assert runtimes._pool.next_wanted() is None


def test_the_default_pool_is_small() -> None:
    assert runtimes_settings({}).default.pool == 2
