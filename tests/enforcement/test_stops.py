"""Stops on an engine that only pretends: every order of failure ends with the runtime stopped."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from colonnade.enforcement.configuration import EnforcementSettings
from colonnade.enforcement.notices import Notices
from colonnade.enforcement.outside import Circumstances, Outside, Told
from colonnade.enforcement.schemas import Stop
from colonnade.enforcement.stops import Stops
from colonnade.enforcement.verdict import Outcome
from colonnade.kit.database import Database
from colonnade.kit.errors import ColonnadeError, NotFound, StorageFull, Unavailable
from colonnade.observations import Observation, Trust
from colonnade.policy import load_book
from colonnade.runtimes.engine import Kept, LaunchSpec, Limits
from support.paper_engine import PaperEngine
from support.waiting import until
from support.witnessing import OWNER, RUNTIME, runtime

from .test_outside import tell

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
UNTIL = NOW + timedelta(days=7)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class House:
    """Stops over a real database, and what they did to runtimes."""

    database: Database
    engine: PaperEngine
    clock: Clock = field(default_factory=Clock)
    ended: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    said: list[str] = field(default_factory=list[str])
    settings: EnforcementSettings = field(
        default_factory=lambda: EnforcementSettings(stop_grace_seconds=0)
    )

    def __post_init__(self) -> None:
        self.stops = self.fresh()

    def fresh(self) -> Stops:
        """The part as a new process would make it."""
        return Stops(
            self.database,
            self.engine,
            self._end,
            lambda _, text: self.said.append(text),
            self.settings,
            self.clock,
        )

    async def _end(self, runtime_id: str, reason: str) -> None:
        self.ended.append((runtime_id, reason))

    async def begin(self, runtime_id: str = RUNTIME) -> None:
        """Write a stop down, with its notice, and carry it out."""
        one = runtime()
        one.id = runtime_id
        outside = Outside(
            *(self.database, load_book(), "v", "http://127.0.0.1", lambda _, __: None, {}),
            self.clock,
        )
        async with self.database.transaction() as session:
            assert not await self.stops.is_begun(session, runtime_id)
            notice = await outside.keep(session, one, lambda around: tell_stop(around, runtime_id))
            action = await self.stops.begin(session, one, notice.notice_id, "It was stopped.")
            assert await self.stops.is_begun(session, runtime_id)
        self.stops.carry_out(action)

    async def stop(self) -> Stop:
        """The stop as the owner sees it."""
        async with self.database.reading() as session:
            (notice,) = await Notices(self.clock).stops_of(session, OWNER)
        assert notice.stop
        return notice.stop

    async def settled(self) -> Stop:
        """The stop once it is done."""
        async with asyncio.timeout(10):
            while not (stop := await self.stop()).done:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return stop

    async def files(self, person: str = OWNER) -> bytes:
        return b"".join([piece async for piece in self.stops.archive(person, RUNTIME)])


def tell_stop(around: Circumstances, runtime_id: str) -> Told:
    """The notice of a stop, as far as this needs one."""
    told = tell(Observation(NOW, "nose", Trust.KERNEL, "kettle", runtime_id, runtime_id), around)
    return replace(told, statement=told.statement.model_copy(update={"outcome": Outcome.STOP}))


@pytest.fixture
async def house(database: Database) -> AsyncGenerator[House]:
    engine = PaperEngine()
    made = House(database, engine)
    await launch(engine)
    yield made
    await made.stops.close()
    await engine.close()


async def launch(engine: PaperEngine, id: str = RUNTIME) -> None:
    """A runtime of the owner's, as far as the paper engine has any."""
    await engine.launch(LaunchSpec(id, Limits(), Path("/")))
    await engine.claim(id, OWNER, Path("/"))


async def test_files_are_kept_then_the_runtime_ends_with_the_reason(house: House) -> None:
    await house.begin()
    await until(lambda: bool(house.ended))
    ((who, why),) = house.ended
    assert who == RUNTIME
    assert why == "It was stopped. Its files are kept until 7 December 2026."
    stop = await house.settled()
    assert (stop.done, stop.files, stop.until) == (True, "kept", UNTIL)
    assert await house.files() == b"packed " + RUNTIME.encode()


