"""Observations are bounded and counted; changes of state are all told."""

from datetime import UTC, datetime

from colonnade.host.telling import MOST_WAITING, Telling
from colonnade.observations import Observation, Trust
from colonnade.runtimes.engine import EngineEvent, Observed, RuntimeState, RuntimeStatus

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SEEN = Observation(NOON, "egress", Trust.PROXY, "egress", "a" * 32, "lab.example")
STATUS = RuntimeStatus("a" * 32, RuntimeState.RUNNING, NOON)


async def test_what_nobody_heard_comes_first() -> None:
    telling = Telling()
    telling.observe(SEEN)
    telling.observe(SEEN)
    async with telling.events() as queue:
        telling.tell(STATUS)
        heard = [queue.get_nowait() for _ in range(3)]
    assert [one.sequence for one in heard if isinstance(one, Observed)] == [1, 2]
    assert heard[2] == EngineEvent(STATUS)


async def test_a_listener_that_does_not_listen_costs_a_bounded_room() -> None:
    telling = Telling()
    async with telling.events() as queue:
        for _ in range(MOST_WAITING + 10):
            telling.observe(SEEN)
        assert queue.qsize() == MOST_WAITING
        queue.get_nowait()
        telling.observe(SEEN)
        while queue.qsize() > 1:
            queue.get_nowait()
        last = queue.get_nowait()
    assert isinstance(last, Observed)
    assert last.dropped == 10


async def test_what_a_source_dropped_counts_also_when_it_starts_anew() -> None:
    telling = Telling()
    telling.observe(SEEN, 3)
    telling.observe(SEEN, 1)
    telling.observe(SEEN, 2)
    async with telling.events() as queue:
        dropped = [one.dropped for one in (queue.get_nowait() for _ in range(3))]  # pyright: ignore
    assert dropped == [3, 3, 4]
