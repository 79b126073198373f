"""A plain jupyter_server on this machine, with the runtimes' environment and without a sandbox."""

import json
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bench.kernels import BenchError, JupyterServer, connected
from bench.processes import free_port, running, tail, until

INSIDE = Path(__file__).parent / "inside"


@asynccontextmanager
async def plain_server(
    environment: Path, folder: Path, over: str, bounded: bool = False
) -> AsyncGenerator[JupyterServer]:
    """A started server and a client of it.

    environment: the virtual environment it runs under; folder: where it keeps its files; over:
    'unix' or 'tcp'; bounded: leave rate limits and high-water marks as a stock server has them.
    Raises BenchError when it does not start.
    """
    home = folder / f"plain-{over}{'-stock' if bounded else ''}"
    home.mkdir()
    token, port, unix_socket = secrets.token_hex(16), free_port(), str(home / "s")
    place = (
        [f"--ServerApp.sock={unix_socket}"]
        if over == "unix"
        else ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    )
    command = [
        environment / "bin" / "python",
        *("-m", "jupyter_server", "--allow-root", "--no-browser", f"--ServerApp.root_dir={home}"),
        *place,
        *([] if bounded else [f"--config={INSIDE / 'server_config.py'}"]),
    ]
    log = home / "log"
    async with (
        running(command, log, _environment(environment, home, token, bounded)),
        connected(
            "http://localhost" if over == "unix" else f"http://127.0.0.1:{port}",
            token,
            unix_socket if over == "unix" else None,
        ) as server,
    ):
        try:
            await until(lambda: answers(server.http, f"{server.address}/api/status"), "a server")
        except BenchError as problem:
            raise BenchError(f"plain jupyter_server: {problem}; {tail(log)}") from problem
        yield server


def _environment(environment: Path, home: Path, token: str, bounded: bool) -> dict[str, str]:
    shared = home / "share"
    if not bounded:
        kernel = shared / "kernels" / "python3"
        kernel.mkdir(parents=True)
        script = str(INSIDE / "unbounded_kernel.py")
        argv = [str(environment / "bin" / "python"), script, "-f", "{connection_file}"]
        kernel.joinpath("kernel.json").write_text(
            json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"})
        )
    return {
        "HOME": str(home),
        "JUPYTER_TOKEN": token,
        "JUPYTER_PATH": str(shared),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "run"),
    }


async def answers(http: aiohttp.ClientSession, address: str) -> bool:
    """Whether a server answers 200 at `address` by now."""
    try:
        async with http.get(address) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