async def test_during_the_grace_the_runtime_runs_and_the_files_are_safe_already(
    house: House,
) -> None:
    house.settings = EnforcementSettings(stop_grace_seconds=500)
    house.stops = house.fresh()
    await house.begin()
    await until(lambda: RUNTIME in house.engine.files)
    assert house.ended == []
    async with asyncio.timeout(5):
        while (await house.stop()).files != "kept":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    stop = await house.stop()
    assert (stop.done, stop.at) == (False, NOW + timedelta(seconds=500))


async def test_a_new_process_finishes_what_the_last_one_began(house: House) -> None:
    house.settings = EnforcementSettings(stop_grace_seconds=500)
    house.stops = house.fresh()
    await house.begin()
    await until(lambda: RUNTIME in house.engine.files)
    await house.stops.close()
    house.clock.now += timedelta(seconds=501)
    house.stops = house.fresh()
    await house.stops.start()
    await house.settled()
    assert [who for who, _ in house.ended] == [RUNTIME]


@pytest.mark.parametrize(
    ("problem", "why"),
    [
        (StorageFull("The machine's disk is full."), "The machine's disk is full."),
        (Unavailable("The host is away."), "The host is away."),
        (NotFound("There is no such runtime."), "The runtime had ended by itself before."),
    ],
)
async def test_files_that_cannot_be_kept_do_not_keep_the_runtime_and_the_owner_is_told(
    house: House, problem: ColonnadeError, why: str
) -> None:
    house.engine.keep_problem = problem
    await house.begin()
    await house.settled()
    assert house.ended[0][1] == f"It was stopped. Its files could not be kept. {why}"
    assert [why in text for text in house.said] == [True] * (not isinstance(problem, NotFound))
    stop = await house.stop()
    assert (stop.files, stop.why) == ("not-kept", why)
    with pytest.raises(NotFound):
        await house.files()


async def test_a_failing_end_is_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colonnade.enforcement.stops.AGAIN_SECONDS", 0.01)
    failures = [RuntimeError("locked"), RuntimeError("locked")]
    end = house.ended.append

    async def failing(runtime_id: str, reason: str) -> None:
        if failures:
            raise failures.pop()
        end((runtime_id, reason))

    house._end = failing  # type: ignore[method-assign]
    house.stops = house.fresh()
    await house.begin()
    await house.settled()
    assert len(house.ended) == 1


async def test_a_stranger_finds_no_files(house: House) -> None:
    await house.begin()
    await house.settled()
    with pytest.raises(NotFound):
        await house.files("c" * 32)


async def test_past_their_time_files_are_gone_at_once_and_deleted_by_the_sweep(
    house: House,
) -> None:
    await house.begin()
    await house.settled()
    house.clock.now = UNTIL
    with pytest.raises(NotFound):
        await house.files()
    assert (await house.stop()).files == "gone"
    await house.stops.sweep()
    assert house.engine.files == {}
    stop = await house.stop()
    assert (stop.files, stop.why) == ("gone", "Their time was over.")


async def test_the_sweep_makes_room_and_says_so(house: House) -> None:
    await house.begin()
    await house.settled()
    later = datetime.now(UTC) + timedelta(hours=1)  # Than by the engine's clock, which is real.
    newer = Kept("e" * 32, "bob", "", later, UNTIL, 200 << 30)
    house.engine.files[newer.id] = newer
    await house.stops.sweep()
    assert list(house.engine.files) == [newer.id]
    stop = await house.stop()
    assert "no room" in stop.why


async def test_a_stop_that_has_not_begun_shows_its_files_as_pending(house: House) -> None:
    house.engine.keep_problem = Unavailable("The host is away.")
    house.settings = EnforcementSettings(stop_grace_seconds=500)
    house.stops = house.fresh()
    await house.begin()
    stop = await house.stop()
    assert stop.files == "pending"
