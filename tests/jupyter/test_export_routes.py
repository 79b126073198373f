"""Exports leave by the content origin only, each through a link for one notebook and format."""

from typing import Any

import httpx
from starlette.applications import Starlette

from colonnade.jupyter.content_links import ContentLinks
from colonnade.jupyter.content_origin import build_content_app
from colonnade.jupyter.exports import Exports
from colonnade.jupyter.rendering import Renderer
from support.jupyter_app import People

HOSTILE = "<script>alert(document.domain)</script>"


def notebook() -> dict[str, Any]:
    cell = {"id": "a", "cell_type": "markdown", "source": f"# Hi\n{HOSTILE}", "metadata": {}}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def content_app(people: People) -> Starlette:
    state = people.app.state
    links = ContentLinks(b"k" * 32, state.origins.content)
    state.links = links
    exports = Exports(people.database, state.contents, Renderer())
    return build_content_app(
        people.database, state.contents, links, state.origins, exports.handlers()
    )


async def test_an_export_is_served_confined_by_the_content_origin(people: People) -> None:
    app = content_app(people)
    async with await people.client("ada") as ada:
        model = {"type": "notebook", "format": "json", "content": notebook()}
        assert (await ada.put("/api/contents/n.ipynb", json=model)).status_code == 201
        sent = await ada.get("/nbconvert/html/n.ipynb?download=true")
    assert sent.status_code == 302
    link = sent.headers["location"]
    assert link.startswith("http://localhost:8888/content/")
    assert link.endswith("/n.html")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as stranger:
        served = await stranger.get(link)
        forged = await stranger.get(link.replace("/content/", "/content/A"))
    assert served.status_code == 200
    assert "sandbox allow-scripts" in served.headers["content-security-policy"]
    assert served.headers["content-disposition"].startswith("attachment")
    assert "<h1" in served.text
    assert forged.status_code == 404


async def test_what_cannot_be_exported_is_refused_before_any_link(people: People) -> None:
    content_app(people)
    async with await people.client("ada") as ada, await people.client("bob") as bob:
        model = {"type": "notebook", "format": "json", "content": notebook()}
        await ada.put("/api/contents/n.ipynb", json=model)
        text = {"type": "file", "format": "text", "content": "x"}
        await ada.put("/api/contents/t.txt", json=text)
        assert (await ada.get("/nbconvert/pdf/n.ipynb")).status_code == 404
        assert (await ada.get("/nbconvert/html/none.ipynb")).status_code == 404
        assert (await ada.get("/nbconvert/html/t.txt")).status_code == 400
        assert (await bob.get("/nbconvert/html/n.ipynb")).status_code == 404
        assert "html" in (await ada.get("/api/nbconvert")).json()
