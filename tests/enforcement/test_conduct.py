"""Findings become notices; two sensors stop; what was found before counts, also after a restart."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from colonnade.detection.conduct.finding import finding_of, observation_of
from colonnade.detection.rulebook import default_rules
from colonnade.enforcement.conduct import Conduct
from colonnade.enforcement.configuration import EnforcementSettings
from colonnade.enforcement.notices import Notices
from colonnade.enforcement.outside import Outside
from colonnade.enforcement.schemas import Notice
from colonnade.enforcement.stops import Stops
from colonnade.kit.database import Database
from colonnade.ledger import Ledger
from colonnade.observations import Observation
from colonnade.policy import load_book
from colonnade.runtimes.engine import Observed
from support.paper_engine import PaperEngine
from support.telling_host import finding
from support.witnessing import OWNER, RUNTIME, runtime

NOW = datetime.now(UTC)


@dataclass
class House:
    """Conduct over a real database; stops are begun and never due."""

    database: Database
    engine: PaperEngine
    now: datetime = NOW
    shown: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.settings = EnforcementSettings(stop_grace_seconds=600)
        self.conduct = self.fresh()

    def fresh(self) -> Conduct:
        """The part as a new process would make it."""
        book, rules = load_book(), default_rules()

        async def end(_: str, __: str) -> None:
            raise AssertionError("nothing is due")

        def show(_: str, text: str) -> None:
            self.shown.append(text)

        def clock() -> datetime:
            return self.now

        self.stops = Stops(self.database, self.engine, end, show, self.settings, clock)
        outside = Outside(self.database, book, rules.version, "http://a", show, {}, clock)
        return Conduct(self.database, outside, self.stops, book, rules, self.settings, clock)

    async def hear(self, seen: Observation, owner: str | None = OWNER) -> None:
        await self.conduct.heard(Observed(seen, 1), runtime(owner))

    async def notices(self) -> list[Notice]:
        async with self.database.reading() as session:
            return await Notices(lambda: self.now).notices_of(session, OWNER)

    async def outcomes(self) -> list[str]:
        return sorted(one.outcome.value for one in await self.notices())


@pytest.fixture
async def house(database: Database) -> AsyncGenerator[House]:
    made = House(database, PaperEngine())
    yield made
    await made.stops.close()
    await made.engine.close()


async def test_one_finding_is_a_notice_with_a_whole_statement_of_reasons(house: House) -> None:
    await house.hear(finding(RUNTIME, "process"))
    (notice,) = await house.notices()
    statement = notice.statement
    assert (notice.outcome.value, notice.channel, notice.rules) == (
        *("notice", "conduct"),
        ("swap-runs",),
    )
    assert (statement.clause, statement.clause_title) == ("1", "Fakes of real people")
    assert statement.rules[0].evidence == ("process: python main.py train --model swap-runs",)
    assert statement.sensors == ("process",)
    assert "Nothing is stopped" in statement.duration
    assert notice.contestable
    assert notice.stop is None
    (text,) = house.shown
    for part in ("It runs on.", "Clause 1", "swap-runs", "process: python", notice.id):
        assert part in text


async def test_the_same_again_is_counted_and_not_shown_again(house: House) -> None:
    for _ in range(3):
        await house.hear(finding(RUNTIME, "process"))
    (notice,) = await house.notices()
    assert notice.times == 3
    assert len(house.shown) == 1


async def test_two_sensors_stop_the_runtime_once(house: House) -> None:
    await house.hear(finding(RUNTIME, "process"))
    await house.hear(finding(RUNTIME, "files", rule="swap-files"))
    await house.hear(finding(RUNTIME, "files", rule="swap-files"))
    assert await house.outcomes() == ["notice", "stop"]
    stopped = next(one for one in await house.notices() if one.stop)
    assert set(stopped.rules) == {"swap-runs", "swap-files"}
    assert stopped.statement.sensors == ("files", "process")
    assert stopped.stop
    assert stopped.stop.runtime_id == RUNTIME
    (shown,) = [text for text in house.shown if text.startswith("This runtime is stopped")]
    words = " ".join(shown.split())
    assert "ends within 10 minutes" in words
    assert "set aside for 7 days" in words
    assert "start a new runtime at once" in words


@pytest.mark.parametrize(
    "second",
    [
        finding(RUNTIME, "process", rule="swap-again"),
        finding(RUNTIME, "files hook", rule="swap-inside", outside=False),
        finding(RUNTIME, "files", rule="swap-maybe", confidence=0.7),
        finding(RUNTIME, "files", rule="miner", category="cryptomining"),
    ],
    ids=["the same sensor", "from inside", "unsure", "another clause"],
)
async def test_less_than_two_signals_of_one_clause_are_notices(
    house: House, second: Observation
) -> None:
    await house.hear(finding(RUNTIME, "process"))
    await house.hear(second)
    assert set(await house.outcomes()) == {"notice"}


async def test_each_clause_gets_its_own_notice(house: House) -> None:
    await house.hear(finding(RUNTIME, "process", confidence=0.99))
    await house.hear(finding(RUNTIME, "files", rule="miner", category="cryptomining"))
    assert {one.category for one in await house.notices()} == {"deepfakes", "cryptomining"}


async def test_what_was_found_before_a_restart_counts(house: House) -> None:
    await house.hear(finding(RUNTIME, "process"))
    house.conduct = house.fresh()
    await house.hear(finding(RUNTIME, "files", rule="swap-files"))
    assert "stop" in await house.outcomes()


async def test_what_is_too_long_ago_does_not_count(house: House) -> None:
    early = finding_of(finding(RUNTIME, "process"))
    then = NOW - timedelta(hours=7)
    house.now = then
    await house.hear(observation_of(replace(early, first_at=then, last_at=then), then))
    house.now = NOW
    await house.hear(finding(RUNTIME, "files", rule="swap-files"))
    assert "stop" not in await house.outcomes()


async def test_a_clause_that_is_off_gives_nothing(house: House) -> None:
    await house.hear(finding(RUNTIME, "process files", category="web-uis"))
    assert await house.notices() == []


async def test_nobody_s_runtime_and_a_malformed_finding_are_only_recorded(house: House) -> None:
    await house.hear(finding(RUNTIME, "process files"), owner=None)
    broken = finding(RUNTIME, "process files")
    del broken.attributes["axis"]
    await house.hear(broken)
    assert await house.notices() == []
    async with house.database.reading() as session:
        kept = await Ledger().of_runtime(session, RUNTIME)
    assert [one.kind for one in kept] == ["finding", "finding"]


async def test_a_runtime_that_has_ended_is_not_stopped_and_its_owner_still_reads_why(
    house: House,
) -> None:
    gone = runtime()
    gone.ended = NOW
    await house.conduct.heard(Observed(finding(RUNTIME, "process files"), 1), gone)
    assert await house.outcomes() == ["notice"]


async def test_other_observations_go_on_to_the_ledger(house: House) -> None:
    gap = replace(finding(RUNTIME), kind="gap")
    await house.hear(gap)
    assert await house.notices() == []
    assert house.shown == []
