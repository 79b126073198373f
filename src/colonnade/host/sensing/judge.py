"""Keeps the process that judges conduct (`judging`): feeds it in batches and tells what it finds.

Nothing waits for it. Observations wait in a bounded queue; those that find no room are counted and
told as a gap. Each batch is recorded first. A process that dies or takes too long is started anew
and fed what was recorded of each living runtime; a runtime whose recording stops it again goes on
with an empty window. The control plane has no part in this and may be away meanwhile.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from colonnade.detection.conduct.finding import ConductFinding, observation_of
from colonnade.detection.conduct.repeats import Repeats
from colonnade.detection.conduct.travel import from_json
from colonnade.detection.rulebook import default_rules, load_rules
from colonnade.detection.rules import RuleSet
from colonnade.host.sensing.recordings import Recordings
from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.framed_process import FramedProcess
from colonnade.kit.log import get_logger
from colonnade.observations import Observation, Trust
from colonnade.observations.line import line_of
from colonnade.observations.vocabulary import CONDUCT, FINDING, GAP

MODULE = "colonnade.host.sensing.judging"
BATCH_SECONDS = 1.0
"""`enforcement.replay` judges by the same."""
MOST_WAITING = 20_000
MOST_AT_ONCE = 2_000
ANSWER_SECONDS = 10.0
START_SECONDS = 20.0
LONGEST_PAUSE_SECONDS = 10.0
REFED_BYTES = 4 << 20
"""Of a recording, for a process that was started anew."""
MOST_BLAME = 3
"""A runtime that lost the judge so often is not judged any more, and that is told as a gap."""
SWEEP_SECONDS = 3600.0
QUEUE_FULL, JUDGE_LOST = "judge-queue-full", "judge-lost"

log = get_logger(__name__)

Tell = Callable[[Observation], None]
Lines = Sequence[bytes]


class Judge:
    """Judges everything that sensors see of the runtimes of this host. Run `keep` beside it.

    Args:
        tell: takes findings and gaps, as observations.
        rules: a folder of rules in place of the shipped ones.
    """

    def __init__(
        self,
        tell: Tell,
        recordings: Recordings,
        rules: Path | None = None,
        module: str = MODULE,
        answer_seconds: float = ANSWER_SECONDS,
        clock: Clock = utcnow,
    ) -> None:
        self._tell, self._recordings, self._folder = tell, recordings, rules
        self._module, self._answer_seconds, self._clock = module, answer_seconds, clock
        self._rules: RuleSet = load_rules(rules) if rules else default_rules()
        self._waiting: deque[Observation] = deque()
        self._dropped = Counter[str]()
        self._ended: list[str] = []
        self._blamed = Counter[str]()
        """How often a process was lost over what was recorded of a runtime."""
        self._repeats: dict[str, Repeats] = {}
        self._process: FramedProcess | None = None
        self._stirred = asyncio.Event()

    @property
    def process_id(self) -> int | None:
        """Of the process that judges now."""
        return self._process.process.pid if self._process else None

    def take(self, observation: Observation) -> None:
        """Something was seen; never waits. What is of no runtime is nobody's conduct."""
        runtime = observation.runtime
        if observation.kind == FINDING or not runtime:
            return
        if len(self._waiting) >= MOST_WAITING or self._blamed[runtime] >= MOST_BLAME:
            self._dropped[runtime] += 1
            return
        self._waiting.append(observation)
        self._stirred.set()

    def begin(self, runtime: str) -> None:
        """A runtime is watched from now on."""
        self._repeats[runtime] = Repeats()

    def end(self, runtime: str) -> None:
        """It has ended; its recording stays for a while."""
        self._ended.append(runtime)
        self._stirred.set()

    async def keep(self) -> None:
        """For ever: judge what was seen, with another process whenever one is lost."""
        sweeping = asyncio.create_task(self._sweep())
        pause = 0.0
        try:
            while True:
                try:
                    await self._one_life()
                except (OSError, EOFError, TimeoutError, ValueError) as problem:
                    log.error("judge-lost", reason=f"{type(problem).__name__}: {problem}")
                await asyncio.sleep(pause)
                pause = min(2 * pause + 0.5, LONGEST_PAUSE_SECONDS)
        finally:
            sweeping.cancel()

    async def _one_life(self) -> None:
        """One process, from its start to its loss. Raises what lost it."""
        process = await FramedProcess.launch(
            self._module, *([str(self._folder)] if self._folder else [])
        )
        ending = asyncio.ensure_future(process.process.wait())
        try:
            async with asyncio.timeout(START_SECONDS):
                ready = await process.receive()
            if ready.get("ready") != self._rules.version:
                raise ValueError("the rules changed on disk")
            self._process = process
            await self._feed_again(process)
            ending.add_done_callback(lambda _: self._stirred.set())
            while True:
                await self._stirred.wait()
                self._stirred.clear()
                await asyncio.sleep(BATCH_SECONDS)
                if not process.is_usable:
                    raise EOFError("it ended")
                await self._round(process)
        finally:
            self._process = None
            await process.kill()
            await ending

    async def _feed_again(self, process: FramedProcess) -> None:
        """Give a new process what was seen of each runtime before it."""
        for runtime in list(self._repeats):
            if self._blamed[runtime]:
                continue
            lines = await asyncio.to_thread(self._recordings.tail, runtime, REFED_BYTES)
            try:
                for place in range(0, len(lines), MOST_AT_ONCE):
                    await self._ask(process, lines[place : place + MOST_AT_ONCE], ())
            except (EOFError, TimeoutError, ValueError):
                self._blame(runtime)
                raise

    def _blame(self, runtime: str) -> None:
        self._blamed[runtime] += 1
        log.warning("judge-lost-over", runtime=runtime, times=self._blamed[runtime])
        self._tell_gap(JUDGE_LOST, runtime, 1, "judging it took too long")

    async def _round(self, process: FramedProcess) -> None:
        """Record and judge all that waits, and tell what had to be dropped."""
        while self._waiting or self._ended:
            count = min(len(self._waiting), MOST_AT_ONCE)
            batch = [self._waiting.popleft() for _ in range(count)]
            ended, self._ended = (self._ended, []) if not self._waiting else ([], self._ended)
            lines = await asyncio.to_thread(self._record, batch)
            await self._ask(process, lines, ended)
            for runtime in ended:
                self._repeats.pop(runtime, None)
                self._blamed.pop(runtime, None)
        dropped, self._dropped = self._dropped, Counter[str]()
        for runtime, count in dropped.items():
            self._tell_gap(QUEUE_FULL, runtime, count, "more was seen than is judged")

    def _record(self, batch: Iterable[Observation]) -> list[bytes]:
        """Write a batch into the recordings; its lines, whether or not there was room for them."""
        by_runtime: dict[str, list[bytes]] = {}
        for one in batch:
            by_runtime.setdefault(one.runtime, []).append(line_of(one))
        for runtime, lines in by_runtime.items():
            try:
                self._recordings.append(runtime, lines)
            except (OSError, ValueError) as problem:
                log.error("recording-failed", runtime=runtime, reason=str(problem))
        return [line for lines in by_runtime.values() for line in lines]

    async def _ask(self, process: FramedProcess, lines: Lines, ended: Sequence[str]) -> None:
        """One exchange. Raises EOFError, TimeoutError, ValueError when the process is lost."""
        timer = asyncio.get_running_loop().call_later(self._answer_seconds, process.give_up)
        try:
            process.send({"lines": [line.decode() for line in lines], "ended": list(ended)})
            answer = await process.receive()
        finally:
            timer.cancel()
        try:
            found = [from_json(one, self._rules) for one in answer["findings"]]
        except (KeyError, TypeError) as problem:
            raise ValueError(f"no answer: {problem}") from problem
        self._hear(found)

    def _hear(self, findings: Iterable[ConductFinding]) -> None:
        now = self._clock()
        by_runtime: dict[str, list[ConductFinding]] = {}
        for one in findings:
            by_runtime.setdefault(one.runtime, []).append(one)
        for runtime, ones in by_runtime.items():
            if repeats := self._repeats.get(runtime):
                for one in repeats.worth_telling(ones, now):
                    log.info("conduct-found", runtime=runtime, rule=one.rule, times=one.times)
                    self._tell(observation_of(one, now))

    def _tell_gap(self, what: str, runtime: str, count: int, detail: str) -> None:
        attributes: dict[str, str | int | float | bool] = {
            "count": count,
            "detail": detail,
            "sensor": CONDUCT,
        }
        gap = Observation(self._clock(), CONDUCT, Trust.KERNEL, GAP, runtime, what, attributes)
        self._tell(gap)

    async def _sweep(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._recordings.sweep, set(self._repeats))
            except OSError as problem:
                log.error("recordings-not-swept", reason=str(problem))
            await asyncio.sleep(SWEEP_SECONDS)
