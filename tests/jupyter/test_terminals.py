"""A person's terminals, on a stock Jupyter server and on one that answers nonsense."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from aiohttp import web

from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Role
from colonnade.jupyter.terminals import Terminals
from colonnade.kit.errors import NotFound, Unavailable
from colonnade.runtimes.service import Runtimes

ADA = Identity("a" * 32, "ada", "Ada", Role.MEMBER)
BOB = Identity("b" * 32, "bob", "Bob", Role.MEMBER)
UNUSED = {"jupyterlab": False, "jupyter_lsp": False, "notebook_shim": False}
RUNTIME = "0123456789abcdef" * 2


class OneRuntime:
    """Ada holds one runtime, whose server is `session`; Bob holds none."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session
        self.touched: list[str] = []

    def runtimes_of(self, identity: Identity) -> list[str]:
        return [RUNTIME] if identity == ADA else []

    async def terminal_runtime(self, identity: Identity) -> str:
        return RUNTIME

    def http(self, runtime_id: str) -> aiohttp.ClientSession:
        return self.session

    def touch(self, runtime_id: str) -> None:
        self.touched.append(runtime_id)


@asynccontextmanager
async def terminals_on(socket: Path) -> AsyncGenerator[Terminals]:
    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(socket))) as session:
        yield Terminals(cast(Runtimes, OneRuntime(session)))


@pytest.fixture
async def stock(tmp_path: Path) -> AsyncGenerator[Terminals]:
    """Over a stock jupyter_server."""
    with tempfile.TemporaryDirectory(prefix="tm") as folder:
        socket = Path(folder) / "s"
        server = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "jupyter_server", f"--ServerApp.sock={socket}", "--allow-root"),
            *("--IdentityProvider.token=", "--ServerApp.open_browser=False"),
            *("--ServerApp.allow_remote_access=True", f"--ServerApp.jpserver_extensions={UNUSED}"),
            *("--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={tmp_path}"),
            stderr=asyncio.subprocess.DEVNULL,
            cwd=tmp_path,
        )
        try:
            async with terminals_on(socket) as terminals:
                await _until_up(terminals, socket)
                yield terminals
        finally:
            server.terminate()
            await server.wait()


async def _until_up(terminals: Terminals, socket: Path) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await terminals.get(ADA, f"{RUNTIME[:8]}-1")
            except NotFound:
                return
            except Unavailable:
                await asyncio.sleep(0.1)


@asynccontextmanager
async def answering(body: bytes, status: int = 200) -> AsyncGenerator[Terminals]:
    """Over a server that answers every request with `body`."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, status=status)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    with tempfile.TemporaryDirectory(prefix="tm") as folder:
        socket = Path(folder) / "s"
        await web.UnixSite(runner, str(socket)).start()
        async with terminals_on(socket) as terminals:
            yield terminals
        await runner.cleanup()


async def test_a_terminal_is_opened_listed_and_closed_by_its_public_name(stock: Terminals) -> None:
    opened = await stock.open(ADA, "")
    assert opened["name"].startswith(f"{RUNTIME[:8]}-")
    assert opened["last_activity"].endswith("Z")
    assert [each["name"] for each in await stock.all(ADA)] == [opened["name"]]
    assert (await stock.get(ADA, opened["name"]))["name"] == opened["name"]
    await stock.close(ADA, opened["name"])
    assert await stock.all(ADA) == []


async def test_another_persons_terminal_does_not_exist(stock: Terminals) -> None:
    opened = await stock.open(ADA, "")
    assert await stock.all(BOB) == []
    with pytest.raises(NotFound):
        await stock.get(BOB, opened["name"])
    with pytest.raises(NotFound):
        await stock.close(BOB, opened["name"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b'{"name": "../../x", "last_activity": "2026-01-01T00:00:00Z"}',
        b'[{"name": "1", "last_activity": "yesterday"}]',
        b"[" * 100_000,
        b" " * 300_000,
    ],
)
async def test_a_runtime_that_answers_nonsense_is_as_one_that_is_away(body: bytes) -> None:
    async with answering(body) as terminals:
        assert await terminals.all(ADA) == []
        with pytest.raises(Unavailable):
            await terminals.open(ADA, "")


async def test_a_redirect_is_not_followed() -> None:
    async with answering(b"[]", 302) as terminals:
        assert await terminals.all(ADA) == []


async def test_a_runtime_that_is_gone_is_passed_over(tmp_path: Path) -> None:
    async with terminals_on(Path("/nonexistent")) as terminals:
        assert await terminals.all(ADA) == []
        with pytest.raises(Unavailable):
            await terminals.open(ADA, "a")
