"""Opens the way from a person's socket to a kernel or terminal of theirs.

The runtime is connected first and the client accepted second, so that a client is told over HTTP
what is wrong (no such kernel, a runtime that does not answer) and never sees a socket that opens
only to close.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
from starlette.websockets import WebSocket

from colonnade.accounts.identity import Identity
from colonnade.gate.commands import Inspects
from colonnade.gate.inspection import Inspection
from colonnade.gate.judging import Judge, Judging, Subject
from colonnade.gate.metrics import GateMetrics, process_metrics
from colonnade.gate.pace import Pace
from colonnade.gate.protocol.v1_form import SUBPROTOCOL
from colonnade.gate.protocol.wire import form_of
from colonnade.gate.relay import Relay, hang_up
from colonnade.gate.taps import Taps
from colonnade.gate.terminal_inspection import TerminalInspection
from colonnade.kit.errors import Invalid, NotFound, TooMany, Unavailable
from colonnade.kit.ids import new_id
from colonnade.kit.log import get_logger
from colonnade.observations import Observation
from colonnade.runtimes.terminal_names import find_terminal

MAX_OUTPUT_BYTES = 64 << 20
"""Largest single frame that is passed on to a client: a picture or table of that size. Each socket
may hold one in memory while it arrives, and the runtime decides how slowly that is."""
MOST_SOCKETS = 16
"""At once, for each runtime: tabs, consoles and terminals of one person."""
CONNECT_SECONDS = 75.0
"""jupyter_server answers a socket's handshake once the kernel does, after at most 60 seconds."""
CLOSE_SECONDS = 2.0
_KERNEL_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_SESSION_ID = re.compile(r"[0-9A-Za-z_-]{1,128}")

Socket = aiohttp.ClientWebSocketResponse[Any]

log = get_logger(__name__)


class RuntimesAtGate(Protocol):
    """What the gate needs of `runtimes.service.Runtimes`, which says what each raises."""

    def runtime_of(self, identity: Identity, kernel_id: str) -> str:
        """The runtime around the person's kernel."""
        ...

    def notebook_path(self, runtime_id: str) -> str:
        """Where the runtime's notebook lies now in the person's contents, or ''."""
        ...

    def runtimes_of(self, identity: Identity) -> Sequence[str]:
        """The runtimes that the person holds."""
        ...

    def http(self, runtime_id: str) -> aiohttp.ClientSession:
        """The way to the runtime's Jupyter server."""
        ...

    async def gone(self, runtime_id: str) -> str:
        """Wait until the runtime has ended; why."""
        ...

    def touch(self, runtime_id: str) -> None:
        """The person did something there."""
        ...

    def note(self, observation: Observation) -> None:
        """Tell the judge of conduct what was seen here; never waits."""
        ...


class RevocationsAtGate(Protocol):
    """What the gate needs of `accounts.revocations.Revocations`."""

    async def wait(self, identity: Identity) -> None:
        """Return once the session or token is dead."""
        ...


