"""What is left out around a cell is missed by nobody: order, text, state and history are whole."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest

from colonnade.runtimes.local import LocalEngine
from support.kernels import KernelSocket, Message

from .conftest import Kernel

pytestmark = pytest.mark.sandbox


@pytest.fixture
async def socket(engine: LocalEngine, shared: str, kernel: Kernel) -> AsyncGenerator[KernelSocket]:
    """A client of the shared runtime's kernel."""
    async with (
        aiohttp.ClientSession(connector=engine.connector(shared)) as session,
        session.ws_connect(f"http://runtime/api/kernels/{kernel.id}/channels") as opened,
    ):
        yield KernelSocket(opened, "s")


async def run(socket: KernelSocket, code: str) -> list[Message]:
    """All that the kernel says about `code`, in the order in which it arrives."""
    asked = await socket.execute(code)
    seen: list[Message] = []

    def complete(message: Message) -> bool:
        if message["parent_header"].get("msg_id") == asked:
            seen.append(message)
        states = {one["content"].get("execution_state") for one in seen}
        return "idle" in states and any(one["msg_type"] == "execute_reply" for one in seen)

    await socket.until(complete)
    return seen


def outputs(messages: list[Message]) -> list[str]:
    around = {"status", "execute_input", "execute_reply"}
    return [one["msg_type"] for one in messages if one["msg_type"] not in around]


def printed(messages: list[Message], name: str = "stdout") -> str:
    streams = [one["content"] for one in messages if one["msg_type"] == "stream"]
    return "".join(content["text"] for content in streams if content["name"] == name)


async def test_output_comes_in_the_order_in_which_it_was_made(socket: KernelSocket) -> None:
    seen = await run(
        socket,
        "import sys\nprint('a')\ndisplay(1)\nprint('b', file=sys.stderr)\n"
        "display(2)\nprint('c')\n3",
    )
    wanted = ["stream", "display_data", "stream", "display_data", "stream", "execute_result"]
    assert outputs(seen) == wanted
    assert (printed(seen), printed(seen, "stderr")) == ("a\nc\n", "b\n")


async def test_what_threads_and_programs_print_arrives_as_well(socket: KernelSocket) -> None:
    seen = await run(
        socket,
        "import threading, subprocess, os\n"
        "one = threading.Thread(target=print, args=('thread',)); one.start(); one.join()\n"
        "_ = os.system('echo program')\n"
        "import time; time.sleep(0.5)",
    )
    assert set(printed(seen).split()) == {"thread", "program"}


async def test_a_flush_waits_for_what_was_printed(socket: KernelSocket) -> None:
    seen = await run(
        socket,
        "import sys\nassert type(sys.stdout).__module__ == 'colonnade_output'\n"
        "for number in range(50):\n    print(number, end=' ', flush=True)\n"
        "assert not sys.stdout._buffers and not sys.stdout.pub_thread._events",
    )
    assert printed(seen).split() == [str(number) for number in range(50)]


async def test_cells_that_await_run(socket: KernelSocket) -> None:
    seen = await run(socket, "import asyncio\nawait asyncio.sleep(0)\n'awaited'")
    [result] = [one for one in seen if one["msg_type"] == "execute_result"]
    assert result["content"]["data"] == {"text/plain": "'awaited'"}


async def test_the_history_of_earlier_cells_is_complete(socket: KernelSocket) -> None:
    await run(socket, "first_line_of_history = 1")
    seen = await run(socket, "%history -g first_line_of")
    assert "first_line_of_history = 1" in printed(seen)


async def test_the_server_knows_when_the_kernel_is_busy(
    socket: KernelSocket, kernel: Kernel
) -> None:
    async def state() -> dict[str, Any]:
        async with kernel.session.get(f"http://runtime/api/kernels/{kernel.id}") as answer:
            return await answer.json()

    async def until(wanted: str) -> dict[str, Any]:
        async with asyncio.timeout(10):
            while (seen := await state())["execution_state"] != wanted:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return seen

    before = await until("idle")
    await socket.execute("import time; time.sleep(1); print('still here')")
    assert (await until("busy"))["last_activity"] > before["last_activity"]
    await socket.until(lambda one: one["msg_type"] == "execute_reply")
    assert (await until("idle"))["last_activity"] > before["last_activity"]
    await kernel.restart()
    assert (await until("idle"))["execution_state"] == "idle"


async def test_a_long_text_comes_in_pieces_and_whole(socket: KernelSocket) -> None:
    seen = await run(socket, "print('x' * 600_000 + 'end', end='')")
    texts = [one["content"]["text"] for one in seen if one["msg_type"] == "stream"]
    assert max(map(len, texts)) <= 256 << 10
    assert "".join(texts) == "x" * 600_000 + "end"


async def test_who_prints_more_than_can_be_taken_waits(socket: KernelSocket) -> None:
    seen = await run(
        socket,
        "import sys, colonnade_output, types, time\n"
        "waits = []\n"
        "clock = types.SimpleNamespace(sleep=waits.append, monotonic=time.monotonic)\n"
        "colonnade_output.time = clock\n"
        "for _ in range(3): print('x' * (1 << 20))\n"
        "few = len(waits)\n"
        "sys.stdout._left = 0.0\n"
        "for _ in range(3): print('x' * (1 << 20))\n"
        "colonnade_output.time = time\n"
        "display((few, len(waits), 0 < waits[-1] < 1))",
    )
    [shown] = [one for one in seen if one["msg_type"] == "display_data"]
    assert shown["content"]["data"]["text/plain"] == "(0, 3, True)"


HELD = """
import os, time
def of_server():
    with open(f"/proc/{os.getppid()}/status") as file:
        return next(int(line.split()[1]) >> 10 for line in file if line.startswith("VmRSS"))
before = of_server()
"""
SHOW = """
time.sleep(0.5)
for number in range(300):
    display({"text/plain": f"{number:06}" * 160_000}, raw=True)
time.sleep(2)
held = of_server() - before
display(held)
"""
"""288 MB. It says how many of them are in the server's memory once the kernel has said them all."""


async def test_what_a_client_does_not_take_waits_in_the_kernel_and_comes_whole(
    socket: KernelSocket,
) -> None:
    await run(socket, HELD)
    asked = await socket.execute(SHOW)
    await asyncio.sleep(5)
    seen = await socket.until(
        lambda one: (
            one["msg_type"] == "status"
            and one["parent_header"].get("msg_id") == asked
            and one["content"]["execution_state"] == "idle"
        )
    )
    shown = [
        one["content"]["data"]["text/plain"] for one in seen if one["msg_type"] == "display_data"
    ]
    assert [text[:6] for text in shown[:-1]] == [f"{number:06}" for number in range(300)]
    assert int(shown[-1]) < 150


async def test_so_does_what_is_said_while_no_client_is_there(
    engine: LocalEngine, shared: str, kernel: Kernel
) -> None:
    address = f"http://runtime/api/kernels/{kernel.id}/channels"
    async with aiohttp.ClientSession(connector=engine.connector(shared)) as session:
        async with session.ws_connect(address) as opened:
            socket = KernelSocket(opened, "s")
            await run(socket, HELD)
            await socket.execute(SHOW)
        await asyncio.sleep(4)
    assert int(await kernel.run("print(held)")) < 150
