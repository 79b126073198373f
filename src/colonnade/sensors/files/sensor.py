"""The sensor of files: looks at every runtime's folders at its own pace, and tells what changed.

Walks run on one thread of their own, so a host's loop never waits for a disk. A runtime's share of
a core is bounded (`pace`), its files are examined elsewhere (`examining`), one at a time.
"""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random, SystemRandom
from typing import TypeVar

from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.log import get_logger
from colonnade.observations.vocabulary import FILE_SENSOR
from colonnade.sensors.files import magic
from colonnade.sensors.files.examining import Examiner
from colonnade.sensors.files.looking import Looking, Usage
from colonnade.sensors.files.pace import PULSE_SECONDS, Pace
from colonnade.sensors.files.tally import Entry
from colonnade.sensors.files.telling import tell_file, tell_gap, tell_tree
from colonnade.sensors.files.walk import Budget
from colonnade.sensors.watched import Tell, Watched

MOST_AT_ONCE = 8
"""Files of one runtime that are examined between two pulses."""
TREE_SHARE = 0.04
"""Of one core, on average, for comparing the programs of one runtime."""

log = get_logger(__name__)

Measured = Callable[[Watched, Usage], None]
"""Takes what a runtime has on its disk. Never waits and never raises."""
_Result = TypeVar("_Result")


@dataclass(slots=True)
class _Runtime:
    looking: Looking
    pace: Pace
    work: asyncio.Task[None] | None = None
    ended: bool = False
    compare_after: float = 0.0
    """When the next program may be compared; seconds of the wall clock."""


class FileSensor:
    """Fulfils `watched.Sensor`.

    Args:
        tell: takes what was seen.
        examiner: says what a file or a program is.
        measured: takes what each walk counted on a runtime's own disk.
        dice: chooses samples; unforeseeable outside of tests.
    """

    name = FILE_SENSOR

    def __init__(
        self,
        tell: Tell,
        examiner: Examiner,
        measured: Measured | None = None,
        clock: Clock = utcnow,
        dice: Random | None = None,
        budget: Budget | None = None,
        pulse_seconds: float = PULSE_SECONDS,
    ) -> None:
        self._tell, self._examiner, self._measured = tell, examiner, measured
        self._clock, self._dice = clock, dice or Random(SystemRandom().getrandbits(128))  # noqa: S311
        self._budget, self._pulse_seconds = budget or Budget(), pulse_seconds
        self._runtimes: dict[str, _Runtime] = {}
        self._thread = ThreadPoolExecutor(1, "files")

    def begin(self, watched: Watched) -> None:
        """Watch this runtime from now on."""
        self.end(watched.runtime)
        looking = Looking(watched, self._clock, self._dice, self._budget)
        self._runtimes[watched.runtime] = _Runtime(looking, Pace())

    def end(self, runtime: str) -> None:
        """It has ended; an unknown one is fine."""
        one = self._runtimes.pop(runtime, None)
        if one is None:
            return
        one.ended = True
        # After whatever the thread is doing for it: descriptors are closed by who uses them.
        self._thread.submit(one.looking.close)

    async def watch(self) -> None:
        """For ever: look, and tell."""
        try:
            while True:
                for one in list(self._runtimes.values()):
                    if one.work is None or one.work.done():
                        one.work = asyncio.create_task(self._look(one))
                await asyncio.sleep(self._pulse_seconds)
        finally:
            works = [one.work for one in self._runtimes.values() if one.work is not None]
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)

    async def _look(self, one: _Runtime) -> None:
        """One pulse; a walk if it is due; what rests by now is examined."""
        try:
            one.pace.feel(await self._aside(one, one.looking.pulse))
            if one.pace.is_due(time.monotonic()):
                await self._walk(one)
            for _ in range(MOST_AT_ONCE):
                if not await self._examine_file(one):
                    break
            await self._examine_program(one)
        except _EndedError:
            return
        except Exception:  # The edge of a task: one runtime must not blind the others.
            log.exception("look-failed", runtime=one.looking.watched.runtime)

    async def _walk(self, one: _Runtime) -> None:
        seen = await self._aside(one, one.looking.walk)
        one.pace.walked(time.monotonic(), seen.cost_seconds, seen.unfinished)
        for observation in seen.observations:
            self._tell(observation)
        if self._measured is not None:
            self._measured(one.looking.watched, seen.usage)

    async def _examine_file(self, one: _Runtime) -> bool:
        """Whether there was one that rests."""
        now = self._clock().timestamp()
        found = await self._aside(one, lambda: one.looking.open_candidate(now))
        if found is None:
            return False
        candidate, descriptor, status = found
        runtime = one.looking.watched.runtime
        try:
            if status.st_size != candidate.entry.size and now - status.st_ctime < 1:
                entry = Entry(
                    candidate.entry.name, status.st_size, status.st_ino, status.st_ctime_ns
                )
                one.looking.queue.retry(candidate, entry, now)
                return True
            examined = await self._examiner.examine_file(descriptor, candidate.path)
            one.looking.queue.spent(examined.seconds)
        finally:
            os.close(descriptor)
        if examined.features or candidate.form in magic.MODELS | magic.PROGRAMS:
            self._tell(tell_file(self._clock(), runtime, candidate, status.st_size, examined))
        if examined.problem:
            self._tell(tell_gap(self._clock(), runtime, "unexamined", 1, examined.problem))
        return True

    async def _examine_program(self, one: _Runtime) -> None:
        now = self._clock().timestamp()
        if now < one.compare_after:
            return
        found = await self._aside(one, lambda: one.looking.open_program(now))
        if found is None:
            return
        path, bundle = found
        try:
            examined = await self._examiner.examine_tree(bundle)
            one.compare_after = now + examined.seconds / TREE_SHARE
        finally:
            os.close(bundle)
        runtime = one.looking.watched.runtime
        self._tell(tell_tree(self._clock(), runtime, path, examined))
        if examined.problem:
            self._tell(tell_gap(self._clock(), runtime, "unexamined", 1, examined.problem))

    async def _aside(self, one: _Runtime, work: Callable[[], _Result]) -> _Result:
        """Do it on the thread, unless the runtime has ended. Raises _EndedError."""

        def unless_ended() -> _Result:
            if one.ended:
                raise _EndedError
            return work()

        return await asyncio.get_running_loop().run_in_executor(self._thread, unless_ended)


class _EndedError(Exception):
    """The runtime has ended meanwhile."""
