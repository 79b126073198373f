"""Terminals and stock clients through the gate."""

import asyncio
import json
from collections.abc import AsyncGenerator

import aiohttp
import nbformat
import pytest
from jupyter_kernel_client import JupyterKernelClient
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.gateway.managers import GatewayKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import v4

from colonnade.gate.gate import MOST_SOCKETS
from colonnade.runtimes.terminal_names import public_name

from .harness import PATIENCE_SECONDS, RUNTIME_ID, Served


class Terminal:
    """A client of a terminal."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket, self.shown = socket, ""

    async def types(self, text: str) -> None:
        await self.socket.send_str(json.dumps(["stdin", text]))

    async def shows(self, text: str) -> str:
        """Everything shown, once `text` is among it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while text not in self.shown:
                kind, *rest = json.loads(await self.socket.receive_str())
                if kind == "stdout":
                    self.shown += rest[0]
        return self.shown


@pytest.fixture
async def terminal(served: Served, http: aiohttp.ClientSession) -> AsyncGenerator[Terminal]:
    """A fresh terminal through the gate."""
    name = (await served.server.ask("POST", "/api/terminals"))["name"]
    public = public_name(RUNTIME_ID, name)
    async with http.ws_connect(f"ws://{served.address}/terminals/websocket/{public}") as socket:
        yield Terminal(socket)
    await served.server.ask("DELETE", f"/api/terminals/{name}")


async def test_a_terminal_runs_what_is_typed(terminal: Terminal, served: Served) -> None:
    await terminal.types("echo $((6 * 7))\r")
    await terminal.shows("42")
    assert served.judge.asked[-1].source == "echo $((6 * 7))"


async def test_a_refused_line_does_not_run_and_says_why(terminal: Terminal) -> None:
    await terminal.types("echo EVIL-$((6 * 7))\r")
    await terminal.shows("Clause 1, rule EVIL")
    await terminal.types("echo next-$((1 + 1))\r")
    assert "EVIL-42" not in await terminal.shows("next-2")


async def test_a_pasted_script_stops_at_the_refused_line(terminal: Terminal) -> None:
    await terminal.types("echo a-$((1 + 1))\recho EVIL-$((1 + 1))\recho c-$((1 + 1))\r")
    await terminal.shows("Clause 1, rule EVIL")
    await terminal.types("echo d-$((1 + 1))\r")
    shown = await terminal.shows("d-2")
    assert "a-2" in shown
    assert "EVIL-2" not in shown
    assert "c-2" not in shown


async def test_what_ran_in_the_terminal_is_known_to_the_judge(
    terminal: Terminal, served: Served
) -> None:
    await terminal.types("cd /tmp\rls\r")
    await terminal.types("echo done-$((1 + 1))\r")
    await terminal.shows("done-2")
    assert served.judge.asked[-1].earlier == ("cd /tmp", "ls")


CELLS = ["import time; time.sleep(0.3)", "print('EVIL')", "print('after')"]


def in_a_client(served: Served, kernel_id: str) -> list[dict[str, object]]:
    # Without a timeout its `stop` waits 10 seconds now and then, for stock servers too.
    with JupyterKernelClient(
        server_url=f"http://{served.address}",
        token="t",
        kernel_id=kernel_id,
        client_kwargs={"timeout": 5},
    ) as kernel:
        return [kernel.execute(code) for code in ("x = 2", "print(x * 21)", "'EVIL'")]


async def test_jupyter_kernel_client_works_unchanged(served: Served, kernel_id: str) -> None:
    _, printed, refused = await asyncio.to_thread(in_a_client, served, kernel_id)
    assert printed["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "42\n"}]
    assert refused["status"] == "error"
    [error] = refused["outputs"]  # pyright: ignore
    assert error["traceback"][0] == "Clause 1, rule EVIL"


def in_nbclient(served: Served) -> nbformat.NotebookNode:
    GatewayClient.clear_instance()
    GatewayClient.instance().url = f"http://{served.address}"
    notebook = v4.new_notebook(cells=[v4.new_code_cell(code) for code in CELLS])
    manager = GatewayKernelManager()
    runner = NotebookClient(notebook, km=manager)
    with pytest.raises(CellExecutionError, match="Clause 1, rule EVIL"):
        runner.execute()
    GatewayClient.clear_instance()
    return notebook


async def test_nbclient_stops_at_a_refused_cell(served: Served) -> None:
    notebook = await asyncio.to_thread(in_nbclient, served)
    assert notebook.cells[1].outputs[0].ename == "RefusedByPolicy"
    assert notebook.cells[2].outputs == []


async def test_words_of_the_platform_reach_whoever_works_with_the_runtime(
    terminal: Terminal, served: Served
) -> None:
    await terminal.types("echo $((6 * 7))\r")
    await terminal.shows("42")
    served.gate.tell(RUNTIME_ID, "A connection was not made.")
    served.gate.tell("f" * 32, "For somebody else.")
    assert "somebody else" not in await terminal.shows("A connection was not made.")


async def test_a_runtime_has_a_bounded_number_of_sockets(
    served: Served, http: aiohttp.ClientSession, kernel_id: str
) -> None:
    address = f"ws://{served.address}/api/kernels/{kernel_id}/channels"
    opened = [await http.ws_connect(address) for _ in range(MOST_SOCKETS)]
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(address)
    assert refused.value.status == 429
    await asyncio.gather(*(socket.close() for socket in opened))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while served.gate.sockets_of(RUNTIME_ID):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await (await http.ws_connect(address)).close()
