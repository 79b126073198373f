"""Answers the kernel's questions for one runtime, in a thread of its own.

A thread wakes, reads and answers with less work than a turn of the host's loop takes, the programs
of one runtime wait for no other's, and memory that is slow to read holds up only the runtime it is
of. Every question is answered: when reading it fails the program starts without the gate, and does
not start with it. A runtime that takes more than its share of the host's time is left waiting.
"""

import asyncio
import errno
import os
import threading
import time
from concurrent.futures import Future
from contextlib import suppress

from colonnade.kit.log import get_logger
from colonnade.sensors.process.account import UNREAD, Account
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

_NOBODY = Process(0)


class Listening:
    """One runtime's listener, which it takes over. Make it on the loop that judges.

    Args:
        account: is told of every program that was started or refused, and of gaps. An answer and
            what is told of it are one turn of the account, so that nobody looks in between.
        stirred: is set, on the loop, when there is something to tell.
    """

    def __init__(
        self,
        listener: Listener,
        terms: ExecTerms,
        gate: Gate,
        account: Account,
        stirred: asyncio.Event,
    ) -> None:
        self._listener, self._terms, self._gate = listener, terms, gate
        self._account, self._stirred = account, stirred
        self._loop = asyncio.get_running_loop()
        self._execveat = MACHINES[os.uname().machine].execveat
        self._own_left = OWN_STARTS
        self._free = threading.Semaphore(MOST_JUDGED_AT_ONCE)
        self._judging: set[Future[None]] = set()
        self._fault_told = False
        threading.Thread(target=self._answer_all, name="execs", daemon=True).start()

    def close(self) -> None:
        """Answer nobody any more; programs that wait do not start."""
        with self._account.turn:
            self._listener.stop()
        for future in list(self._judging):
            future.cancel()

    def _answer_all(self) -> None:
        throttle = Throttle(time.monotonic())
        while self._waits():
            began = time.monotonic()
            question = self._listener.receive()
            if question is not None:
                self._handle(question)
            now = time.monotonic()
            if (seconds := throttle.spend(now, now - began)) > 0:
                self._listener.rest(seconds)
        with self._account.turn:
            self._listener.close()

    def _waits(self) -> bool:
        """Wait for a question, and before it until not too many are being judged."""
        if self._terms.on:
            with self._free:
                pass
        return self._listener.wait()

    def _handle(self, question: Question) -> None:
        try:
            self._meet(question, *self._read(question))
        except Exception:  # The edge of a part: whoever asked must get an answer.
            if not self._fault_told:
                log.exception("exec-handler-failed")
                self._fault_told = True
            self._account.failed(UNREAD)
            self._respond(question, self._without_reading())

    def _meet(self, question: Question, command: Command, process: Process) -> None:
        if self._own_left > 0:
            self._let_own_pass(question, command, process)
            return
        known, refusal = self._gate.decide_at_once(self._terms, command)
        if known:
            self._answer(question, command, process, refusal)
        elif self._listener.is_valid(question):
            judged = self._judge(question, command, process)
            future = asyncio.run_coroutine_threadsafe(judged, self._loop)
            self._judging.add(future)
            future.add_done_callback(self._judged)
            self._free.acquire()

    def _let_own_pass(self, question: Question, command: Command, process: Process) -> None:
        with self._account.turn:
            if self._listener.let_pass(question):
                self._own_left -= 1
                self._account.census.expect(command, process)

    async def _judge(self, question: Question, command: Command, process: Process) -> None:
        refusal = self._without_reading()
        try:
            refusal = await self._gate.decide(self._terms, command)
            if refusal is None and self._read(question)[0] != command:
                refusal = Refusal(Reason.UNJUDGED)
        finally:
            with self._account.turn:
                self._respond(question, refusal)
                self._tell(command, process, refusal)

    def _judged(self, future: Future[None]) -> None:
        self._judging.discard(future)
        if not future.cancelled() and future.exception() is not None:
            self._account.failed(UNREAD)
        self._free.release()

    def _answer(
        self, question: Question, command: Command, process: Process, refusal: Refusal | None
    ) -> None:
        """Answer and tell, in one turn.

        Where nobody is there to be answered, it has ended and its number may be another's by now:
        what was read counts nothing. What was found to be valid before it was judged does.
        """
        with self._account.turn:
            if self._respond(question, refusal):
                self._tell(command, process, refusal)

    def _tell(self, command: Command, process: Process, refusal: Refusal | None) -> None:
        if command.words:
            self._account.started(command, process, refusal)
        else:
            self._account.failed(UNREAD)
        self._stir()

    def _respond(self, question: Question, refusal: Refusal | None) -> bool:
        """Whether who asked was still there to be answered."""
        if refusal is None:
            return self._listener.let_pass(question)
        return self._listener.refuse(question, errno.EACCES)

    def _stir(self) -> None:
        if not self._stirred.is_set():
            with suppress(RuntimeError):  # The loop has ended: nobody is told any more.
                self._loop.call_soon_threadsafe(self._stirred.set)

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
