"""Carries out stops of runtimes, and keeps what is left of them: files, for a stated time.

A stop is begun in the transaction that keeps its notice. What follows is done beside the requests:
the files are set aside at once, the runtime ends when the grace is over. After a restart of the
control plane whatever is missing is done.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.enforcement import action_repository
from colonnade.enforcement.actions import (
    Action,
    Event,
    Happened,
    Step,
    next_step,
    to_forget,
    words_at_the_end,
)
from colonnade.enforcement.configuration import EnforcementSettings
from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.database import Database
from colonnade.kit.errors import ColonnadeError, NotFound, Unavailable
from colonnade.kit.ids import new_id
from colonnade.kit.log import get_logger
from colonnade.runtimes.background import Background
from colonnade.runtimes.engine import Engine
from colonnade.runtimes.register import Runtime

SWEEP_SECONDS = 3600.0
AGAIN_SECONDS = 1.0
MOST_PAUSE_SECONDS = 60.0

End = Callable[[str, str], Awaitable[None]]
"""Ends a runtime, the first, for a reason that its owner reads, the second."""
Say = Callable[[str, str], None]
"""Shows words, the second, where somebody works with the runtime, the first."""

log = get_logger(__name__)


class Stops:
    """Every stop that is under way, and what was kept of those that are done."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        end: End,
        say: Say,
        settings: EnforcementSettings,
        clock: Clock = utcnow,
    ) -> None:
        self._database, self._engine, self._end, self._say = database, engine, end, say
        self._settings, self._clock = settings, clock
        self._background = Background()

    async def start(self) -> None:
        """Take up what an earlier process left; sweep now and then."""
        async with self._database.reading() as session:
            unfinished = await action_repository.unfinished(session)
        for action in unfinished:
            self.carry_out(action)
        self._background.keep("stops-sweep", self._sweep_for_ever)

    async def close(self) -> None:
        """Break off; the next start goes on."""
        await self._background.close()

    async def is_begun(self, session: AsyncSession, runtime_id: str) -> bool:
        """Whether the runtime is being stopped, or was."""
        return await action_repository.of_runtime(session, runtime_id) is not None

    async def begin(
        self, session: AsyncSession, runtime: Runtime, notice_id: str, reason: str
    ) -> Action:
        """Write down that the runtime is to be stopped. Only once: ask `is_begun`."""
        assert runtime.owner is not None  # Nobody's runtime is nobody's conduct.
        now = self._clock()
        action = Action(
            id=new_id(),
            notice_id=notice_id,
            person_id=runtime.owner,
            runtime_id=runtime.id,
            reason=reason,
            created_at=now,
            due_at=now + timedelta(seconds=self._settings.stop_grace_seconds),
            keep_until=now + timedelta(days=self._settings.kept_days),
        )
        await action_repository.begin(session, action)
        return action

    def carry_out(self, action: Action) -> None:
        """Do what is left to do about it, beside everything else."""
        log.info("stop-begun", runtime=action.runtime_id, notice=action.notice_id)
        self._background.start("stop", self._carry_out(action))

    async def archive(self, person_id: str, runtime_id: str) -> AsyncGenerator[bytes]:
        """The kept files of one's own runtime. Raises as `Engine.archive`."""
        async with self._database.reading() as session:
            action = await action_repository.of_runtime(session, runtime_id)
        over = action is None or not action.has_files or action.keep_until <= self._clock()
        if action is None or over or action.person_id != person_id:
            raise NotFound("There are no files of such a runtime.")
        async with aclosing(self._engine.archive(runtime_id)) as pieces:
            async for piece in pieces:
                yield piece

    async def sweep(self) -> None:
        """Delete what is past its time, or too much. Raises Unavailable."""
        kept = await self._engine.kept()
        for one, why in to_forget(kept, self._clock(), self._settings.kept_bytes):
            await self._engine.forget(one.id)
            log.info("kept-files-deleted", runtime=one.id, bytes=one.bytes, reason=why)
            async with self._database.transaction() as session:
                action = await action_repository.of_runtime(session, one.id)
                if action is not None and action.has_files:
                    event = Event(Happened.FORGOTTEN, self._clock(), why)
                    await action_repository.happen(session, action, event)

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self.sweep()
            except ColonnadeError as problem:
                log.warning("sweep-failed", reason=str(problem))
            await asyncio.sleep(SWEEP_SECONDS)

    async def _carry_out(self, action: Action) -> None:
        pause = AGAIN_SECONDS
        while (step := next_step(action, self._clock())) is not Step.NOTHING:
            try:
                action = await self._do(step, action)
            except Exception:  # A locked database or a bug must not leave a runtime half stopped.
                log.exception("stop-failed", runtime=action.runtime_id, step=step.value)
                await asyncio.sleep(pause)
                pause = min(2 * pause, MOST_PAUSE_SECONDS)
        log.info("stop-done", runtime=action.runtime_id, files=action.has_files)
        await self.sweep()

    async def _do(self, step: Step, action: Action) -> Action:
        if step is Step.KEEP:
            return await self._keep(action)
        if step is Step.WAIT:
            await asyncio.sleep((action.due_at - self._clock()).total_seconds())
            return action
        await self._end(action.runtime_id, words_at_the_end(action))
        # Its owner is told at once. It is done when nothing of it runs and its files can be packed.
        await self._engine.stop(action.runtime_id)
        return await self._note(action, Happened.STOPPED)

    async def _keep(self, action: Action) -> Action:
        """Set the files aside; try until the runtime is due, and say so where it cannot be."""
        try:
            await self._engine.keep(action.runtime_id, action.reason, action.keep_until)
        except NotFound:
            return await self._cannot(action, "The runtime had ended by itself before.")
        except ColonnadeError as problem:
            if isinstance(problem, Unavailable) and self._clock() < action.due_at:
                await asyncio.sleep(AGAIN_SECONDS)
                return action
            text = f"The files in /content cannot be kept. {problem} Save elsewhere what you need."
            self._say(action.runtime_id, text)
            return await self._cannot(action, str(problem))
        return await self._note(action, Happened.KEPT)

    async def _cannot(self, action: Action, why: str) -> Action:
        log.error("files-not-kept", runtime=action.runtime_id, reason=why)
        return await self._note(action, Happened.NOT_KEPT, why)

    async def _note(self, action: Action, kind: Happened, detail: str = "") -> Action:
        async with self._database.transaction() as session:
            event = Event(kind, self._clock(), detail)
            return await action_repository.happen(session, action, event)
