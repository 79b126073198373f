"""Bad input gets a clear answer, loses nothing, and other people notice nothing of it."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from support.kernels import Api, api, text_of
from support.serving import Platform

pytestmark = pytest.mark.sandbox

GOOD = {"cells": [], "metadata": {"good": True}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
async def mallory(colonnade: Platform) -> AsyncGenerator[Api]:
    """Somebody who sends what nobody should."""
    async with person(colonnade, f"p-{uuid4().hex[:8]}") as someone:
        yield someone


@asynccontextmanager
async def person(colonnade: Platform, name: str) -> AsyncGenerator[Api]:
    """The API for a new person."""
    colonnade.command("user", "add", name)
    async with api(colonnade.address, colonnade.token(name)) as someone:
        yield someone


async def keep_a_good_notebook(someone: Api) -> None:
    """Save something that must still be there afterwards."""
    body = {"type": "notebook", "format": "json", "content": GOOD}
    status, _ = await someone.call("PUT", "/api/contents/good.ipynb", json=body)
    assert status == 201


async def assert_nothing_was_lost(someone: Api) -> None:
    """The good notebook is as it was, and the platform still works."""
    _, model = await someone.call("GET", "/api/contents/good.ipynb")
    assert model["content"]["metadata"]["good"] is True


def assert_clear(answer: object) -> None:
    """An answer for a person: what happened, in words."""
    assert isinstance(answer, dict), answer
    assert len(answer["message"]) > 20, answer


def deep_notebook() -> bytes:
    """A notebook that nests 100,000 deep."""
    deep = b"[" * 100_000 + b"]" * 100_000
    content = b'{"cells":[],"nbformat":4,"nbformat_minor":5,"metadata":{"deep":' + deep + b"}}"
    return b'{"type":"notebook","format":"json","content":' + content + b"}"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(deep_notebook(), id="100,000 deep"),
        pytest.param(b'{"type":"notebook","content":{"cells":7}}', id="invalid nbformat"),
        pytest.param(b'{"type":"notebook","content":', id="cut off"),
        pytest.param(b"\xff\xfe\x00", id="not UTF-8"),
        pytest.param(b"[]", id="not an object"),
    ],
)
async def test_a_notebook_that_cannot_be_understood_leaves_the_good_one(
    mallory: Api, body: bytes
) -> None:
    await keep_a_good_notebook(mallory)
    status, answer = await mallory.call("PUT", "/api/contents/good.ipynb", data=body)
    assert status in {400, 413}
    assert_clear(answer)
    await assert_nothing_was_lost(mallory)


async def test_a_notebook_of_a_gigabyte_is_refused_while_it_arrives(mallory: Api) -> None:
    await keep_a_good_notebook(mallory)
    sent = 0

    async def gigabyte() -> AsyncGenerator[bytes]:
        nonlocal sent
        piece = b" " * (1 << 20)
        for _ in range(1024):
            sent += len(piece)
            yield piece

    try:
        status, answer = await mallory.call("PUT", "/api/contents/good.ipynb", data=gigabyte())
        assert status == 413
        assert_clear(answer)
    except aiohttp.ClientError:
        pass  # The connection may be closed before the refusal is read.
    assert sent < 600 << 20
    await assert_nothing_was_lost(mallory)


@pytest.mark.parametrize(
    "path",
    ["a%00b.txt", "%2e%2e/other", "a/%2e%2e/%2e%2e/b", "%252e%252e/x", "..%5cx", "a//b"],
)
async def test_a_path_that_leads_elsewhere_is_refused(mallory: Api, path: str) -> None:
    from yarl import URL

    url = URL(f"{mallory.address}/api/contents/{path}", encoded=True)
    async with mallory.http.get(url) as answer:
        assert answer.status in {400, 404}
        assert_clear(await answer.json())


async def test_an_unknown_kernel_and_an_unknown_class_are_told(mallory: Api) -> None:
    status, answer = await mallory.call("GET", f"/api/kernels/{uuid4()}")
    assert status == 404
    assert_clear(answer)
    status, answer = await mallory.call("POST", "/api/kernels", json={"name": "no-such-class"})
    assert status == 404
    assert_clear(answer)


async def test_a_dead_runtime_is_told_and_others_go_on(colonnade: Platform, mallory: Api) -> None:
    async with person(colonnade, f"p-{uuid4().hex[:8]}") as neighbour:
        theirs = await neighbour.start_kernel("neighbour.ipynb")
        mine = await mallory.start_kernel("dead.ipynb")
        async with mallory.kernel(mine) as socket:
            kill_everything = (
                "import os, signal\n"
                "for pid in sorted(int(p) for p in os.listdir('/proc') if p.isdigit()):\n"
                "    if pid not in (1, os.getpid()):\n"
                "        os.kill(pid, signal.SIGKILL)\n"
            )
            await socket.execute(kill_everything)
            with pytest.raises(AssertionError, match="CLOSE"):
                await socket.until(lambda _: False)
        status, answer = await mallory.call("POST", f"/api/kernels/{mine}/interrupt")
        assert status in {404, 410, 503}
        assert_clear(answer)
        async with neighbour.kernel(theirs) as socket:
            assert text_of(await socket.run("print('fine')")) == "fine\n"


@pytest.mark.parametrize(
    ("protocol", "frame"),
    [
        pytest.param("", "{", id="default form, cut off"),
        pytest.param("", '{"channel":"shell","channel":"iopub"}', id="default form, twice"),
        pytest.param("", "[" * 100_000, id="default form, deep"),
        pytest.param("", b"\xff\xff\xff\xff", id="default form, binary, many buffers"),
        pytest.param("v1.kernel.websocket.jupyter.org", b"\xff" * 8, id="v1, all ones"),
        pytest.param("v1.kernel.websocket.jupyter.org", b"", id="v1, empty"),
    ],
)
async def test_a_malformed_frame_closes_one_socket_only(
    colonnade: Platform, mallory: Api, protocol: str, frame: str | bytes
) -> None:
    kernel = (await mallory.call("GET", "/api/kernels"))[1]
    kernel_id = kernel[0]["id"] if kernel else await mallory.start_kernel("frames.ipynb")
    url = f"{mallory.address}/api/kernels/{kernel_id}/channels"
    async with mallory.kernel(kernel_id) as bystander:
        async with mallory.http.ws_connect(url, protocols=[protocol] if protocol else []) as bad:
            await (bad.send_str(frame) if isinstance(frame, str) else bad.send_bytes(frame))
            while not bad.closed:
                await bad.receive(timeout=20)
            assert (bad.close_code or 0) >= 1002
        assert text_of(await bystander.run("print('fine')")) == "fine\n"


async def test_a_full_quota_is_told_and_half_a_file_is_not_left(
    colonnade: Platform, mallory: Api, tmp_path: Path
) -> None:
    body = {"type": "file", "format": "text", "content": "x" * (8 << 20)}
    statuses = set[int]()
    for number in range(40):
        status, answer = await mallory.call(
            "PUT", f"/api/contents/{number}.txt", data=json.dumps(body)
        )
        statuses.add(status)
        if status not in {200, 201}:
            break
    assert status == 507, statuses
    assert_clear(answer)
    _, folder = await mallory.call("GET", "/api/contents/")
    assert all(one["size"] == 8 << 20 for one in folder["content"] if one["type"] == "file")
