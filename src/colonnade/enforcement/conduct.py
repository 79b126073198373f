"""Hears what was found of a runtime's conduct, decides, and tells its owner or stops it.

Every finding is decided on together with the others of the same runtime within the last hour: two
sensors may need some time to see the same. They are kept in memory, and read from the ledger again
after a restart. Everything else that is seen from outside goes on to `outside`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.detection.conduct.finding import ConductFinding, finding_of
from colonnade.detection.rules import RuleSet
from colonnade.enforcement.actions import Action
from colonnade.enforcement.conduct_statement import Terms, reason_of, tell_notice, tell_stop
from colonnade.enforcement.configuration import EnforcementSettings
from colonnade.enforcement.decide_conduct import ConductDecision, Step, decide_conduct
from colonnade.enforcement.outside import Kept, Outside
from colonnade.enforcement.stops import Stops
from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.database import Database
from colonnade.kit.log import get_logger
from colonnade.ledger import Ledger
from colonnade.observations import Observation
from colonnade.observations.vocabulary import FINDING
from colonnade.policy import PolicyBook
from colonnade.runtimes.engine import Observed
from colonnade.runtimes.register import Runtime

MOST_REMEMBERED = 500
"""Findings of one runtime, the newest."""

log = get_logger(__name__)


@dataclass(frozen=True)
class Taken:
    """What was done about a finding: a notice, and a stop where there is one."""

    notice: Kept
    stop: Action | None = None


class Conduct:
    """The witness of everything that is seen from outside; findings it judges."""

    def __init__(
        self,
        database: Database,
        outside: Outside,
        stops: Stops,
        book: PolicyBook,
        rules: RuleSet,
        settings: EnforcementSettings,
        clock: Clock = utcnow,
    ) -> None:
        self._database, self._outside, self._stops = database, outside, stops
        self._book, self._clock = book, clock
        self._terms = Terms(rules, settings.stop_grace_seconds, settings.kept_days)
        self._window = timedelta(hours=settings.conduct_hours)
        self._found: dict[str, list[ConductFinding]] = {}
        self._ledger = Ledger()

    async def heard(self, observed: Observed, runtime: Runtime | None) -> None:
        """Take one observation."""
        if observed.observation.kind != FINDING:
            await self._outside.heard(observed, runtime)
            return
        async with self._database.transaction() as session:
            taken = await self._hear(session, observed.observation, runtime)
        if taken is None:
            return
        if taken.stop is not None or taken.notice.fresh:
            self._outside.show(observed.observation.runtime, taken.notice)
        if taken.stop is not None:
            self._stops.carry_out(taken.stop)

    async def _hear(
        self, session: AsyncSession, seen: Observation, runtime: Runtime | None
    ) -> Taken | None:
        found = await self._earlier(session, seen.runtime)
        await self._outside.record(session, seen, runtime)
        this = _read(seen)
        if this is None:
            log.warning("finding-malformed", runtime=seen.runtime)
            return None
        found = self._remember(found, this)
        if runtime is None or runtime.owner is None:
            return None
        policy = self._book.current
        decision = decide_conduct(found, policy)
        if decision.step is Step.STOP and runtime.ended is None:
            return await self._stop(session, runtime, decision)
        alike = [one for one in found if one.category == this.category]
        decision = decide_conduct(alike, policy)
        if decision.step is Step.NONE:
            return None
        tell = tell_notice(decision, runtime.id, self._terms)
        return Taken(await self._outside.keep(session, runtime, tell))

    async def _stop(
        self, session: AsyncSession, runtime: Runtime, decision: ConductDecision
    ) -> Taken | None:
        """Keep the notice and write the stop down; None when the runtime is being stopped."""
        if await self._stops.is_begun(session, runtime.id):
            return None
        tell = tell_stop(decision, runtime.id, self._terms)
        notice = await self._outside.keep(session, runtime, tell)
        reason = reason_of(decision, self._book.current)
        return Taken(notice, await self._stops.begin(session, runtime, notice.notice_id, reason))

    async def _earlier(self, session: AsyncSession, runtime_id: str) -> list[ConductFinding]:
        """What was found of the runtime before."""
        if runtime_id not in self._found:
            since = self._clock() - self._window
            kept = await self._ledger.of_kind(session, runtime_id, FINDING, since)
            return [one for seen in kept if (one := _read(seen)) is not None]
        return self._found[runtime_id]

    def _remember(
        self, earlier: Sequence[ConductFinding], this: ConductFinding
    ) -> list[ConductFinding]:
        """All that counts of one runtime now; what is too old is forgotten, of every runtime."""
        self._found[this.runtime] = [*earlier, this]
        oldest = self._clock() - self._window
        recent = {
            runtime: [one for one in found if one.last_at > oldest][-MOST_REMEMBERED:]
            for runtime, found in self._found.items()
        }
        self._found = {runtime: found for runtime, found in recent.items() if found}
        return self._found.get(this.runtime, [])


def _read(seen: Observation) -> ConductFinding | None:
    try:
        return finding_of(seen)
    except ValueError:
        return None
