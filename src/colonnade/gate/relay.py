"""Carries frames between a client and a runtime, and performs what an inspection commands.

Both directions push back: a frame is read only once the one before it was handed on, so a slow
reader slows its own sender and nothing piles up here. Frames from the runtime are not parsed unless
the inspection asks for them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from aiohttp import ClientWebSocketResponse, WSCloseCode, WSMsgType
from aiohttp.http_websocket import WSMessageDecodeText
from starlette.websockets import WebSocket, WebSocketDisconnect

from colonnade.gate.commands import Ask, Close, Commands, Inspects, Note, ToClient, ToRuntime
from colonnade.gate.judging import Judging, Subject
from colonnade.gate.metrics import GateMetrics
from colonnade.gate.pace import Pace
from colonnade.gate.protocol.judged_parts import Part
from colonnade.gate.taps import Tap
from colonnade.kit.log import get_logger

SIGNED_OUT = Close(4401, "You are signed out, or your access was withdrawn. Sign in again.")
RUNTIME_GONE = 4410
"""Close code: the runtime has ended, and the reason says why."""
CUT_OFF = Close(1011, "The connection to the runtime broke. Reconnect to go on.")
OUTPUT_TOO_LARGE = Close(1009, "One output was larger than the platform passes on.")
FAILED = Close(1011, "Something failed on the platform. Reconnect to go on.")
_CLIENT_LEFT = Close(1000, "")
_MAX_REASON_BYTES = 123
"""A close frame's payload is 125 bytes with its code (RFC 6455, section 5.5)."""
EXPLAIN_SECONDS = 1.0
HANG_UP_SECONDS = 3.0
MAX_TOLD_WAITING = 16
MESSAGES_A_TURN = 16
"""Of a runtime, before others have theirs."""
_QUIET = frozenset({"allow", "aborted"})

log = get_logger(__name__)


