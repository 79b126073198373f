"""Keeps the examining processes: hands them work, and kills the one that takes too long.

A cell that exceeds its budget is 'unscannable', never 'clean', and concerns nobody else: another
process answers meanwhile, and a killed one is started again. A neighbouring cell that exceeds it is
left out for good, so that it can hide nothing but itself; it is judged when somebody runs it.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections import OrderedDict
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from colonnade.detection.cells import Cell
from colonnade.detection.findings import from_json
from colonnade.detection.limits import TOO_LONG, is_too_long
from colonnade.detection.match import Finding
from colonnade.detection.rules import RuleSet
from colonnade.enforcement.examiner import MAX_FRAME_BYTES, MAX_KNOWN_CELLS, key_of
from colonnade.kit.errors import Unavailable
from colonnade.kit.log import get_logger

BUDGET_SECONDS = 3.0
"""For one answer; the processor time of a process is bounded a little above it as well."""
START_SECONDS = 20.0
WHOLE_SECONDS = 10.0
"""For one judgement with all its rounds; the gate waits 20 s."""
MAX_POISONED = 1000
TOO_SLOW = "examining it takes longer than there is time for it"

log = get_logger(__name__)


@dataclass(frozen=True)
class Examination:
    """What was found over some cells; `cells` are indexed as they were given, the asked one first.

    Attributes:
        findings: every rule that holds.
        touched: whether the asked cell holds anything that any rule looks at.
        unscannable: why the asked cell could not be examined, or None.
    """

    findings: tuple[Finding, ...] = ()
    touched: bool = True
    unscannable: str | None = None


class _TookTooLong(Exception):
    """The process was killed while it worked on the cell at `index`."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


@dataclass(slots=True)
class _Process:
    """One examining process and what it has been told."""

    process: asyncio.subprocess.Process
    known: OrderedDict[str, None] = field(default_factory=OrderedDict[str, None])

    def send(self, cells: Sequence[tuple[str, Cell]]) -> None:
        """Ask; sources go along only where the process may not have them."""
        named: list[list[str | None]] = []
        for key, cell in cells:
            named.append([key, cell.id, None if key in self.known else cell.source])
            self.known[key] = None
            self.known.move_to_end(key)
        while len(self.known) > MAX_KNOWN_CELLS:
            self.known.popitem(last=False)
        body = json.dumps({"cells": named}, separators=(",", ":")).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(len(body).to_bytes(4, "big") + body)

    async def receive(self) -> dict[str, Any]:
        """The next frame. Raises IncompleteReadError when the process ended, ValueError."""
        assert self.process.stdout is not None
        size = int.from_bytes(await self.process.stdout.readexactly(4), "big")
        if size > MAX_FRAME_BYTES:
            raise ValueError("a frame that is too large")
        return json.loads(await self.process.stdout.readexactly(size))

    async def kill(self) -> None:
        """End it, whatever it is doing."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class Workers:
    """A few examining processes. `examine` may be called by any number of tasks at once."""

    def __init__(
        self,
        rules: RuleSet,
        folder: Path | None = None,
        count: int = 2,
        seconds: float = BUDGET_SECONDS,
    ) -> None:
        self._rules, self._folder, self._seconds = rules, folder, seconds
        self._idle: list[_Process | None] = [None] * count
        self._free = asyncio.Semaphore(count)
        self._poisoned: OrderedDict[str, None] = OrderedDict()
        self._starting: asyncio.Task[None] | None = None

    def warm(self) -> None:
        """Start the processes in the background, so that the first cell does not wait for them."""
        self._starting = asyncio.create_task(self._warm())

    async def close(self) -> None:
        """End every process that is idle; those at work end with their task."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        idle = list(self._idle)
        self._idle[:] = [None] * len(idle)
        for process in idle:
            if process is not None:
                await process.kill()

    async def examine(self, cells: Sequence[Cell]) -> Examination:
        """Findings over `cells`, of which the first is the one asked for.

        Raises Unavailable when no process can be started.
        """
        if is_too_long(cells[0].source):
            return Examination(unscannable=TOO_LONG)
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await self._rounds([(key_of(cell), cell) for cell in cells])
        except TimeoutError:
            return Examination(unscannable=TOO_SLOW)

    async def _rounds(self, named: list[tuple[str, Cell]]) -> Examination:
        while True:
            if named[0][0] in self._poisoned:
                return Examination(unscannable=TOO_SLOW)
            kept = [place for place, (key, cell) in enumerate(named) if self._fit(key, cell)]
            asked = [named[place] for place in kept]
            try:
                async with self._process() as process:
                    answer = await self._ask(process, asked)
            except _TookTooLong as problem:
                self._poison(asked[problem.index][0])
                continue
            if not answer["left"]:
                return self._examination(answer, kept)

    def _fit(self, key: str, cell: Cell) -> bool:
        return key not in self._poisoned and not is_too_long(cell.source)

    def _examination(self, answer: dict[str, Any], kept: list[int]) -> Examination:
        if answer["unscannable"] is not None:
            return Examination(unscannable=str(answer["unscannable"]))
        found = from_json(answer["findings"], self._rules)
        return Examination(tuple(finding.moved(kept) for finding in found), bool(answer["hits"]))

    def _poison(self, key: str) -> None:
        log.warning("cell-exceeded-budget", cell=key)
        self._poisoned[key] = None
        while len(self._poisoned) > MAX_POISONED:
            self._poisoned.popitem(last=False)

    async def _ask(self, process: _Process, cells: list[tuple[str, Cell]]) -> dict[str, Any]:
        at = 0
        try:
            async with asyncio.timeout(self._seconds):
                process.send(cells)
                while True:
                    frame = await process.receive()
                    if "at" in frame:
                        at = min(int(frame["at"]), len(cells) - 1)
                    elif "missing" in frame:
                        for key in frame["missing"]:
                            process.known.pop(key, None)
                        process.send(cells)
                    else:
                        return frame
        except (TimeoutError, asyncio.IncompleteReadError, OSError) as problem:
            raise _TookTooLong(at) from problem

    @asynccontextmanager
    async def _process(self) -> AsyncGenerator[_Process]:
        """A process of one's own for a while; killed when the block does not end in good order."""
        async with self._free:
            idle = self._idle.pop()
            process: _Process | None = None
            try:
                process = idle if idle and idle.process.returncode is None else await self._start()
                yield process
                idle = process
            except BaseException:
                idle = None
                if process is not None:
                    await process.kill()
                raise
            finally:
                self._idle.append(idle)

    async def _warm(self) -> None:
        async def one() -> None:
            with contextlib.suppress(Unavailable):
                async with self._process():
                    pass

        await asyncio.gather(*(one() for _ in self._idle))

    async def _start(self) -> _Process:
        arguments = [str(self._folder)] if self._folder else []
        environment = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
        started = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "colonnade.enforcement.examiner",
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        process = _Process(started)
        try:
            async with asyncio.timeout(START_SECONDS):
                ready = await process.receive()
            if ready.get("ready") != self._rules.version:
                raise ValueError("the rules changed on disk")
        except (TimeoutError, asyncio.IncompleteReadError, ValueError) as problem:
            await process.kill()
            raise Unavailable(
                f"The judging process did not start ({problem}).", "Restart the platform."
            ) from problem
        return process