@dataclass
class Gate:
    """The gate's parts; one instance a process, hung on `app.state.gate`."""

    runtimes: RuntimesAtGate
    revocations: RevocationsAtGate
    judging: Judging
    metrics: GateMetrics
    taps: Taps
    _relays: dict[str, set[Relay]] = field(default_factory=dict[str, set[Relay]])
    _seats: Counter[str] = field(default_factory=Counter[str])
    _paces: dict[str, Pace] = field(default_factory=dict[str, Pace])

    @classmethod
    def make(
        cls,
        runtimes: RuntimesAtGate,
        revocations: RevocationsAtGate,
        judge: Judge,
        metrics: GateMetrics | None = None,
    ) -> "Gate":
        """A gate over these parts; it counts in the process's registry unless told otherwise."""
        collectors = metrics or process_metrics()
        taps = Taps(runtimes.note)
        return cls(runtimes, revocations, Judging(judge, collectors), collectors, taps)

    async def relay_kernel(
        self, websocket: WebSocket, identity: Identity, kernel_id: str, session_id: str | None
    ) -> None:
        """Relay a client's socket to its kernel until it is over.

        Raises, before the client is accepted, NotFound, Invalid, TooMany and Unavailable.
        """
        if not _KERNEL_ID.fullmatch(kernel_id):
            raise NotFound("There is no such kernel.")
        session = _checked_session(session_id)
        runtime_id = self.runtimes.runtime_of(identity, kernel_id)
        with self._seat(runtime_id):
            await self._relay_kernel(websocket, identity, kernel_id, runtime_id, session)

    async def relay_terminal(self, websocket: WebSocket, identity: Identity, name: str) -> None:
        """Relay a client's socket to a terminal of theirs. Raises as `relay_kernel`."""
        runtime_id, own_name = find_terminal(name, self.runtimes.runtimes_of(identity))
        with self._seat(runtime_id):
            upstream = await self._connect(runtime_id, f"terminals/websocket/{own_name}")
            subject = Subject(identity.person_id, runtime_id, name)
            with self.metrics.socket("terminal"):
                await self._relay(websocket, upstream, TerminalInspection(), subject, identity)

    def tell(self, runtime_id: str, text: str) -> None:
        """Show words of the platform to whoever works with the runtime now."""
        for relay in self._relays.get(runtime_id, ()):
            relay.tell(text)

    def sockets_of(self, runtime_id: str) -> int:
        """How many sockets to the runtime are open or being opened."""
        return self._seats.get(runtime_id, 0)

    @contextmanager
    def _seat(self, runtime_id: str) -> Generator[None]:
        """One of the runtime's `MOST_SOCKETS`, from before it is connected. Raises TooMany."""
        if self._seats[runtime_id] >= MOST_SOCKETS:
            raise TooMany(
                f"This runtime has {MOST_SOCKETS} connections already.",
                "Close a tab, a console or a terminal of it.",
            )
        self._seats[runtime_id] += 1
        try:
            yield
        finally:
            self._seats[runtime_id] -= 1
            if not self._seats[runtime_id]:
                del self._seats[runtime_id]

    async def _relay_kernel(
        self,
        websocket: WebSocket,
        identity: Identity,
        kernel_id: str,
        runtime_id: str,
        session: str,
    ) -> None:
        offered = (SUBPROTOCOL,) if SUBPROTOCOL in websocket.scope["subprotocols"] else ()
        path = f"api/kernels/{kernel_id}/channels?session_id={session}"
        upstream = await self._connect(runtime_id, path, offered)
        inspection = Inspection(form_of(upstream.protocol))
        subject = Subject(identity.person_id, runtime_id, kernel_id)
        with self.metrics.socket("kernel"):
            await self._relay(websocket, upstream, inspection, subject, identity)

    async def _connect(self, runtime_id: str, path: str, protocols: tuple[str, ...] = ()) -> Socket:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await self.runtimes.http(runtime_id).ws_connect(
                    f"http://runtime/{path}",
                    protocols=protocols,
                    max_msg_size=MAX_OUTPUT_BYTES,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),  # pyright: ignore[reportCallIssue]
                )
        except aiohttp.WSServerHandshakeError as problem:
            if problem.status == 404:
                raise NotFound("It is no longer running.", "Start a new one.") from None
            raise _unreachable(runtime_id, problem) from None
        except (aiohttp.ClientError, OSError, TimeoutError) as problem:
            raise _unreachable(runtime_id, problem) from None

    async def _relay(
        self,
        websocket: WebSocket,
        upstream: Socket,
        inspection: Inspects,
        subject: Subject,
        identity: Identity,
    ) -> None:
        try:
            await websocket.accept(upstream.protocol)
            relay = Relay(
                websocket=websocket,
                upstream=upstream,
                inspection=inspection,
                judging=self.judging,
                subject=subject,
                notebook_path=partial(self.runtimes.notebook_path, subject.runtime_id),
                metrics=self.metrics,
                revoked=partial(self.revocations.wait, identity),
                gone=partial(self.runtimes.gone, subject.runtime_id),
                touched=partial(self.runtimes.touch, subject.runtime_id),
                tap=self.taps.of(subject.runtime_id, subject.kernel_id),
                pace=self._pace(subject.runtime_id),
            )
            with self._known(relay):
                await relay.run()
        finally:
            await hang_up(upstream)

    def _pace(self, runtime_id: str) -> Pace:
        """The runtime's own, kept until it has rested: connecting anew is no way around it."""
        used = {
            id: pace for id, pace in self._paces.items() if id in self._seats or not pace.rested
        }
        self._paces = used
        return self._paces.setdefault(runtime_id, Pace())

    @contextmanager
    def _known(self, relay: Relay) -> Generator[None]:
        """`tell` finds the relay inside the block."""
        relays = self._relays.setdefault(relay.subject.runtime_id, set())
        relays.add(relay)
        try:
            yield
        finally:
            relays.discard(relay)
            if not relays:
                self._relays.pop(relay.subject.runtime_id, None)


def _checked_session(session_id: str | None) -> str:
    if not session_id:
        return new_id()
    if not _SESSION_ID.fullmatch(session_id):
        raise Invalid("The session_id must be letters, digits, '-' and '_', at most 128.")
    return quote(session_id)


def _unreachable(runtime_id: str, problem: Exception) -> Unavailable:
    log.warning("runtime-unreachable", runtime_id=runtime_id, reason=type(problem).__name__)
    return Unavailable("The runtime does not answer.", "Try again, or start a new runtime.")
