"""The host's side of the proxy: starts it when a runtime needs it, and again whenever it ends.

The host keeps a copy of every listener. While no proxy runs, connections wait in the listeners'
queues and lead nowhere; the next one is told of every runtime and what it has moved so far.
"""

import asyncio
import os
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from pydantic import ValidationError

from colonnade.host.egress import control
from colonnade.host.egress.control import Order, What
from colonnade.kit.log import get_logger
from colonnade.observations import Observation
from colonnade.runtimes.egress.terms import EgressTerms

SILENCE_SECONDS = 30.0
"""The proxy's pulse beats once a second; without one for so long it is taken for stuck."""
LOOK_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 5.0
MOST_AT_ONCE = 256
_VARIABLES = ("PATH", "PYTHONPATH", "LANG")

log = get_logger(__name__)

Tell = Callable[[Observation, int], None]
"""Takes an observation, and how many were dropped before it; never waits."""


@dataclass
class _Guest:
    listener: socket.socket
    terms: EgressTerms
    spent_bytes: int = 0


class Keeper:
    """Has one proxy running while there are runtimes with a way out. Run `keep` beside it."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._guests: dict[str, _Guest] = {}
        self._wanted = asyncio.Event()
        self._process: Process | None = None
        self._channel: socket.socket | None = None
        self._heard_at = 0.0

    @property
    def process_id(self) -> int | None:
        """Of the proxy that runs now."""
        return self._process.pid if self._process else None

    def open(self, runtime: str, listener: socket.socket, terms: EgressTerms) -> None:
        """Let the proxy serve this runtime's listener, which is the keeper's from now on."""
        self.close(runtime)
        self._guests[runtime] = _Guest(listener, terms)
        self._wanted.set()
        self._introduce(runtime)

    def close(self, runtime: str) -> None:
        """Cut the runtime off; one that has no way out is fine."""
        guest = self._guests.pop(runtime, None)
        if guest is not None:
            guest.listener.close()
            self._order(Order(What.CLOSE, runtime))
        if not self._guests:
            self._wanted.clear()

    async def keep(self) -> None:
        """For ever: start the proxy when it is needed, and anew when it ends."""
        pause = 0.0
        while True:
            await self._wanted.wait()
            began = time.monotonic()
            try:
                await self._one_life()
            except OSError as problem:
                log.error("egress-proxy-failed", reason=str(problem))
            pause = 0.1 if time.monotonic() - began > SILENCE_SECONDS else pause * 2 + 0.1
            await asyncio.sleep(min(pause, LONGEST_PAUSE_SECONDS))

    async def _one_life(self) -> None:
        mine, theirs = control.pair()
        with mine:
            with theirs:
                self._process = await _start(theirs.fileno())
            log.info("egress-proxy-started", pid=self._process.pid)
            self._channel, self._heard_at = mine, time.monotonic()
            asyncio.get_running_loop().add_reader(mine, self._receive, mine)
            try:
                for runtime in list(self._guests):
                    self._introduce(runtime)
                await self._until_ended(self._process)
            finally:
                asyncio.get_running_loop().remove_reader(mine)
                self._channel = None
                with suppress(ProcessLookupError):
                    self._process.kill()
                await self._process.wait()
                log.warning("egress-proxy-ended", pid=self._process.pid)
                self._process = None

    async def _until_ended(self, process: Process) -> None:
        ended = asyncio.ensure_future(process.wait())
        while not ended.done():
            await asyncio.wait([ended], timeout=LOOK_SECONDS)
            if time.monotonic() - self._heard_at > SILENCE_SECONDS:
                log.error("egress-proxy-stuck", pid=process.pid)
                process.kill()
                self._heard_at = time.monotonic()

    def _introduce(self, runtime: str) -> None:
        guest = self._guests[runtime]
        order = Order(What.OPEN, runtime, guest.spent_bytes)
        self._order(order, guest.listener, guest.terms)

    def _order(
        self,
        order: Order,
        listener: socket.socket | None = None,
        terms: EgressTerms | None = None,
    ) -> None:
        if self._channel is None:
            return  # The next proxy is told of everybody.
        try:
            control.send_order(self._channel, order, listener, terms)
        except OSError as problem:
            # It has died, or takes no orders any more: then it must not serve any longer.
            log.error("egress-proxy-deaf", reason=str(problem))
            if self._process is not None:
                with suppress(ProcessLookupError):
                    self._process.kill()

    def _receive(self, channel: socket.socket) -> None:
        for _ in range(MOST_AT_ONCE):
            try:
                data = channel.recv(control.PACKET_BYTES)
            except OSError:
                return
            if not data:
                asyncio.get_running_loop().remove_reader(channel)
                return
            self._heard_at = time.monotonic()
            self._hear(data)

    def _hear(self, data: bytes) -> None:
        try:
            report = control.REPORT.validate_json(data)
        except ValidationError:
            log.error("egress-report-malformed")
            return
        if report.observation is None:
            return
        guest = self._guests.get(report.observation.runtime)
        if guest is not None:
            guest.spent_bytes = max(guest.spent_bytes, report.spent_bytes)
        self._tell(report.observation, report.dropped)


async def _start(descriptor: int) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "colonnade.host.egress.proxy", str(descriptor)),
        stdin=DEVNULL,
        pass_fds=(descriptor,),
        env={name: os.environ[name] for name in _VARIABLES if name in os.environ},
        cwd="/",
    )
