"""Nothing is lost when a process of ours ends without saying good-bye."""

import asyncio
from contextlib import suppress

import aiohttp
import pytest

from support.kernels import Api, api, text_of
from support.serving import Platform

pytestmark = pytest.mark.sandbox

NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


async def test_kernel_variables_and_output_survive_a_killed_control_plane(
    colonnade: Platform,
) -> None:
    token = colonnade.token("admin")
    async with api(colonnade.address, token) as before:
        kernel = await before.start_kernel("crash.ipynb")
        async with before.kernel(kernel, "same-tab") as socket:
            await socket.run("kept = 41")
            asked = await socket.execute(
                "import time\nfor tick in range(12):\n    print('tick', tick, flush=True)\n"
                "    time.sleep(0.25)\nkept += 1"
            )
            await socket.until(lambda message: "tick 1" in str(message["content"]))
            colonnade.kill()
            with suppress(AssertionError, aiohttp.ClientError):
                await socket.until(lambda _: False)

    colonnade.start()
    async with api(colonnade.address, token) as after:
        assert kernel in [one["id"] for one in (await after.call("GET", "/api/kernels"))[1]]
        async with after.kernel(kernel, "same-tab") as socket:
            missed = await socket.until(lambda message: "tick 11" in str(message["content"]))
            assert all(one["parent_header"]["msg_id"] == asked for one in missed)
            assert text_of(await socket.run("print(kept)")) == "42\n"


SAVES_BEFORE_THE_KILL = 5


async def test_every_acknowledged_save_survives_a_killed_control_plane(
    colonnade: Platform,
) -> None:
    token = colonnade.token("admin")
    acknowledged = await save_until_killed(colonnade, token)

    colonnade.start()
    async with api(colonnade.address, token) as after:
        _, model = await after.call("GET", "/api/contents/saves.ipynb")
        assert model["content"]["metadata"]["number"] >= acknowledged > 0


async def save_until_killed(colonnade: Platform, token: str) -> int:
    """Save one notebook over and over, kill the control plane meanwhile; the last number kept."""
    acknowledged = 0
    async with api(colonnade.address, token) as before:
        with suppress(aiohttp.ClientError, ConnectionError):
            for number in range(1, 100_000):
                await save(before, number)
                acknowledged = number
                if number == SAVES_BEFORE_THE_KILL:
                    # A moment later, so that it strikes while some other save is under way.
                    asyncio.get_running_loop().call_later(0.3, colonnade.kill)
    return acknowledged


async def save(before: Api, number: int) -> None:
    """Save the notebook with `number` in its metadata."""
    content = {**NOTEBOOK, "metadata": {"number": number}}
    status, answer = await before.call(
        "PUT",
        "/api/contents/saves.ipynb",
        json={"type": "notebook", "format": "json", "content": content},
    )
    assert status in {200, 201}, answer


async def test_a_killed_host_is_told_and_replaced(colonnade: Platform) -> None:
    token = colonnade.token("admin")
    async with api(colonnade.address, token) as client:
        kernel = await client.start_kernel("lost.ipynb")
        async with client.kernel(kernel) as socket:
            colonnade.kill_host()
            with pytest.raises(AssertionError, match="CLOSE"):
                await socket.until(lambda _: False)

        replacement = await client.start_kernel("found.ipynb")
        async with client.kernel(replacement) as socket:
            assert text_of(await socket.run("print('again')")) == "again\n"
        _, listed = await client.call("GET", "/api/v1/runtimes")
        lost = [one for one in listed["runtimes"] if one["kernel_id"] == kernel]
        assert all(one["stop_reason"] for one in lost)
