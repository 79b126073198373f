"""Listens to every runtime's channel and tells what the texts that come over it show.

What is read a second is bounded for each runtime; what is beyond stays in the channel, whose sender
then drops it. Texts are read one at a time, whichever runtime has waited longest: a hostile one
takes its share of the reader and no more.
"""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from socket import socket
from typing import Protocol

from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.errors import Unavailable
from colonnade.observations import Observation, Trust
from colonnade.observations.vocabulary import GAP, HOOK, HOOK_SENSOR
from colonnade.sensors.hook.channel import Channel, Gap, Limits
from colonnade.sensors.hook.packets import MAX_PACKET_BYTES, URGENT, Text
from colonnade.sensors.watched import Tell, Watched

MOST_A_SECOND = 200
LOOK_SECONDS = 1.0
METER_LOOKS = 15
"""Looks between two readings of the processor's time."""
FEATURE_CHARACTERS = 1000
"""As much as the ledger keeps in an attribute."""

Features = Sequence[tuple[str, str]]
"""Kinds and values as `detection` knows them, the most telling first."""


Attributes = dict[str, str | int | float | bool]


class Reads(Protocol):
    """Says what a hostile text shows, in a process that can be killed."""

    async def read(self, source: str, language: str) -> Features:
        """Features of `source`; what exceeds its budget is opaque. Raises Unavailable."""
        ...


class Meters(Protocol):
    """Knows what a runtime has used."""

    def __call__(self, watched: Watched) -> float:
        """Processor time in seconds since it began."""
        ...


class _Listening:
    """One runtime that is heard."""

    def __init__(self, watched: Watched, end: socket, channel: Channel) -> None:
        self.watched, self.end, self.channel = watched, end, channel
        self.left = MOST_A_SECOND
        self.used = 0.0


class HookSensor:
    """See `sensors.watched.Sensor`. Observations are hints: their trust is `in-sandbox`."""

    name = HOOK_SENSOR

    def __init__(
        self,
        tell: Tell,
        reads: Reads,
        meters: Meters,
        limits: Limits | None = None,
        clock: Clock = utcnow,
    ) -> None:
        self._tell, self._reads, self._meters, self._clock = tell, reads, meters, clock
        self._limits = limits or Limits()
        self._heard: dict[str, _Listening] = {}
        self._more = asyncio.Event()

    def begin(self, watched: Watched) -> None:
        """Listen to this runtime."""
        if watched.hook is not None:
            self.end(watched.runtime)
            channel = Channel(_now(), self._limits)
            self._heard[watched.runtime] = one = _Listening(watched, watched.hook, channel)
            one.used = self._meters(watched)
            asyncio.get_running_loop().add_reader(one.end, self._receive, one)

    def end(self, runtime: str) -> None:
        """Listen no more; the channel itself is not closed here."""
        if (one := self._heard.pop(runtime, None)) is not None:
            asyncio.get_running_loop().remove_reader(one.end)

    async def watch(self) -> None:
        """For ever: read texts, and look for what is missing."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read_for_ever())
            tasks.create_task(self._look_for_ever())

    def _receive(self, one: _Listening) -> None:
        try:
            packet = one.end.recv(MAX_PACKET_BYTES)
        except BlockingIOError:
            return
        except OSError:
            packet = b""
        one.left -= 1
        # An empty packet may be forged, and is all that comes from a channel that is closed.
        one.channel.closed = not packet
        if packet:
            one.channel.hear(packet, _now())
        if not packet or one.left <= 0:
            asyncio.get_running_loop().remove_reader(one.end)
        self._more.set()

    async def _look_for_ever(self) -> None:
        looks = 0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for one in list(self._heard.values()):
                self._look(one, meter=looks % METER_LOOKS == 0)
            looks += 1

    def _look(self, one: _Listening, meter: bool) -> None:
        one.left = MOST_A_SECOND
        # Begun anew after a second, a channel that was full or said nothing is heard again.
        asyncio.get_running_loop().add_reader(one.end, self._receive, one)
        if meter:
            one.used = self._meters(one.watched)
        for gap in one.channel.gaps(_now(), one.used):
            self._tell(self._gap(one.watched.runtime, gap))

    async def _read_for_ever(self) -> None:
        while True:
            await self._until_due()
            for one in list(self._heard.values()):
                if (text := one.channel.next(_now())) is not None:
                    await self._read(one, text)

    async def _until_due(self) -> None:
        waits = [one.channel.due(_now()) for one in self._heard.values()]
        soonest = min((wait for wait in waits if wait is not None), default=None)
        if soonest == 0:
            return
        self._more.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(soonest):
                await self._more.wait()

    async def _read(self, one: _Listening, text: Text) -> None:
        began = _now()
        try:
            source = text.source.decode("utf-8", "replace")
            features = await self._reads.read(source, text.language)
        except Unavailable:
            one.channel.lose()
            return
        finally:
            one.channel.read(_now() - began, _now())
        # A text that stands elsewhere and shows nothing is nothing new.
        if features or text.origin in URGENT:
            self._tell(self._observation(one.watched.runtime, text, features))

    def _observation(self, runtime: str, text: Text, features: Features) -> Observation:
        subject = sha256(text.source).hexdigest()
        return self._seen(
            HOOK, runtime, subject, {"origin": text.origin, "features": _packed(features)}
        )

    def _gap(self, runtime: str, gap: Gap) -> Observation:
        about: Attributes = {"count": gap.count, "detail": gap.detail, "sensor": HOOK_SENSOR}
        return self._seen(GAP, runtime, gap.what, about)

    def _seen(self, kind: str, runtime: str, subject: str, about: Attributes) -> Observation:
        trust = Trust.IN_SANDBOX
        return Observation(self._clock(), HOOK_SENSOR, trust, kind, runtime, subject, about)


def _packed(features: Features) -> str:
    """As many as fit, in order, as JSON."""
    kept: list[str] = []
    room = FEATURE_CHARACTERS
    for one in features:
        piece = json.dumps(one)
        room -= len(piece) + 2
        if room < 0:
            break
        kept.append(piece)
    return f"[{', '.join(kept)}]"


def _now() -> float:
    return asyncio.get_running_loop().time()
