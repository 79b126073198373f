"""Enforcement: gathers, has examined, decides, records, answers; and hears the contest.

Gather first, then judge: the saved notebook and what ran before are read once, and everything after
works on that. A transaction is never held while a cell is examined.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.detection.cells import Cell, written_in
from colonnade.detection.rulebook import default_rules, load_rules
from colonnade.detection.rules import RuleSet
from colonnade.enforcement import repository
from colonnade.enforcement.checks import Checks
from colonnade.enforcement.configuration import EnforcementSettings
from colonnade.enforcement.decide import Decision, decide
from colonnade.enforcement.file_workers import FileWorkers
from colonnade.enforcement.notices import Notices
from colonnade.enforcement.sources import NotebookSource
from colonnade.enforcement.statement import Statement, state, state_unscannable, text_of
from colonnade.enforcement.tables import NoticeRecord
from colonnade.enforcement.verdict import Asked, Outcome, Verdict, digest
from colonnade.enforcement.workers import Workers
from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.database import Database
from colonnade.kit.errors import ColonnadeError
from colonnade.kit.ids import new_id
from colonnade.kit.settings import Origins, Settings
from colonnade.ledger import Ledger
from colonnade.observations import Observation, Trust
from colonnade.policy import PolicyBook, load_book
from colonnade.policy.configuration import PolicySettings

MAX_EARLIER_CELLS = 200
MAX_AROUND = 5000
"""Cells of the saved notebook that a cell is read with, those nearest to it. No padding can hide
more than this: what ran before is read in any case."""
CHECKS_REST_SECONDS = 60.0
"""Without a check, after which the process for checks is ended to save its memory."""
BEFORE = -1
"""The index of cells that ran before and stand in no notebook any more."""


class Enforcement:
    """The judge of what is about to run. One instance a process; `start` and `close` it.

    Args:
        app_url: public address of the application, for links to notices.
    """

    def __init__(
        self,
        database: Database,
        book: PolicyBook,
        rules: RuleSet,
        workers: Workers,
        file_workers: FileWorkers,
        notebooks: NotebookSource,
        app_url: str,
        clock: Clock = utcnow,
    ) -> None:
        self.book, self.rules = book, rules
        self.notices = Notices(clock)
        self.checks = Checks(database, book, rules, file_workers, notebooks)
        self._database, self._workers, self._notebooks = database, workers, notebooks
        self._ledger = Ledger()
        self._app_url, self._clock = app_url.rstrip("/"), clock

    def start(self) -> None:
        """Start the examining processes in the background."""
        self._workers.warm()

    async def close(self) -> None:
        """End the examining processes."""
        await self._workers.close()
        await self.checks.close()

    async def judge(self, asked: Asked) -> Verdict:
        """Whether `asked` may run, and why not. Raises Unavailable when nothing can be examined.

        A cell that holds nothing which any rule looks at is allowed without looking around it: no
        finding could touch it (`decide`, condition 2).
        """
        if (known := self.at_once(asked)) is not None:
            return known
        sha256 = digest(asked.source)
        alone = await self._workers.examine([_cell(asked, asked.source)])
        if alone.unscannable is None and not alone.touched:
            return Verdict(Outcome.ALLOW, "", "", sha256)
        cells = await self._gather(asked)
        examined = alone if alone.unscannable else await self._workers.examine(cells)
        if examined.unscannable is not None:
            return await self._answer_unscannable(asked, examined.unscannable)
        policy = self.book.current
        decision = decide(examined.findings, policy)
        if decision.outcome is Outcome.HOLD:
            decision = decide(examined.findings, policy, await self._declared(asked))
        if decision.outcome is Outcome.ALLOW:
            if decision.released:
                await self._record_release(asked, decision)
            return Verdict(Outcome.ALLOW, "", "", sha256)
        return await self._answer(asked, decision, cells)

    def at_once(self, asked: Asked) -> Verdict | None:
        """The verdict where it needs no waiting, else None: then `judge` gives it."""
        if self._workers.is_untouched(_cell(asked, asked.source)):
            return Verdict(Outcome.ALLOW, "", "", digest(asked.source))
        return None

    async def _gather(self, asked: Asked) -> list[Cell]:
        """The asked cell, then what stands around it, in the order in which names take effect.

        First the saved notebook's cells that have not run here, those above the asked one last;
        then what ran before in the kernel: what ran last decides what a name stands for, wherever
        it stands in the notebook.
        """
        saved: tuple[Cell, ...] = ()
        if asked.notebook_path:
            async with self._database.reading() as session:
                notebook = await self._notebooks.notebook_at(
                    session, asked.person_id, asked.notebook_path
                )
            saved = _cells_of(notebook)
        return [replace(_cell(asked, asked.source), id=asked.cell_id), *_around(asked, saved)]

    async def _declared(self, asked: Asked) -> frozenset[str]:
        async with self._database.reading() as session:
            return await repository.declared_rules(session, asked.person_id, asked.notebook_path)

    async def _answer(self, asked: Asked, decision: Decision, cells: Sequence[Cell]) -> Verdict:
        id = new_id()
        statement = state(
            decision, self.book.current, self.rules, cells, self._clock(), self._link(id)
        )
        return await self._store(id, asked, statement, decision.priority)

    async def _answer_unscannable(self, asked: Asked, reason: str) -> Verdict:
        id = new_id()
        statement = state_unscannable(
            reason, self.book.current, self.rules.version, self._clock(), self._link(id)
        )
        return await self._store(id, asked, statement, priority=0.0)

    async def _store(self, id: str, asked: Asked, statement: Statement, priority: float) -> Verdict:
        """Keep the notice (or count one that says the same again), and answer with it."""
        fresh = _record(id, asked, statement, priority)
        async with self._database.transaction() as session:
            same = await repository.same_notice(session, fresh)
            if same is None:
                await repository.add(session, fresh)
            else:
                same.times, same.last_at = same.times + 1, statement.time
                statement = statement.model_copy(update={"link": self._link(same.id)})
            names = {"category": statement.category, "outcome": statement.outcome.value}
            await self._observe(session, asked, [rule.id for rule in statement.rules], names)
        notice_id = same.id if same else id
        return Verdict(statement.outcome, notice_id, text_of(statement), digest(asked.source))

    async def _record_release(self, asked: Asked, decision: Decision) -> None:
        category = decision.category.id if decision.category else ""
        async with self._database.transaction() as session:
            names = {"category": category, "outcome": "released"}
            await self._observe(session, asked, decision.released, names)

    async def _observe(
        self, session: AsyncSession, asked: Asked, rules: Sequence[str], names: dict[str, str]
    ) -> None:
        attributes: dict[str, str | int | float | bool] = {
            **names,
            "person": asked.person_id,
            "rules": ",".join(rules)[:1000],
            "rules_version": self.rules.version,
            "policy_version": self.book.current.version,
        }
        observation = Observation(
            time=self._clock(),
            source="gate",
            trust=Trust.GATE,
            kind=asked.channel,
            runtime=asked.runtime_id,
            subject=digest(asked.source),
            attributes=attributes,
        )
        await self._ledger.record(session, observation)

    def _link(self, notice_id: str) -> str:
        return f"{self._app_url}/notices/{notice_id}"


def build_enforcement(
    settings: Settings, origins: Origins, database: Database, notebooks: NotebookSource
) -> Enforcement:
    """Enforcement as configured. Raises Invalid when the policy or a rule is not sound."""
    chosen = settings.table("policy", PolicySettings)
    limits = settings.table("enforcement", EnforcementSettings)
    rules = load_rules(chosen.rules) if chosen.rules else default_rules()
    workers = Workers(rules, chosen.rules, limits.workers, limits.budget_seconds)
    file_workers = FileWorkers(rules, chosen.rules, rest_seconds=CHECKS_REST_SECONDS)
    return Enforcement(
        database,
        load_book(chosen.file),
        rules,
        workers,
        file_workers,
        notebooks,
        origins.app + settings.base_url,
    )


def _cell(asked: Asked, source: str) -> Cell:
    """Something that is asked for or ran before: a terminal's lines are shell."""
    return Cell(source, BEFORE, "", "shell" if asked.channel == "terminal" else "notebook")


