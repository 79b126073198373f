"""Answers the kernel's questions for one runtime, on the host's loop.

Each turn takes one question, so that runtimes take turns, and a runtime that takes more than its
share of the loop's time is left waiting. Every question is answered: when reading it fails the
program starts without the gate, and does not start with it.
"""

import asyncio
import errno
import os
from collections.abc import Callable

from colonnade.kit.log import get_logger
from colonnade.sensors.process.filter import MACHINES
from colonnade.sensors.process.gate import Gate
from colonnade.sensors.process.notification import Listener, Question
from colonnade.sensors.process.reading import Command, Process, read_asked, read_process
from colonnade.sensors.process.terms import ExecTerms, Reason, Refusal
from colonnade.sensors.process.throttle import Throttle

OWN_STARTS = 2
"""Programs that the host itself starts first: bubblewrap, and in it the runtime's server. Nothing
of a person's runs before them."""
MOST_JUDGED_AT_ONCE = 2
"""Of one runtime, so that no runtime keeps the judge from others; more wait in the kernel."""

log = get_logger(__name__)

Started = Callable[[Command, Process, Refusal | None], None]
"""Takes each program that was started, or refused."""
Failed = Callable[[str], None]
"""Takes the name of what could not be seen."""

_NOBODY = Process(0)


class Listening:
    """One runtime's listener. Make it on a running loop.

    Args:
        started, failed: told of programs and of gaps; neither waits nor raises.
        own: told of the programs that the host starts itself.
    """

    def __init__(
        self,
        listener: Listener,
        terms: ExecTerms,
        gate: Gate,
        started: Started,
        failed: Failed,
        own: Callable[[Command, Process], None],
    ) -> None:
        self._listener, self._terms, self._gate = listener, terms, gate
        self._started, self._failed, self._own = started, failed, own
        self._loop = asyncio.get_running_loop()
        self._throttle = Throttle(self._loop.time())
        self._execveat = MACHINES[os.uname().machine].execveat
        self._own_left = OWN_STARTS
        self._judging: set[asyncio.Task[None]] = set()
        self._pause: asyncio.TimerHandle | None = None
        self._fault_told = False
        self._loop.add_reader(listener, self._turn)

    def close(self) -> None:
        """Answer nobody any more; programs that wait do not start."""
        if self._listener.fileno() >= 0:
            self._loop.remove_reader(self._listener)
        if self._pause is not None:
            self._pause.cancel()
        for task in self._judging:
            task.cancel()
        self._listener.close()

    def _turn(self) -> None:
        waits, over = self._listener.state()
        if not waits:
            if over:
                self.close()
            return
        began = self._loop.time()
        question = self._listener.receive()
        if question is not None:
            self._handle(question)
        now = self._loop.time()
        self._rest(self._throttle.spend(now, now - began))

    def _rest(self, seconds: float) -> None:
        """Take no question for so long, or until one that is being judged is decided."""
        if seconds > 0 and self._pause is None:
            self._pause = self._loop.call_later(seconds, self._wake)
        if self._pause is not None or len(self._judging) >= MOST_JUDGED_AT_ONCE:
            self._loop.remove_reader(self._listener)

    def _wake(self) -> None:
        self._pause = None
        self._go_on()

    def _go_on(self) -> None:
        open_still = self._listener.fileno() >= 0
        if open_still and self._pause is None and len(self._judging) < MOST_JUDGED_AT_ONCE:
            self._loop.add_reader(self._listener, self._turn)

    def _handle(self, question: Question) -> None:
        try:
            self._meet(question)
        except Exception:  # The edge of a part: whoever asked must get an answer.
            if not self._fault_told:
                log.exception("exec-handler-failed")
                self._fault_told = True
            self._failed("exec-unread")
            self._respond(question, self._without_reading())

    def _meet(self, question: Question) -> None:
        command, process = self._read(question)
        if self._own_left > 0:
            if self._listener.let_pass(question):
                self._own_left -= 1
                self._own(command, process)
            return
        known, refusal = self._gate.decide_at_once(self._terms, command)
        if known:
            # Nobody there to answer: it has ended, its number may be another's by now, and what
            # was read counts nothing.
            if self._respond(question, refusal):
                self._tell(command, process, refusal)
        elif self._listener.is_valid(question):
            task = self._loop.create_task(self._judge(question, command, process))
            self._judging.add(task)
            task.add_done_callback(self._judged)

    async def _judge(self, question: Question, command: Command, process: Process) -> None:
        refusal = self._without_reading()
        try:
            refusal = await self._gate.decide(self._terms, command)
            if refusal is None and self._read(question)[0] != command:
                refusal = Refusal(Reason.UNJUDGED)
        finally:
            self._respond(question, refusal)
            self._tell(command, process, refusal)

    def _judged(self, task: asyncio.Task[None]) -> None:
        self._judging.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._failed("exec-unread")
        self._go_on()

    def _respond(self, question: Question, refusal: Refusal | None) -> bool:
        """Whether who asked was still there to be answered."""
        if refusal is None:
            return self._listener.let_pass(question)
        return self._listener.refuse(question, errno.EACCES)

    def _tell(self, command: Command, process: Process, refusal: Refusal | None) -> None:
        if command.words:
            self._started(command, process, refusal)
        else:
            self._failed("exec-unread")

    def _without_reading(self) -> Refusal | None:
        return Refusal(Reason.UNJUDGED) if self._terms.on else None

    def _read(self, question: Question) -> tuple[Command, Process]:
        """What it asks for; without words where its memory could not be read."""
        first, second, third, *_ = question.arguments
        try:
            if question.number == self._execveat:
                folder = first - (1 << 32) if first >= 1 << 31 else first
                command = read_asked(question.thread, second, third, folder)
            else:
                command = read_asked(question.thread, first, second, None)
            return command, read_process(question.thread)
        except OSError:
            return Command("", ()), _NOBODY
