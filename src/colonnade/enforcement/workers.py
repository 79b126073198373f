"""Keeps the examining processes: hands them work, and kills the one that takes too long.

A cell that exceeds its budget is 'unscannable', never 'clean', and concerns nobody else: another
process answers meanwhile, and a killed one is started again. A neighbouring cell that exceeds it is
left out for good, so that it can hide nothing but itself; it is judged when somebody runs it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colonnade.detection.cells import Cell
from colonnade.detection.findings import from_json
from colonnade.detection.limits import TOO_LONG, is_too_long
from colonnade.detection.match import Finding
from colonnade.detection.rules import RuleSet
from colonnade.enforcement.examiner import key_of
from colonnade.enforcement.examiner_process import ExaminerProcess
from colonnade.enforcement.plain import is_untouched
from colonnade.kit.log import get_logger
from colonnade.kit.process_pool import Pool

BUDGET_SECONDS = 3.0
"""For one answer; the processor time of a process is bounded a little above it as well."""
ROUNDS_SECONDS = 7.0
"""No round of one judgement begins later; with the last one's budget that is well below the 20 s
that the gate waits."""
MAX_POISONED = 1000
MAX_UNTOUCHED = 5000
"""Some 200 bytes each."""
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


_UNTOUCHED = Examination(touched=False)


class _TookTooLong(Exception):
    """The process was killed while it worked on the cell at `index`."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class Workers:
    """A few examining processes. `examine` may be called by any number of tasks at once."""

    def __init__(
        self,
        rules: RuleSet,
        folder: Path | None = None,
        count: int = 2,
        seconds: float = BUDGET_SECONDS,
    ) -> None:
        self._rules, self._seconds = rules, seconds
        self._pool = Pool(lambda: ExaminerProcess.start(folder), count, rules.version)
        self._poisoned: OrderedDict[str, None] = OrderedDict()
        self._untouched: OrderedDict[str, None] = OrderedDict()

    def warm(self) -> None:
        """Start the processes in the background, so that the first cell does not wait for them."""
        self._pool.warm()

    async def close(self) -> None:
        """End every process that is idle; those at work end with their task."""
        await self._pool.close()

    async def examine(self, cells: Sequence[Cell]) -> Examination:
        """Findings over `cells`, of which the first is the one asked for.

        A lone cell that `is_untouched` needs no process. Raises Unavailable when none can be
        started.
        """
        if is_too_long(cells[0].source):
            return Examination(unscannable=TOO_LONG)
        named = [(key_of(cell), cell) for cell in cells]
        if len(named) > 1:
            return await self._rounds(named)
        if self.is_untouched(cells[0]):
            return _UNTOUCHED
        examined = await self._rounds(named)
        if examined == _UNTOUCHED:
            self._remember_untouched(named[0][0])
        return examined

    def is_untouched(self, cell: Cell) -> bool:
        """Whether it is known at once that no rule looks at anything in `cell`; False in doubt.

        A cell that is small and plain is looked at here. Any other is known by its hash when it
        comes again: the rules of one keeper never change.
        """
        if is_untouched(self._rules, cell):
            return True
        key = "" if is_too_long(cell.source) else key_of(cell)
        if key not in self._untouched:
            return False
        self._untouched.move_to_end(key)
        return True

    async def _rounds(self, named: list[tuple[str, Cell]]) -> Examination:
        deadline = asyncio.get_running_loop().time() + ROUNDS_SECONDS
        while named[0][0] not in self._poisoned:
            kept = [place for place, (key, cell) in enumerate(named) if self._fit(key, cell)]
            asked = [named[place] for place in kept]
            try:
                answer = await self._round(asked, deadline)
            except TimeoutError:
                break
            except _TookTooLong as problem:
                self._poison(asked[problem.index][0])
                continue
            if not answer["left"]:
                return self._examination(answer, kept)
        return Examination(unscannable=TOO_SLOW)

    def _remember_untouched(self, key: str) -> None:
        self._untouched[key] = None
        while len(self._untouched) > MAX_UNTOUCHED:
            self._untouched.popitem(last=False)

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

    async def _round(self, cells: list[tuple[str, Cell]], deadline: float) -> dict[str, Any]:
        """One answer; the process is killed when it does not give it in good order."""
        async with self._pool.lend(deadline) as process:
            return await self._ask(process, cells)

    async def _ask(self, process: ExaminerProcess, cells: list[tuple[str, Cell]]) -> dict[str, Any]:
        at = 0
        timer = asyncio.get_running_loop().call_later(self._seconds, process.give_up)
        try:
            process.ask(cells)
            while True:
                frame = await process.receive()
                if "at" in frame:
                    at = min(int(frame["at"]), len(cells) - 1)
                elif "missing" in frame:
                    process.forget(frame["missing"])
                    process.ask(cells)
                else:
                    return frame
        except (TimeoutError, EOFError) as problem:
            raise _TookTooLong(at) from problem
        finally:
            timer.cancel()
