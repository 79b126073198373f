"""The sensor listens to real sockets and tells hints."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager

import pytest

from colonnade.kit.errors import Unavailable
from colonnade.observations import Observation, Trust
from colonnade.sensors.hook import HookSensor, sensor
from colonnade.sensors.hook.channel import Limits
from colonnade.sensors.hook.sensor import Features
from colonnade.sensors.watched import Watched

HEAD = b'{"kind": "text", "origin": "%s", "language": "python"}\n'


class Reader:
    """Says of each text what it begins with."""

    async def read(self, source: str, language: str) -> Features:
        if source == "away":
            raise Unavailable("away")
        return [] if source == "plain" else [("word", source[:300])] * 10


@pytest.fixture
def ends() -> Generator[tuple[socket.socket, socket.socket]]:
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    mine.setblocking(False)
    with mine, theirs:
        yield mine, theirs


@asynccontextmanager
async def listening(end: socket.socket, **limits: float) -> AsyncGenerator[list[Observation]]:
    seen: list[Observation] = []
    used = iter(range(1_000_000))
    chosen = Limits(**limits) if limits else None  # pyright: ignore
    one = HookSensor(seen.append, Reader(), lambda _: float(next(used)), chosen)
    one.begin(Watched("r" * 32, 1, None, (), None, hook=end))
    task = asyncio.create_task(one.watch())
    yield seen
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    one.end("r" * 32)


async def until(seen: list[Observation], count: int) -> None:
    async with asyncio.timeout(10):
        while len(seen) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_features_are_told_as_json_that_fits_and_the_text_is_not(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    async with listening(ends[0]) as seen:
        ends[1].send(HEAD % b"computed" + b"q" * 5000)
        await until(seen, 1)
    (one,) = seen
    assert (one.kind, one.source, one.trust) == ("hook", "hook", Trust.IN_SANDBOX)
    assert len(one.subject) == 64
    text = str(one.attributes["features"])
    assert len(text) <= 1000
    assert json.loads(text) == [["word", "q" * 300]] * 3


async def test_what_shows_nothing_is_told_only_where_it_was_decoded(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    async with listening(ends[0]) as seen:
        for packet in (b"module\n", b"x"):
            ends[1].send(packet)
        ends[1].send(HEAD % b"module" + b"plain")
        ends[1].send(HEAD % b"computed" + b"plain ")
        ends[1].send(HEAD % b"literal" + b"more")
        await until(seen, 2)
    assert [one.attributes["origin"] for one in seen] == ["computed", "literal"]


async def test_a_channel_that_was_full_or_quiet_is_heard_again(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sensor, "MOST_A_SECOND", 2)
    async with listening(ends[0]) as seen:
        ends[1].send(b"")  # Looks like the end, and is none.
        for number in range(5):
            ends[1].send(HEAD % b"computed" + b"%d" % number)
        await until(seen, 5)
    assert len(seen) == 5


async def test_an_unread_text_and_a_closed_channel_are_gaps(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sensor, "METER_LOOKS", 1)
    async with listening(ends[0], silent=1) as seen:
        ends[1].send(HEAD % b"computed" + b"away")
        await asyncio.sleep(0.1)
        ends[1].close()
        await until(seen, 2)
    assert {one.subject for one in seen} == {"queue-full", "hook-silent"}
    silent = next(one for one in seen if one.subject == "hook-silent")
    assert silent.attributes["detail"] == "its channel is closed"
    assert silent.trust is Trust.IN_SANDBOX
