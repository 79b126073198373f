"""Notebooks that code wrote into an area, and what else it may leave there."""

import asyncio
import json
import os
from pathlib import Path

import httpx

from .talking import as_model, names, notebook, owned_area, put


async def test_one_is_shown_and_becomes_a_document_when_opened(
    ada: httpx.AsyncClient, tmp_path: Path
) -> None:
    area = await owned_area(ada, tmp_path)
    (area / "made.ipynb").write_text(json.dumps(notebook("x = 1")))
    listed = (await ada.get("/api/contents")).json()["content"]
    assert [(one["name"], one["type"]) for one in listed] == [("made.ipynb", "notebook")]
    assert (area / "made.ipynb").exists()
    opened = await ada.get("/api/contents/made.ipynb")
    assert opened.json()["content"] == notebook("x = 1")
    assert not (area / "made.ipynb").exists()
    assert names(await ada.get("/api/contents")) == ["made.ipynb"]


async def test_an_invalid_one_stays_and_says_why(ada: httpx.AsyncClient, tmp_path: Path) -> None:
    area = await owned_area(ada, tmp_path)
    (area / "bad.ipynb").write_text("{")
    refused = await ada.get("/api/contents/bad.ipynb")
    assert refused.status_code == 400
    assert "cannot be opened as a notebook" in refused.json()["message"]
    assert (area / "bad.ipynb").read_text() == "{"
    as_text = await ada.get("/api/contents/bad.ipynb?type=file&format=text")
    assert as_text.json()["content"] == "{"
    assert (await ada.delete("/api/contents/bad.ipynb")).status_code == 204
    assert not (area / "bad.ipynb").exists()


async def test_one_over_a_document_becomes_its_next_revision(
    ada: httpx.AsyncClient, tmp_path: Path
) -> None:
    area = await owned_area(ada, tmp_path)
    before = (await put(ada, "n.ipynb", as_model(notebook("mine")))).json()
    await ada.post("/api/contents/n.ipynb/checkpoints")
    (area / "n.ipynb").write_text(json.dumps(notebook("by code")))
    # JupyterLab asks this before it saves, and warns of the change.
    asked = await ada.get("/api/contents/n.ipynb", params={"content": "0", "hash": "1"})
    assert asked.json()["hash"] != before["hash"]
    read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
    assert read["cells"][0]["source"] == "by code"
    assert not (area / "n.ipynb").exists()
    assert (await ada.post("/api/contents/n.ipynb/checkpoints/1")).status_code == 204
    read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
    assert read["cells"][0]["source"] == "mine"


async def test_an_invalid_one_over_a_document_is_moved_beside_it(
    ada: httpx.AsyncClient, tmp_path: Path
) -> None:
    area = await owned_area(ada, tmp_path)
    await put(ada, "n.ipynb", as_model(notebook("mine")))
    (area / "n.ipynb").write_text("half a note")
    read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
    assert read["cells"][0]["source"] == "mine"
    assert (area / "n (unreadable).ipynb").read_text() == "half a note"


async def test_one_that_was_never_opened_is_kept_when_its_path_is_saved_to(
    ada: httpx.AsyncClient, tmp_path: Path
) -> None:
    area = await owned_area(ada, tmp_path)
    (area / "n.ipynb").write_text(json.dumps(notebook("by code")))
    (area / "bad.ipynb").write_text("{")
    assert (await put(ada, "n.ipynb", as_model(notebook("mine")))).is_success
    assert (await put(ada, "bad.ipynb", as_model(notebook("mine")))).is_success
    assert names(await ada.get("/api/contents")) == [
        "bad (unreadable).ipynb",
        "bad.ipynb",
        "n.ipynb",
    ]
    for number, source in ((2, "mine"), (1, "by code")):
        await ada.post(f"/api/contents/n.ipynb/checkpoints/{number}")
        read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
        assert read["cells"][0]["source"] == source


async def test_links_and_special_files_are_neither_shown_nor_opened(
    ada: httpx.AsyncClient, tmp_path: Path
) -> None:
    area = await owned_area(ada, tmp_path)
    (tmp_path / "secret.txt").write_text("secret")
    (area / "link.txt").symlink_to(tmp_path / "secret.txt")
    (area / "link.ipynb").symlink_to(tmp_path / "secret.txt")
    (area / "folder").symlink_to(tmp_path)
    os.mkfifo(area / "fifo.txt")
    assert names(await ada.get("/api/contents")) == []
    for path in ("link.txt", "link.ipynb", "folder", "folder/secret.txt", "fifo.txt"):
        async with asyncio.timeout(5):
            answer = await ada.get(f"/api/contents/{path}")
        assert answer.status_code == 404
    text = {"type": "file", "format": "text", "content": "x"}
    assert (await put(ada, "link.txt", text)).status_code == 409
    assert (await put(ada, "folder/secret.txt", text)).status_code == 404
    assert (tmp_path / "secret.txt").read_text() == "secret"
