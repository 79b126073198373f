"""A program that prints without end, on a whole platform: its neighbours and the platform go on."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from bench.people import add_people
from support.kernels import Api, api
from support.neighbours import bounded_memory, neighbour
from support.serving import Platform, platform

pytestmark = pytest.mark.sandbox

CONFIGURATION = """
[runtimes]
cpu_overcommit = 100

[[runtimes.classes]]
name = "python3"
display_name = "Python 3"
cpus = 1
memory = "512 MiB"
pool = 0
"""
FLOODS = {
    "text": "while True: print('x' * 1000)",
    "displays": "from IPython.display import HTML, display\nwhile True: display(HTML('x' * 9999))",
    "errors": "import sys\nwhile True: sys.stderr.write('x' * 100)",
}
READERS = ("eager", "slow", "gone")
FLOOD_SECONDS = 4


@pytest.fixture(scope="module")
def colonnade(tmp_path_factory: pytest.TempPathFactory, environment: Path) -> Iterator[Platform]:
    """A platform whose runtimes are small enough to be filled."""
    folder = tmp_path_factory.mktemp("c")
    with platform(folder, environment.parent, CONFIGURATION) as running:
        yield running


@pytest.fixture
async def mallory(colonnade: Platform, request: pytest.FixtureRequest) -> AsyncGenerator[Api]:
    """Somebody new for each test."""
    (token,) = await add_people(colonnade.data, [f"m-{abs(hash(request.node.name))}"])
    async with api(colonnade.address, token) as client:
        yield client


@pytest.mark.parametrize(
    ("flood", "reader"),
    [
        ("text", "slow"),
        ("displays", "eager"),
        *(pytest.param("text", reader, marks=pytest.mark.deep) for reader in ("eager", "gone")),
        *(pytest.param("displays", reader, marks=pytest.mark.deep) for reader in ("slow", "gone")),
        *(pytest.param("errors", reader, marks=pytest.mark.deep) for reader in READERS),
    ],
)
async def test_a_kernel_that_prints_without_end(
    colonnade: Platform, mallory: Api, flood: str, reader: str
) -> None:
    kernel_id = await mallory.start_kernel()
    async with neighbour(colonnade) as printed, bounded_memory(colonnade):
        async with mallory.kernel(kernel_id, "tab") as socket:
            await socket.execute(FLOODS[flood])
            await _wait(socket.socket, reader)
        if reader == "gone":
            await asyncio.sleep(FLOOD_SECONDS)
    assert set(printed) == {"42\n"}
    await _still_runs(mallory)


@pytest.mark.parametrize("reader", ["slow", pytest.param("eager", marks=pytest.mark.deep)])
async def test_a_terminal_that_prints_without_end(
    colonnade: Platform, mallory: Api, reader: str
) -> None:
    await mallory.start_kernel()
    status, terminal = await mallory.call("POST", "/api/terminals")
    assert status == 200
    address = f"{mallory.address}/terminals/websocket/{terminal['name']}"
    async with (
        neighbour(colonnade) as printed,
        bounded_memory(colonnade),
        mallory.http.ws_connect(address, max_msg_size=0) as socket,
    ):
        await socket.send_json(["stdin", "yes 'so much to say'\r"])
        await _wait(socket, reader)
    assert set(printed) == {"42\n"}
    await _still_runs(mallory)


async def _still_runs(mallory: Api) -> None:
    """What cannot be kept costs the kernel at most, not its runtime."""
    _, told = await mallory.call("GET", "/api/v1/runtimes")
    (runtime,) = told["runtimes"]
    assert runtime["state"] == "running", runtime["stop_reason"]


async def _wait(socket: aiohttp.ClientWebSocketResponse, reader: str) -> None:
    """For a while, as this kind of client does."""
    if reader == "eager":
        await _read(socket)
    elif reader == "slow":
        await asyncio.sleep(FLOOD_SECONDS)


async def _read(socket: aiohttp.ClientWebSocketResponse) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(FLOOD_SECONDS):
            while True:
                await socket.receive()
                await asyncio.sleep(0)  # There is always more; the clock must be heard too.
