"""A runtime's server that was replaced by a hostile one, in a real sandbox of a whole platform.

Whatever it answers, its owner gets a clear error within bounds, and another person's runtime goes
on working.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bench.people import add_people
from colonnade.runtimes.environments.recipes import recipe
from colonnade.runtimes.environments.shelf import MANIFEST, Manifest, place
from support import hostile_server
from support.kernels import Api, api
from support.neighbours import bounded_memory, neighbour
from support.serving import Platform, platform

pytestmark = pytest.mark.sandbox

SECTION = {"hostile": {"requirements": ["nothing"]}}
CONFIGURATION = """
[environments.hostile]
requirements = ["nothing"]

[runtimes]
cpu_overcommit = 100

[[runtimes.classes]]
name = "python3"
display_name = "Python 3"
memory = "1 GiB"
pool = 0

[[runtimes.classes]]
name = "hostile"
display_name = "Replaced"
environment = "hostile"
memory = "256 MiB"
disk = 0
pool = 0
"""
PATIENCE_SECONDS = 20
"""Longer than a route waits for a runtime (5 s); a route without a bound never ends."""
SCRIPT = """#!/bin/sh
exec {python} -I -S /opt/environment/server.py
"""


def shelve(root: Path, default: Path) -> None:
    """A shelf with the default environment and one whose Python is the hostile server."""
    (root / default.name).symlink_to(default)
    wanted = recipe("hostile", SECTION)
    folder = place(root, wanted)
    version = f"python3.{sys.version_info.minor}"
    (folder / "bin").mkdir(parents=True)
    (folder / "lib" / version / "site-packages" / "jupyter_server").mkdir(parents=True)
    home = Path(sys.base_prefix) / "bin"
    (folder / "pyvenv.cfg").write_text(f"home = {home}\n")
    (folder / "server.py").write_text(Path(hostile_server.__file__).read_text())
    (folder / "bin" / "python").write_text(SCRIPT.format(python=home / version))
    (folder / "bin" / "python").chmod(0o755)
    now = datetime.now(UTC)
    manifest = Manifest(
        name="hostile", date=now.date(), digest=wanted.digest, python="", built=now, packages=[]
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json())


@pytest.fixture(scope="module")
def colonnade(tmp_path_factory: pytest.TempPathFactory, environment: Path) -> Iterator[Platform]:
    """A platform with a class whose runtimes are hostile."""
    folder = tmp_path_factory.mktemp("c")
    shelf = folder / "shelf"
    shelf.mkdir()
    shelve(shelf, environment)
    with platform(folder, shelf, CONFIGURATION) as running:
        yield running


async def attacked(colonnade: Platform, token: str, mode: str) -> dict[str, int]:
    """The status of every route that asks the runtime, while its server answers as `mode` says."""
    async with api(colonnade.address, token) as mallory:
        kernel = await mallory.start_kernel(f"{mode}/work.ipynb", "hostile")
        routes = {
            "kernels": ("GET", "/api/kernels"),
            "kernel": ("GET", f"/api/kernels/{kernel}"),
            "sessions": ("GET", "/api/sessions"),
            "status": ("GET", "/api/status"),
            "runtimes": ("GET", "/api/v1/runtimes"),
            "terminals": ("GET", "/api/terminals"),
            "a new terminal": ("POST", "/api/terminals"),
            "interrupt": ("POST", f"/api/kernels/{kernel}/interrupt"),
        }
        if mode not in ENDLESS:
            routes["restart"] = ("POST", f"/api/kernels/{kernel}/restart")
        async with asyncio.timeout(PATIENCE_SECONDS):
            answers = await asyncio.gather(*(mallory.call(*asked) for asked in routes.values()))
        statuses = dict(zip(routes, (status for status, _ in answers), strict=True))
        if mode not in ENDLESS:
            statuses["socket"] = await _socket(mallory, kernel)
        statuses["end"], _ = await mallory.call("DELETE", f"/api/kernels/{kernel}")
    for status, body in answers:
        assert status < 400 or body["message"], body
    return statuses


async def _socket(mallory: Api, kernel: str) -> int:
    address = f"{mallory.address}/api/kernels/{kernel}/channels"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with asyncio.timeout(PATIENCE_SECONDS), mallory.http.ws_connect(address):
            pass
    return refused.value.status


ENDLESS = {"silent", "slow-header", "slow-body", "interim-answers"}
"""These make a new kernel (30 s) and a socket (75 s) wait to the end of what they may take."""
OF_US = dict.fromkeys(("kernels", "kernel", "sessions", "status", "runtimes", "terminals"), 200)
MEANINGLESS = {"a-page", "deep", "other-shapes", "unasked-upgrade", "a-bomb"}
"""Where only the status of an answer counts, these answers do."""


async def test_every_route_answers_whatever_the_server_says(colonnade: Platform) -> None:
    modes = sorted(hostile_server.ANSWERS)
    tokens = await add_people(colonnade.data, [f"person-{mode}" for mode in modes])
    async with neighbour(colonnade) as printed, bounded_memory(colonnade):
        work = (attacked(colonnade, *one) for one in zip(tokens, modes, strict=True))
        seen = dict(zip(modes, await asyncio.gather(*work), strict=True))
    for mode, statuses in seen.items():
        done = mode in MEANINGLESS
        expected = {**OF_US, "a new terminal": 503, "interrupt": 204 if done else 503, "end": 204}
        if mode not in ENDLESS:
            expected |= {"restart": 200 if done else 503, "socket": 503}
        assert statuses == expected, mode
    assert set(printed) == {"42\n"}


async def flooded(colonnade: Platform, token: str, mode: str) -> str:
    """A client of a kernel whose server sends such frames: how it ended, or 'open'."""
    async with api(colonnade.address, token) as mallory:
        kernel = await mallory.start_kernel(f"{mode}/work.ipynb", "hostile")
        address = f"{mallory.address}/api/kernels/{kernel}/channels"
        async with mallory.http.ws_connect(address, max_msg_size=0, autoping=False) as socket:
            await asyncio.sleep(2)  # A slow reader: what is not taken must not pile up.
            with suppress(TimeoutError):
                async with asyncio.timeout(3):
                    while (await socket.receive()).type not in CLOSED:  # noqa: ASYNC110
                        await asyncio.sleep(0)
            ended = str(socket.close_code) if socket.closed else "open"
        await mallory.call("DELETE", f"/api/kernels/{kernel}")
        return ended


CLOSED = {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED}
CODES = {
    "ws-flood": "open",
    "ws-endless-message": "1009",
    "ws-huge-frame": "1009",
    "ws-pings": "open",
    "ws-no-text": "1011",
    "ws-odd-frames": "1011",
    "ws-half-a-frame": "1011",
    "ws-silent": "open",
    "ws-odd-close": "1011",
}


async def test_no_frame_of_a_server_harms_more_than_its_own_socket(colonnade: Platform) -> None:
    modes = sorted(hostile_server.FRAMES)
    tokens = await add_people(colonnade.data, [f"person-{mode}" for mode in modes])
    async with neighbour(colonnade) as printed, bounded_memory(colonnade):
        work = (flooded(colonnade, *one) for one in zip(tokens, modes, strict=True))
        seen = dict(zip(modes, await asyncio.gather(*work), strict=True))
    assert seen == CODES
    assert set(printed) == {"42\n"}
