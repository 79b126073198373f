"""*Check this notebook*, as a page and as data: a verdict before anything runs, and no record."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from colonnade.web.checking import LARGEST_BYTES
from support.judged_notebooks import COURSE, SWAP
from support.people import Crowd

CLONE = "!git clone https://github.com/iperov/DeepFaceLab"


@pytest.fixture
async def ada(app: FastAPI, crowd: Crowd) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody with a browser, and the processes that check ended after it."""
    yield await crowd.browser("ada")
    await app.state.enforcement.close()


async def keep(app: FastAPI, browser: httpx.AsyncClient, path: str, content: Any) -> None:
    """Save a notebook of theirs."""
    me = (await browser.get("/api/v1/me")).json()["id"]
    bare = {"metadata": {}, "outputs": [], "execution_count": None}
    content = {**content, "cells": [{**bare, **cell} for cell in content["cells"]]}
    async with app.state.database.transaction() as session:
        model = {"type": "notebook", "format": "json", "content": content}
        await app.state.contents.save(session, me, path, model)


async def test_a_saved_notebook_is_explained_before_it_runs(
    app: FastAPI, ada: httpx.AsyncClient
) -> None:
    await keep(app, ada, "swap.ipynb", SWAP)
    page = await ada.get("/check", params={"path": "swap.ipynb"})
    for part in (
        "Some of this would be refused",
        "Clause 1, Fakes of real people",
        "Cell 4, line 1",
        "!python tools/main.py extract",
        "It would be fine if:",
        "Nothing is recorded",
        '<option value="swap.ipynb" selected>',
    ):
        assert part in page.text, part


async def test_a_check_leaves_no_trace(app: FastAPI, ada: httpx.AsyncClient) -> None:
    await keep(app, ada, "swap.ipynb", SWAP)
    await ada.get("/check", params={"path": "swap.ipynb"})
    await ada.post("/api/v1/check", content=json.dumps(SWAP))
    assert (await ada.get("/api/v1/notices")).json() == []
    async with app.state.database.reading() as session:
        from sqlalchemy import func, select

        from colonnade.ledger.tables import ObservationRecord

        assert await session.scalar(select(func.count()).select_from(ObservationRecord)) == 0


async def test_a_file_and_pasted_code_are_checked(ada: httpx.AsyncClient) -> None:
    sent = await ada.post("/check", files={"file": ("../a.ipynb", json.dumps(COURSE))})
    assert "Nothing here would be held or refused" in sent.text
    pasted = await ada.post("/check", files={"code": (None, CLONE)})
    assert "Some of this would be held" in pasted.text
    assert f"\n{CLONE}</textarea>" in pasted.text
    nothing = await ada.post("/check", files={"code": (None, " ")})
    assert nothing.status_code == 400
    assert "There is nothing to check." in nothing.text
    broken = await ada.post("/check", files={"file": ("a.ipynb", b"{")})
    assert (broken.status_code, "is not JSON" in broken.text) == (400, True)


async def test_whatever_a_notebook_holds_is_shown_as_text(ada: httpx.AsyncClient) -> None:
    hostile = f"{CLONE} # </pre><script>alert(1)</script>\u202e\x1b[2J"
    page = await ada.post("/check", files={"code": (None, hostile)})
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
    shown = page.text.partition("<textarea")[0]
    assert "\u202e" not in shown
    assert "\x1b" not in shown
    name = await ada.post("/check", files={"file": ("<b>\u202e.ipynb", json.dumps(COURSE))})
    assert "<b>" not in name.text


async def test_a_program_gets_the_same_verdict_as_data(crowd: Crowd, app: FastAPI) -> None:
    program = await crowd.program("grace")
    found = (await program.post("/api/v1/check", content=json.dumps(SWAP))).json()
    assert (found["verdict"], found["category"]) == ("refuse", "deepfakes")
    finding = next(one for one in found["findings"] if one["rule"] == "face-swap-pipeline")
    assert finding["step"] == "refuse"
    assert {"cell", "start_line", "end_line", "seen", "excerpt"} == finding["places"][0].keys()
    script = await program.post("/api/v1/check", params={"name": "a.sh"}, content=CLONE[1:])
    assert script.json()["verdict"] == "hold"
    unknown = await program.post("/api/v1/check", params={"name": "a.txt"}, content="x")
    assert (unknown.status_code, unknown.json()["code"]) == (400, "invalid")
    assert (await program.post("/api/v1/check")).status_code == 400
    await app.state.enforcement.close()


async def test_somebody_elses_notebook_does_not_exist(
    app: FastAPI, ada: httpx.AsyncClient, crowd: Crowd
) -> None:
    await keep(app, ada, "swap.ipynb", SWAP)
    assert (await ada.get("/api/v1/check", params={"path": "swap.ipynb"})).status_code == 200
    stranger = await crowd.browser("mallory")
    for path in ("/api/v1/check", "/check"):
        theirs = await stranger.get(path, params={"path": "swap.ipynb"})
        nothing = await stranger.get(path, params={"path": "none.ipynb"})
        assert (theirs.status_code, theirs.text) == (404, nothing.text)
    assert (await ada.get("/api/v1/check", params={"path": "../x"})).status_code == 400


async def test_too_much_is_refused_while_it_arrives(ada: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncGenerator[bytes]:
        nonlocal sent
        while sent < 2 * LARGEST_BYTES:
            sent += 1 << 20
            yield b" " * (1 << 20)

    refused = await ada.post("/api/v1/check", content=endless())
    assert (refused.status_code, refused.json()["code"]) == (413, "too-large")
    told = await ada.post("/api/v1/check", content=b" " * (LARGEST_BYTES + 1))
    assert told.status_code == 413
    form = await ada.post("/check", files={"file": ("a.ipynb", b" " * (LARGEST_BYTES + (1 << 20)))})
    assert form.status_code == 413


async def test_one_check_at_a_time_for_each_person(app: FastAPI, ada: httpx.AsyncClient) -> None:
    me = (await ada.get("/api/v1/me")).json()["id"]
    with app.state.enforcement.checks.turn(me):
        busy = await ada.post("/api/v1/check", content=json.dumps(COURSE))
        assert (busy.status_code, busy.json()["code"]) == (429, "too-many")
        page = await ada.post("/check", files={"code": (None, "x = 1")})
        assert page.status_code == 429
        assert "Another check of yours is under way." in page.text
    again = await ada.post("/api/v1/check", content=json.dumps(COURSE))
    assert again.json()["verdict"] == "allow"


async def test_the_description_says_what_to_send(crowd: Crowd) -> None:
    described = (await crowd.anonymous().get("/api/v1/openapi.json")).json()
    sent = described["paths"]["/api/v1/check"]["post"]["requestBody"]["content"]
    assert "application/x-ipynb+json" in sent
    assert "Checked" in described["components"]["schemas"]


async def test_a_notebook_on_the_home_page_leads_to_its_check(
    app: FastAPI, ada: httpx.AsyncClient
) -> None:
    await keep(app, ada, "a b.ipynb", COURSE)
    assert 'href="/check?path=a%20b.ipynb"' in (await ada.get("/")).text
