"""A real jupyter_server with real kernels on a unix socket, and the gate before it."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

import aiohttp
import pytest

from .conversation import Conversation
from .harness import (
    PERSON,
    V1,
    AnnouncedServer,
    Client,
    JupyterServer,
    OneRuntime,
    Served,
    kernel_client,
    start_server,
)

Connect = Callable[..., Awaitable[Client]]


@pytest.fixture(scope="session")
def jupyter_server() -> Generator[JupyterServer]:
    """One server for the whole run; each test has a kernel of its own."""
    server = start_server()
    asyncio.run(server.until_up())
    yield server
    server.end()
    shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture
async def kernel_id(jupyter_server: JupyterServer) -> AsyncGenerator[str]:
    """A fresh kernel."""
    started = await jupyter_server.start_kernel()
    yield started
    await jupyter_server.end_kernel(started)


@pytest.fixture
async def served(jupyter_server: JupyterServer) -> AsyncGenerator[Served]:
    """The gate before the real server."""
    parts = Served(OneRuntime(jupyter_server, PERSON.person_id))
    server = AnnouncedServer(parts.app())
    serving = asyncio.create_task(server.serve())
    await server.answering.wait()
    parts.address = server.address
    yield parts
    server.should_exit = True
    await serving
    await parts.runtimes.close()


@pytest.fixture
async def http() -> AsyncGenerator[aiohttp.ClientSession]:
    """A client session of the test's own."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def connect(served: Served, kernel_id: str, http: aiohttp.ClientSession) -> Connect:
    """`await connect(subprotocol)` is a client of the fresh kernel through the gate."""

    async def connect(subprotocol: str | None = V1, session: str = "s1") -> Client:
        return await kernel_client(http, f"ws://{served.address}", kernel_id, subprotocol, session)

    return connect


@pytest.fixture(params=[None, V1], ids=["default", "v1"])
def subprotocol(request: pytest.FixtureRequest) -> str | None:
    """Both wire forms."""
    return request.param


@pytest.fixture
def talk() -> Conversation:
    """A conversation that has just begun, without a kernel."""
    return Conversation()