@dataclass(eq=False)
class Relay:
    """One client's socket and one runtime's, until either ends or the person is signed out.

    Args:
        websocket: the client's, accepted.
        upstream: the runtime's, connected.
        inspection: what decides about each frame.
        notebook_path: where the notebook lies now; clients rename it while they are connected.
        revoked: returns when the person may no longer be here.
        gone: returns, with the reason, when the runtime has ended.
        touched: called on each activity of the person.
        tap: looks at what programs print.
        pace: how fast the runtime's output may flow, over all its sockets.
    """

    websocket: WebSocket
    upstream: ClientWebSocketResponse[Any]
    inspection: Inspects
    judging: Judging
    subject: Subject
    notebook_path: Callable[[], str]
    metrics: GateMetrics
    revoked: Callable[[], Awaitable[None]]
    gone: Callable[[], Awaitable[str]]
    touched: Callable[[], None]
    tap: Tap
    pace: Pace
    _order: asyncio.Lock = field(default_factory=asyncio.Lock)
    _room: asyncio.Event = field(default_factory=asyncio.Event)
    _asked: asyncio.Queue[Sequence[Part]] = field(default_factory=asyncio.Queue[Sequence[Part]])
    _told: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue[str](MAX_TOLD_WAITING))

    async def run(self) -> None:
        """Relay until it is over, then close both sockets with a code and a reason."""
        pumps = [
            asyncio.create_task(pump())
            for pump in (
                self._from_client,
                self._from_runtime,
                self._from_judge,
                self._from_platform,
                self._until_revoked,
                self._until_gone,
            )
        ]
        try:
            done, _ = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in pumps:
                task.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
        await self._close(await self._explained(self._outcome(done.pop())))

    def tell(self, text: str) -> None:
        """Show the client words of the platform; dropped when it is too slow to take them."""
        with suppress(asyncio.QueueFull):
            self._told.put_nowait(text)

    async def _from_client(self) -> Close:
        while True:
            event = await self.websocket.receive()
            if event["type"] == "websocket.disconnect":
                return _CLIENT_LEFT
            frame = event.get("bytes")
            sent = event["text"] if frame is None else frame
            closing = await self._perform(partial(self.inspection.client_sent, sent))
            if closing is not None:
                return closing
            while self.inspection.full:
                self._room.clear()
                await self._room.wait()

    async def _from_runtime(self) -> Close:
        receive, send, concerns = (
            self.upstream.receive,
            self.websocket.send,
            self.inspection.concerns,
        )
        tap, printed = self.tap, self.inspection.printed
        passed = 0
        while True:
            passed += 1
            if passed % MESSAGES_A_TURN == 0:
                # What has arrived already is had without a wait, and so without anybody's turn.
                await asyncio.sleep(0)
            message = await receive()
            if message.type is WSMsgType.BINARY:
                event = {"type": "websocket.send", "bytes": message.data}
            elif message.type is WSMsgType.TEXT:
                event = {"type": "websocket.send", "text": message.data}
            else:
                return _closing_for(message, self.upstream.close_code)
            if concerns(message.data):
                await self._perform(partial(self.inspection.runtime_sent, message.data))
            else:
                await send(event)
                if tap.is_open:
                    tap.look(printed(message.data))
            if seconds := self.pace.take(len(message.data)):
                await asyncio.sleep(seconds)

    async def _from_judge(self) -> Close:
        while True:
            parts = await self._asked.get()
            verdicts = await self.judging.ask(self._subject_now(), parts)
            closing = await self._perform(partial(self.inspection.judged, verdicts))
            if closing is not None:
                return closing

    async def _from_platform(self) -> Close:
        while True:
            text = await self._told.get()
            closing = await self._perform(partial(self.inspection.told, text))
            if closing is not None:
                return closing

    async def _until_revoked(self) -> Close:
        await self.revoked()
        return SIGNED_OUT

    async def _until_gone(self) -> Close:
        return Close(RUNTIME_GONE, f"The runtime has ended. {await self.gone()}".strip())

    async def _perform(self, commands: Callable[[], Commands]) -> Close | None:
        """Let the inspection take an event and do what it says, one event after the other.

        A verdict that is known at once is the next event.
        """
        async with self._order:
            following: Commands | None = commands()
            while following is not None:
                current, following = following, None
                for command in current:
                    if isinstance(command, Close):
                        return command
                    if isinstance(command, Ask):
                        following = self._ask(command.parts)
                    else:
                        await self._do(command)
        self._room.set()
        return None

    def _ask(self, parts: Sequence[Part]) -> Commands | None:
        """What to do with verdicts that are there already, else None: `_from_judge` waits."""
        verdicts = self.judging.at_once(self._subject_now(), parts)
        if verdicts is None:
            self._asked.put_nowait(parts)
            return None
        return self.inspection.judged(verdicts)

    def _subject_now(self) -> Subject:
        return replace(self.subject, notebook_path=self.notebook_path())

    async def _do(self, command: ToClient | ToRuntime | Note) -> None:
        match command:
            case ToClient(frame):
                kind = "text" if isinstance(frame, str) else "bytes"
                await self.websocket.send({"type": "websocket.send", kind: frame})
            case ToRuntime(frame, activity):
                await self._forward(frame, activity)
            case Note():
                self._note(command)

    async def _forward(self, frame: str | bytes, activity: bool) -> None:
        if isinstance(frame, str):
            await self.upstream.send_str(frame)
        else:
            await self.upstream.send_bytes(frame)
        if activity:
            self.touched()

    def _note(self, note: Note) -> None:
        self.metrics.count(note.channel, note.kind, note.outcome)
        if note.outcome not in _QUIET:
            log.info(
                "gate-message",
                channel=note.channel,
                kind=note.kind[:64],
                outcome=note.outcome,
                sha256=note.sha256,
                reason=note.reason,
                person_id=self.subject.person_id,
                runtime_id=self.subject.runtime_id,
                kernel_id=self.subject.kernel_id,
            )

    def _outcome(self, pump: asyncio.Task[Close]) -> Close:
        problem = pump.exception()
        if problem is None:
            return pump.result()
        if isinstance(problem, WebSocketDisconnect):
            return _CLIENT_LEFT
        if isinstance(problem, OSError):
            return CUT_OFF
        log.error("relay-failed", runtime_id=self.subject.runtime_id, exc_info=problem)
        return FAILED

    async def _explained(self, closing: Close) -> Close:
        """A broken connection is often the first sign that the runtime has ended: look why."""
        if closing is CUT_OFF:
            with suppress(TimeoutError):
                async with asyncio.timeout(EXPLAIN_SECONDS):
                    return await self._until_gone()
        return closing

    async def _close(self, closing: Close) -> None:
        if closing is not _CLIENT_LEFT:
            reason = closing.reason.encode()[:_MAX_REASON_BYTES].decode("utf-8", "ignore")
            # It may have left at the same moment.
            with suppress(OSError, WebSocketDisconnect, RuntimeError):
                await self.websocket.close(closing.code, reason)
        await hang_up(self.upstream)


async def hang_up(upstream: ClientWebSocketResponse[Any]) -> None:
    """Close the runtime's socket; one that reads no more is left to its end after a moment."""
    with suppress(TimeoutError):
        async with asyncio.timeout(HANG_UP_SECONDS):
            await upstream.close()


def _closing_for(message: WSMessageDecodeText, code: int | None) -> Close:
    """What the client is told when the runtime's socket ends: its own code where it gave one."""
    if code == WSCloseCode.MESSAGE_TOO_BIG:
        return OUTPUT_TOO_LARGE
    if code is None or code in {1005, 1006} or message.type is not WSMsgType.CLOSE:
        return CUT_OFF
    return Close(code, message.extra or "The runtime closed the connection.")
