"""Judges a command before it runs, where a class of runtimes wants that. Fails closed.

What is not judged within the deadline, cannot be read whole, or meets no judge is refused, and the
refusal says so. Verdicts are kept by command line, so that what is run often costs next to nothing.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable

from colonnade.kit.log import get_logger
from colonnade.sensors.process.reading import Command
from colonnade.sensors.process.terms import ExecTerms, Judge, Reason, Refusal, Suspicion, refuse

MOST_KEPT = 4096

log = get_logger(__name__)

Suspicions = tuple[Suspicion, ...]


class Gate:
    """One for all runtimes of a host: what a rule says of a command is the same for each."""

    def __init__(self, judge: Judge | None) -> None:
        self._judge = judge
        self._kept: OrderedDict[bytes, Suspicions] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[Suspicions]] = {}

    def decide_at_once(self, terms: ExecTerms, command: Command) -> tuple[bool, Refusal | None]:
        """(whether nobody has to be asked, and then the decision)."""
        if not terms.on:
            return True, None
        if command.cut or not command.words:
            return True, Refusal(Reason.UNJUDGED)
        kept = self._kept.get(_key(command))
        return (False, None) if kept is None else (True, refuse(terms, kept))

    async def decide(self, terms: ExecTerms, command: Command) -> Refusal | None:
        """The decision, within the deadline. None lets the command run."""
        known, decision = self.decide_at_once(terms, command)
        if known:
            return decision
        try:
            async with asyncio.timeout(terms.deadline_seconds):
                # The judge has a limit of its own. What comes late is kept for the next time, and
                # one runtime's slow command does not end the process that judges for all.
                suspicions = await asyncio.shield(self._ask(command))
        except TimeoutError:
            return Refusal(Reason.LATE)
        except Exception as problem:  # The edge of a part: whatever failed, it was not judged.
            log.warning("command-unjudged", kind=type(problem).__name__)
            return Refusal(Reason.UNJUDGED)
        return refuse(terms, suspicions)

    def _ask(self, command: Command) -> asyncio.Task[Suspicions]:
        key = _key(command)
        if key not in self._asking:
            task = asyncio.create_task(self._judged(command))
            self._asking[key] = task
            task.add_done_callback(self._kept_as(key))
        return self._asking[key]

    async def _judged(self, command: Command) -> Suspicions:
        if self._judge is None:
            raise LookupError("there is no judge")
        found: list[Suspicion] = []
        for words in _lines(command):
            found += await self._judge.judge(words)
        return tuple(found)

    def _kept_as(self, key: bytes) -> Callable[[asyncio.Task[Suspicions]], None]:
        def keep(task: asyncio.Task[Suspicions]) -> None:
            del self._asking[key]
            if task.cancelled() or task.exception() is not None:
                return
            self._kept[key] = task.result()
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

        return keep


def _lines(command: Command) -> list[tuple[str, ...]]:
    """What is judged: the words, and beside them the program's real name where they hide it."""
    name = command.program.rpartition("/")[2]
    if command.words[0].rpartition("/")[2] == name:
        return [command.words]
    return [command.words, (command.program, *command.words[1:])]


def _key(command: Command) -> bytes:
    """Of all that is judged; in which folder a program was looked for decides nothing."""
    name = command.program.rpartition("/")[2]
    text = "\0".join((name, *command.words))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
