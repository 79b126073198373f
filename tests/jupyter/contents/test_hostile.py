"""Bad input gets a clear error and loses nothing; what is another's does not exist."""

import base64
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from colonnade.kit.database import Database
from support.databases import beside, held
from support.jupyter_app import People

from .talking import MIB, as_model, names, notebook, owned_area, put


@pytest.mark.parametrize(
    "address",
    [
        "a%00b.ipynb",
        "%2e%2e/x",
        "a/%2e%2e/b",
        "..%2fx",
        "a//b",
        "%5c..%5cx",
        "%252e%252e%252fx",
        "%ff%fe.ipynb",
        "%E2%80%AEbad.ipynb",
        "line%0Abreak",
        "x" * 256,
        "/".join("x" * 70),
    ],
)
async def test_a_path_that_cannot_be_is_refused(ada: httpx.AsyncClient, address: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        url = httpx.URL("http://127.0.0.1:8888", raw_path=f"/api/contents/{address}".encode())
        body = None if method == "GET" else {"type": "directory"}
        answer = await ada.request(method, url, json=body)
        assert answer.status_code == 400, answer.text
        assert answer.json()["message"]


async def test_hidden_things_are_not_found_and_not_made(
    ada: httpx.AsyncClient, tmp_path: Path
) -> None:
    area = await owned_area(ada, tmp_path)
    (area / ".bashrc").write_text("x")
    assert names(await ada.get("/api/contents")) == []
    assert (await ada.get("/api/contents/.bashrc")).status_code == 404
    assert (await put(ada, ".x/n.ipynb", as_model(notebook()))).status_code == 400


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], "not a JSON object"),
        ({}, "nbformat"),
        ({"nbformat": 4, "nbformat_minor": 5, "metadata": {}}, "list of cells"),
        ({"nbformat": 5, "nbformat_minor": 0, "metadata": {}, "cells": []}, "newer"),
        ({**notebook(), "nbformat_minor": "5"}, "nbformat"),
        (
            {**notebook("a"), "cells": [notebook("a")["cells"][0], {"cell_type": "code"}]},
            "cells[1]",
        ),
    ],
)
async def test_an_invalid_notebook_leaves_the_last_good_one(
    ada: httpx.AsyncClient, content: Any, words: str
) -> None:
    await put(ada, "n.ipynb", as_model(notebook("good")))
    refused = await put(ada, "n.ipynb", as_model(content))
    assert refused.status_code == 400
    assert words in refused.json()["message"]
    read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
    assert read["cells"][0]["source"] == "good"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 100_000, 413),
        (b'{"type":"notebook","content":' + b'{"a":' * 100_000, 413),
        (b"\xff\xfe", 400),
        (b'{"type": "file", "content": "\xff"}', 400),
        (b'{"type": "notebook"', 400),
        (b"[]", 400),
        (b'{"type": 3}', 400),
        (b'{"type": "file", "content": 3}', 400),
        (b'{"type": "file", "format": "base64", "content": "%%%"}', 400),
        (b'{"type": "file", "content": "\\ud800"}', 400),
        (b'{"type": "file", "content": "", "last_modified": "yesterday"}', 400),
    ],
)
async def test_a_body_that_cannot_be_is_refused(
    ada: httpx.AsyncClient, body: bytes, status: int
) -> None:
    answer = await ada.put("/api/contents/x.txt", content=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["message"]
    assert names(await ada.get("/api/contents")) == []


async def test_a_huge_body_is_refused_while_it_arrives(ada: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += MIB
            yield b" " * MIB

    answer = await ada.put("/api/contents/n.ipynb", content=endless())
    assert answer.status_code == 413
    assert sent < 10 * MIB
    announced = {"Content-Length": str(1 << 30)}
    answer = await ada.put("/api/contents/n.ipynb", content=b"{}", headers=announced)
    assert answer.status_code == 413


async def test_a_notebook_above_the_limit_is_refused(ada: httpx.AsyncClient) -> None:
    large = as_model(notebook("x" * (2 * MIB + 1)))
    assert (await put(ada, "n.ipynb", large)).status_code == 413


async def test_a_full_quota_answers_507_and_loses_nothing(
    ada: httpx.AsyncClient, app: FastAPI
) -> None:
    await put(ada, "n.ipynb", as_model(notebook("good")))
    limits = app.state.contents.settings
    tight = limits.model_copy(update={"quota_bytes": 50_000})
    app.state.contents.areas.settings = tight
    noise = base64.b64encode(os.urandom(100_000)).decode()
    text = {"type": "file", "format": "text", "content": noise}
    for path, body in (("n.ipynb", as_model(notebook(noise))), ("f.txt", text)):
        refused = await put(ada, path, body)
        assert refused.status_code == 507
        assert refused.json()["quota_bytes"] == 50_000
    assert names(await ada.get("/api/contents")) == ["n.ipynb"]
    read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
    assert read["cells"][0]["source"] == "good"


async def test_a_file_that_is_too_large_to_be_read_whole_says_so(
    ada: httpx.AsyncClient, tmp_path: Path
) -> None:
    area = await owned_area(ada, tmp_path)
    with (area / "sparse.bin").open("wb") as file:
        file.truncate(100 << 30)
    answer = await ada.get("/api/contents/sparse.bin")
    assert answer.status_code == 413
    assert "Download" in answer.json()["what_to_do"]


async def test_a_locked_database_answers_503_and_loses_nothing(
    ada: httpx.AsyncClient, app: FastAPI, database: Database
) -> None:
    await put(ada, "n.ipynb", as_model(notebook("good")))
    app.state.database = beside(database, busy_seconds=0.05)
    async with held(database):
        refused = await put(ada, "n.ipynb", as_model(notebook("late")))
        assert refused.status_code == 503
        assert refused.headers["Retry-After"]
        read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
        assert read["cells"][0]["source"] == "good"
    assert (await put(ada, "n.ipynb", as_model(notebook("late")))).status_code == 200
    await app.state.database.close()


@pytest.mark.parametrize("database_url", [None], ids=["sqlite"])
async def test_a_full_database_answers_507_and_loses_nothing(
    ada: httpx.AsyncClient, app: FastAPI
) -> None:
    await put(ada, "n.ipynb", as_model(notebook("good")))
    engine = app.state.database.engine
    async with engine.connect() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    noise = base64.b64encode(os.urandom(200_000)).decode()
    refused = await put(ada, "n.ipynb", as_model(notebook(noise)))
    assert refused.status_code == 507
    read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
    assert read["cells"][0]["source"] == "good"


async def test_anothers_things_do_not_exist(people: People, ada: httpx.AsyncClient) -> None:
    await put(ada, "mine", {"type": "directory"})
    await put(ada, "mine/n.ipynb", as_model(notebook("secret")))
    await put(ada, "mine/f.txt", {"type": "file", "format": "text", "content": "secret"})
    await ada.post("/api/contents/mine/n.ipynb/checkpoints")
    async with await people.client("bob") as bob:
        assert names(await bob.get("/api/contents")) == []
        for path in ("mine", "mine/n.ipynb", "mine/f.txt"):
            url = f"/api/contents/{path}"
            answers = [
                await bob.get(url),
                await bob.delete(url),
                await bob.patch(url, json={"path": "stolen"}),
                await bob.post("/api/contents", json={"copy_from": path}),
                await bob.get(f"{url}/checkpoints"),
                await bob.post(f"{url}/checkpoints"),
                await bob.post(f"{url}/checkpoints/1"),
                await bob.delete(f"{url}/checkpoints/1"),
                await bob.get(f"/files/{path}"),
            ]
            assert {one.status_code for one in answers} == {404}
    assert len(names(await ada.get("/api/contents/mine"))) == 2


async def test_anonymous_people_are_refused(people: People) -> None:
    async with people.anonymous() as nobody:
        for method in ("GET", "PUT", "POST", "PATCH", "DELETE"):
            answer = await nobody.request(method, "/api/contents/n.ipynb", json={})
            assert answer.status_code == 403
        assert (await nobody.get("/files/n.ipynb")).status_code == 403
