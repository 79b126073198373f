"""The proxy is started when it is needed, killed without harm, and started anew."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

import pytest

from colonnade.host.egress.keeper import Keeper
from colonnade.observations import Observation
from colonnade.runtimes.egress.lists import shipped_lists
from colonnade.runtimes.egress.terms import EgressTerms, Mode

from .harness import PATIENCE_SECONDS, listening

TERMS = EgressTerms(Mode.OPEN, deny=shipped_lists())
ASK = b"CONNECT pool.supportxmr.com:443 HTTP/1.1\r\n\r\n"


class Kept:
    """A keeper that runs, and what it told."""

    def __init__(self) -> None:
        self.seen: list[Observation] = []
        self.keeper = Keeper(lambda seen, dropped: self.seen.append(seen))

    def guest(self, runtime: str, terms: EgressTerms = TERMS) -> int:
        """Open a runtime; its port."""
        listener, port = listening()
        self.keeper.open(runtime, listener, terms)
        return port


async def ask(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(ASK)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await reader.read()
    finally:
        writer.close()


async def until_refused(port: int) -> bool:
    """Whether nobody listens any more, after a moment."""
    for _ in range(100):
        try:
            await ask(port)
        except ConnectionError:
            return True
        await asyncio.sleep(0.02)
    return False


@pytest.fixture
async def kept() -> AsyncGenerator[Kept]:
    made = Kept()
    task = asyncio.create_task(made.keeper.keep())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_each_listener_is_one_runtime_s(kept: Kept) -> None:
    first, second = kept.guest("a" * 32), kept.guest("b" * 32, EgressTerms())
    assert b"mining-pools" in await ask(first)
    assert b"its class allows" in await ask(second)
    assert {one.runtime: one.attributes["reason"] for one in kept.seen} == {
        "a" * 32: "denied",
        "b" * 32: "not-allowed",
    }


async def test_without_a_runtime_no_proxy_runs(kept: Kept) -> None:
    await asyncio.sleep(0.05)
    assert kept.keeper.process_id is None


async def test_a_killed_proxy_leads_nowhere_and_comes_back(kept: Kept) -> None:
    port = kept.guest("a" * 32)
    await ask(port)
    first = kept.keeper.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)
    # What is asked meanwhile waits in the listener's queue, and is answered by the next proxy.
    assert b"mining-pools" in await ask(port)
    assert kept.keeper.process_id not in {None, first}


async def test_a_closed_runtime_is_cut_off(kept: Kept) -> None:
    port = kept.guest("a" * 32)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(ASK[:10])
    kept.guest("b" * 32)
    await ask(port)
    kept.keeper.close("a" * 32)
    with suppress(ConnectionResetError):
        assert await reader.read() == b""
    assert await until_refused(port)
    writer.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
async def test_the_proxy_owns_nothing(kept: Kept) -> None:
    await ask(kept.guest("a" * 32))
    lines = Path(f"/proc/{kept.keeper.process_id}/status").read_text().splitlines()  # noqa: ASYNC240
    status = dict(line.split(":\t", 1) for line in lines)
    assert set(status["Uid"].split()) == {"1199999"}
    assert int(status["CapEff"], 16) == 0