def _around(asked: Asked, saved: Sequence[Cell]) -> list[Cell]:
    own = [cell for cell in saved if asked.cell_id and cell.id == asked.cell_id]
    own = own or [cell for cell in saved if cell.source == asked.source]
    if own and len(saved) > MAX_AROUND:
        near = sorted(saved, key=lambda cell: abs(cell.index - own[0].index))[:MAX_AROUND]
        saved = sorted(near, key=lambda cell: cell.index)
    saved = saved[:MAX_AROUND]
    others = {cell.source: cell for cell in saved if cell not in own}
    ran = list(dict.fromkeys(reversed(asked.earlier[-MAX_EARLIER_CELLS:])))[::-1]
    waiting = [cell for cell in saved if cell not in own and cell.source not in ran]
    if own:
        waiting.sort(key=lambda cell: (cell.index < own[0].index, cell.index))
    before = [others.get(source) or _cell(asked, source) for source in ran]
    return [*waiting, *(cell for cell in before if cell.source != asked.source)]


def _cells_of(saved: Mapping[str, Any] | None) -> tuple[Cell, ...]:
    """The saved notebook's cells; one that is no notebook shows nothing around the cell."""
    if saved is None:
        return ()
    try:
        return written_in(dict(saved))
    except ColonnadeError:
        return ()


def _record(id: str, asked: Asked, statement: Statement, priority: float) -> NoticeRecord:
    return NoticeRecord(
        id=id,
        person_id=asked.person_id,
        runtime_id=asked.runtime_id,
        kernel_id=asked.kernel_id[:64],
        notebook_path=asked.notebook_path[:1024],
        cell_id=asked.cell_id[:64],
        channel=asked.channel,
        sha256=digest(asked.source),
        outcome=statement.outcome.value,
        category=statement.category,
        rules=[rule.id for rule in statement.rules],
        policy_version=statement.policy_version,
        rules_version=statement.rules_version,
        priority=priority,
        statement=statement.model_dump(mode="json"),
        created_at=statement.time,
        last_at=statement.time,
        times=1,
    )
