"""Asks enforcement, within a time limit, and remembers what ran before in each kernel.

A judge that fails or does not answer in time is never 'allow': what was asked is refused with words
that say so. What ran before is kept by kernel, not by socket, so that a reconnect forgets nothing.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from colonnade.enforcement.verdict import Asked, Outcome, Verdict, digest
from colonnade.gate.metrics import GateMetrics
from colonnade.gate.protocol.judged_parts import Part
from colonnade.kit.log import get_logger

JUDGE_SECONDS = 20.0
MAX_EARLIER = 50
MAX_EARLIER_CHARACTERS = 64_000
MAX_KERNELS = 2_000
UNJUDGED = (
    "This was not run, because the platform could not judge it.\n"
    "Nothing is held against you. Try again in a moment; if it happens again,\n"
    "tell whoever runs this platform: its judge is not answering."
)
_REMEMBERED = frozenset({"cell", "terminal"})

log = get_logger(__name__)


class Judge(Protocol):
    """What the gate needs of enforcement."""

    def at_once(self, asked: Asked) -> Verdict | None:
        """The verdict of `judge` where it is known without waiting."""
        ...

    async def judge(self, asked: Asked) -> Verdict:
        """Whether it may run, and why not."""
        ...


@dataclass(frozen=True)
class Subject:
    """Who asks, and where it would run; `kernel_id` is a terminal's name for terminals."""

    person_id: str
    runtime_id: str
    kernel_id: str
    notebook_path: str = ""


class Memory:
    """The last texts that ran in each kernel; kernels used longest ago are forgotten first."""

    def __init__(self) -> None:
        self._kernels: OrderedDict[str, deque[str]] = OrderedDict()

    def earlier(self, kernel_id: str) -> tuple[str, ...]:
        """What ran before, oldest first, at most `MAX_EARLIER_CHARACTERS` together."""
        return tuple(self._kernels.get(kernel_id, ()))

    def remember(self, kernel_id: str, source: str) -> None:
        """Note that `source` is about to run; of a very long text, its end is kept."""
        texts = self._kernels.setdefault(kernel_id, deque(maxlen=MAX_EARLIER))
        self._kernels.move_to_end(kernel_id)
        texts.append(source[-MAX_EARLIER_CHARACTERS:])
        while sum(map(len, texts)) > MAX_EARLIER_CHARACTERS:
            texts.popleft()
        if len(self._kernels) > MAX_KERNELS:
            self._kernels.popitem(last=False)


class Judging:
    """The judge with a time limit and a memory. One instance a process."""

    def __init__(self, judge: Judge, metrics: GateMetrics, seconds: float = JUDGE_SECONDS) -> None:
        self._judge, self._metrics, self._seconds = judge, metrics, seconds
        self._memory = Memory()

    async def ask(self, subject: Subject, parts: Sequence[Part]) -> list[Verdict]:
        """Verdicts on `parts` in turn, up to the first that may not run. Never raises."""
        verdicts: list[Verdict] = []
        earlier = self._memory.earlier(subject.kernel_id)
        for part in parts:
            verdict = await self._one(_asked(subject, part, earlier))
            verdicts.append(verdict)
            if not verdict.outcome.runs:
                return verdicts
            earlier = (*earlier, part.source)
        self._remember(subject, parts)
        return verdicts

    def at_once(self, subject: Subject, parts: Sequence[Part]) -> list[Verdict] | None:
        """What `ask` would answer, where all of it is known without waiting. Never raises.

        Most cells are small, and a wait costs more than judging them: it hands over to other tasks
        and back. What is not known, or fails here, takes the way through `ask`.
        """
        started = perf_counter()
        verdicts: list[Verdict] = []
        for part in parts:
            try:
                verdict = self._judge.at_once(_asked(subject, part, ()))
            except Exception:  # `ask` meets the same, answers for it and logs it.
                return None
            if verdict is None or not verdict.outcome.runs:
                return None
            verdicts.append(verdict)
        self._metrics.judged(perf_counter() - started)
        self._remember(subject, parts)
        return verdicts

    def _remember(self, subject: Subject, parts: Sequence[Part]) -> None:
        for part in parts:
            if part.channel in _REMEMBERED:
                self._memory.remember(subject.kernel_id, part.source)

    async def _one(self, asked: Asked) -> Verdict:
        try:
            with self._metrics.judging():
                async with asyncio.timeout(self._seconds):
                    return await self._judge.judge(asked)
        except Exception as problem:  # The edge of a room: whatever fails must not mean 'allow'.
            log.error("judge-failed", reason=type(problem).__name__, runtime_id=asked.runtime_id)
            return Verdict(Outcome.REFUSE, "", UNJUDGED, digest(asked.source))


def _asked(subject: Subject, part: Part, earlier: tuple[str, ...]) -> Asked:
    return Asked(
        person_id=subject.person_id,
        runtime_id=subject.runtime_id,
        kernel_id=subject.kernel_id,
        notebook_path=subject.notebook_path,
        channel=part.channel,
        source=part.source,
        cell_id=part.cell_id,
        earlier=earlier,
    )
