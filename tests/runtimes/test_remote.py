"""The way to a runtime's Jupyter server, tried on a stock one."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest

from colonnade.kit.errors import Unavailable
from colonnade.runtimes.remote import RuntimeServer
from support.waiting import until


@pytest.fixture
async def server(environment: Path, tmp_path: Path) -> AsyncGenerator[RuntimeServer]:
    folder = Path(tempfile.mkdtemp(prefix="jp"))
    socket = folder / "server"
    process = await asyncio.create_subprocess_exec(
        *(environment / "bin" / "python", "-m", "jupyter_server", "--no-browser", "--allow-root"),
        *(f"--ServerApp.sock={socket}", "--IdentityProvider.token=", f"--notebook-dir={tmp_path}"),
        *("--ServerApp.disable_check_xsrf=True", "--ServerApp.allow_remote_access=True"),
        env={"HOME": str(folder), "PATH": f"{environment / 'bin'}:/usr/bin:/bin"},
        stderr=asyncio.subprocess.DEVNULL,
    )
    await until(socket.exists, 60)
    server = RuntimeServer(aiohttp.UnixConnector(str(socket)))
    yield server
    await server.close()
    process.terminate()
    await process.wait()
    shutil.rmtree(folder)


async def test_a_kernel_is_started_told_asked_and_restarted(
    server: RuntimeServer, tmp_path: Path
) -> None:
    kernel_id = await server.start_kernel()
    done = tmp_path / "done"
    await server.run_silently(kernel_id, f"open({str(done)!r}, 'w').close()")
    assert done.exists()
    (answer,) = await server.kernels()
    assert str(answer.id) == kernel_id
    assert answer.execution_state in {"idle", "busy"}
    await server.interrupt(kernel_id)
    await server.restart(kernel_id)
    assert [str(one.id) for one in await server.kernels()] == [kernel_id]


async def test_a_server_that_is_away_is_unavailable(tmp_path: Path) -> None:
    server = RuntimeServer(aiohttp.UnixConnector(str(tmp_path / "nobody")))
    for ask in (server.kernels(), server.start_kernel(), server.run_silently("x", "pass")):
        with pytest.raises(Unavailable):
            await ask
    await server.close()
    with pytest.raises(Unavailable):
        await server.kernels()


async def test_a_server_that_reads_no_more_cannot_keep_its_connections_open(
    tmp_path: Path,
) -> None:
    opened = asyncio.Event()

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reader._transport.pause_reading()  # pyright: ignore
        opened.set()

    listener = await asyncio.start_unix_server(deaf, str(tmp_path / "deaf"), limit=1)
    server = RuntimeServer(aiohttp.UnixConnector(str(tmp_path / "deaf")))
    asking = asyncio.ensure_future(
        server.session.post("http://runtime/api/kernels", data=b"x" * (32 << 20))
    )
    await opened.wait()
    async with asyncio.timeout(20):
        await server.close()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    listener.close()
