"""The process sensor: tells of every program that a runtime starts, and of those it may not start.

What is seen waits in a queue for each runtime and is told in rounds, a few of each runtime at a
time, so that a flood in one takes nobody else's place.
"""

import asyncio
from collections.abc import Iterable
from contextlib import closing, nullcontext

from colonnade.kit.clock import Clock, utcnow
from colonnade.observations import Observation
from colonnade.observations.vocabulary import PROCESS_SENSOR
from colonnade.sensors.process.account import MOST_WAITING, Account
from colonnade.sensors.process.connector import Connector
from colonnade.sensors.process.facts import CONNECTOR
from colonnade.sensors.process.gate import Gate
from colonnade.sensors.process.listening import Listening
from colonnade.sensors.process.notification import Listener
from colonnade.sensors.process.reading import Command, Process
from colonnade.sensors.process.scan import Census, lister
from colonnade.sensors.process.terms import ExecTerms, Judge
from colonnade.sensors.watched import Tell, Watched

SCAN_SECONDS = 1.0
ROUND_SECONDS = 0.2
"""So that what a round costs is shared by more programs; the judge takes them once a second."""
MOST_TOLD = 200
"""Of one runtime in one round: 1,000 a second."""


class ProcessSensor:
    """Watches every runtime of a host.

    Args:
        judge: says which rules hold for a command, for runtimes with an exec gate.
        connects: whether to read the process connector, for runtimes that do not ask.
    """

    name = PROCESS_SENSOR

    def __init__(
        self,
        tell: Tell,
        judge: Judge | None = None,
        connects: bool = False,
        clock: Clock = utcnow,
    ) -> None:
        self._tell, self._connects, self._clock = tell, connects, clock
        self._gate = Gate(judge)
        self._accounts: dict[str, Account] = {}
        self._listenings: dict[str, Listening] = {}
        self._stirred = asyncio.Event()

    def begin(self, watched: Watched) -> None:
        """Watch this runtime from now on."""
        census = Census(lister(watched.groups, watched.process), watched.process)
        self._accounts[watched.runtime] = Account(watched.runtime, census, self._clock)

    def listen(self, runtime: str, descriptor: int, terms: ExecTerms) -> None:
        """Answer for a runtime that is watched; takes its listener over.

        Raises ValueError, with the listener closed, when it is none or the runtime has ended.
        """
        listener, account = Listener(descriptor), self._accounts.get(runtime)
        if account is None:
            listener.close()
            raise ValueError("not watched")

        account.census.notified = True
        self._listenings[runtime] = Listening(listener, terms, self._gate, account, self._stirred)

    def end(self, runtime: str) -> None:
        """It has ended; what was seen of it is told."""
        if (listening := self._listenings.pop(runtime, None)) is not None:
            listening.close()
        if (account := self._accounts.pop(runtime, None)) is not None:
            self._say(account.tell(MOST_WAITING))
            self._say(account.tell_together(at_end=True))

    async def watch(self) -> None:
        """For ever: tell what was seen in rounds, and look around once a second."""
        with closing(Connector(self._saw)) if self._connects else nullcontext():
            await self._watch()

    def _saw(self, runtime: str, command: Command, process: Process) -> None:
        """The connector saw that a program was started, somewhere on this machine."""
        if runtime in self._accounts and runtime not in self._listenings:
            self._accounts[runtime].saw(command, process, CONNECTOR)
            self._stirred.set()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        next_look = loop.time()
        while True:
            if loop.time() >= next_look:
                await self._look()
                next_look = loop.time() + SCAN_SECONDS
            self._round()
            await self._rest(next_look - loop.time())

    async def _rest(self, seconds: float) -> None:
        """Until the next look, or a round after something was seen."""
        self._stirred.clear()  # Before it is asked what waits: threads go on meanwhile.
        if not any(account.is_waiting for account in self._accounts.values()):
            waiting = asyncio.get_running_loop().call_later(seconds, self._stirred.set)
            await self._stirred.wait()
            waiting.cancel()
            seconds = ROUND_SECONDS
        await asyncio.sleep(min(seconds, ROUND_SECONDS))

    async def _look(self) -> None:
        for account in list(self._accounts.values()):
            account.look()
            self._say(account.tell_together())
            await asyncio.sleep(0)

    def _round(self) -> None:
        for account in list(self._accounts.values()):
            account.compare()
            self._say(account.tell(MOST_TOLD))

    def _say(self, observations: Iterable[Observation]) -> None:
        for observation in observations:
            self._tell(observation)
