"""Uploads in chunks: nothing is shown before the last one."""

import base64
import json
import os
from pathlib import Path

import httpx

from .talking import names, notebook, owned_area, put


async def upload(
    client: httpx.AsyncClient, path: str, data: bytes, size: int
) -> list[httpx.Response]:
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    answers: list[httpx.Response] = []
    for index, part in enumerate(parts):
        body = {
            "type": "file",
            "format": "base64",
            "name": path,
            "chunk": -1 if index == len(parts) - 1 else index + 1,
            "content": base64.b64encode(part).decode(),
        }
        answers.append(await put(client, path, body))
    return answers


async def test_a_file_arrives_in_chunks(ada: httpx.AsyncClient, tmp_path: Path) -> None:
    data = os.urandom(50_000)
    answers = await upload(ada, "big.bin", data, 12_000)
    assert all(one.is_success for one in answers)
    assert answers[1].json()["size"] == 24_000
    assert (await owned_area(ada, tmp_path)).joinpath("big.bin").read_bytes() == data
    assert answers[-1].json()["size"] == 50_000


async def test_nothing_is_shown_before_the_last_chunk(ada: httpx.AsyncClient) -> None:
    body = {"type": "file", "format": "text", "content": "part", "chunk": 1}
    assert (await put(ada, "big.bin", body)).is_success
    assert names(await ada.get("/api/contents")) == []


async def test_chunks_out_of_order_are_refused(ada: httpx.AsyncClient) -> None:
    body = {"type": "file", "format": "text", "content": "part"}
    for chunk, status in ((2, 409), (-1, 409), (1, 200), (3, 409), (2, 200), (2, 409)):
        assert (await put(ada, "f.bin", {**body, "chunk": chunk})).status_code == status
    for chunk in (0, -2, "1", 1.5, True):
        assert (await put(ada, "f.bin", {**body, "chunk": chunk})).status_code == 400
    assert (await put(ada, "f.bin", {**body, "chunk": -1})).status_code == 201
    assert (await ada.get("/api/contents/f.bin")).json()["content"] == "part" * 3


async def test_an_uploaded_notebook_becomes_a_document(
    ada: httpx.AsyncClient, tmp_path: Path
) -> None:
    data = json.dumps(notebook("x = 1", "y = 2")).encode()
    answers = await upload(ada, "up.ipynb", data, 100)
    assert all(one.is_success for one in answers)
    whole = {"type": "file", "format": "base64", "content": base64.b64encode(data).decode()}
    assert (await put(ada, "whole.ipynb", whole)).status_code == 201
    for path in ("up.ipynb", "whole.ipynb"):
        model = (await ada.get(f"/api/contents/{path}")).json()
        assert model["type"] == "notebook"
        assert model["content"] == notebook("x = 1", "y = 2")
    assert list((await owned_area(ada, tmp_path)).iterdir()) == []
