"""The models of the contents API as JupyterLab 4.6, VS Code and scripts call it."""

import base64
import json
from pathlib import Path

import httpx

from colonnade.kit.database import Database
from support.contents_app import ContentsPeople, build_contents_app

from .talking import as_model, notebook, put


async def test_the_root_is_an_empty_folder_at_first(ada: httpx.AsyncClient) -> None:
    for address in ("/api/contents", "/api/contents/", "/api/contents/?type=directory"):
        answer = await ada.get(address)
        assert answer.status_code == 200
        assert answer.json()["type"] == "directory"
        assert answer.json()["content"] == []


async def test_new_things_are_named_as_jupyter_names_them(ada: httpx.AsyncClient) -> None:
    made = [
        await ada.post("/api/contents/", json=body)
        for body in (
            {"type": "notebook"},
            {"type": "notebook"},
            {"type": "directory"},
            {"type": "directory"},
            {"type": "file", "ext": ".py"},
            {"type": "file", "ext": "py"},
            {"ext": ".ipynb"},
            {},
        )
    ]
    assert {one.status_code for one in made} == {201}
    assert [one.json()["name"] for one in made] == [
        "Untitled.ipynb",
        "Untitled1.ipynb",
        "Untitled Folder",
        "Untitled Folder 1",
        "untitled.py",
        "untitled1.py",
        "Untitled2.ipynb",
        "untitled",
    ]
    assert made[0].headers["Location"] == "/api/contents/Untitled.ipynb"


async def test_a_notebook_comes_back_as_it_was_saved(ada: httpx.AsyncClient) -> None:
    content = notebook("x = 1", "y = 2", unknown={"kept": [1.5, None, "ü"]})
    saved = await put(ada, "Über uns.ipynb", as_model(content))
    assert saved.status_code == 201
    assert saved.json()["content"] is None
    assert saved.headers["Location"] == "/api/contents/%C3%9Cber%20uns.ipynb"
    read = (await ada.get("/api/contents/Über uns.ipynb", params={"type": "notebook"})).json()
    assert read["content"] == content
    assert read["format"] == "json"
    assert read["hash"] == saved.json()["hash"]
    again = await put(ada, "Über uns.ipynb", as_model(notebook("x = 3")))
    assert again.status_code == 200


async def test_text_and_bytes_come_back_as_they_were_saved(ada: httpx.AsyncClient) -> None:
    raw = bytes(range(256))
    text = {"type": "file", "format": "text", "content": "a,b\n1,ü\n"}
    binary = {"type": "file", "format": "base64", "content": base64.b64encode(raw).decode()}
    assert (await put(ada, "data.csv", text)).status_code == 201
    assert (await put(ada, "image.png", binary)).status_code == 201
    read = (await ada.get("/api/contents/data.csv")).json()
    assert (read["content"], read["format"], read["mimetype"]) == (
        "a,b\n1,ü\n",
        "text",
        "text/csv",
    )
    read = (await ada.get("/api/contents/image.png")).json()
    assert base64.b64decode(read["content"]) == raw
    refused = await ada.get("/api/contents/image.png", params={"format": "text"})
    assert refused.status_code == 400
    hashed = await ada.get("/api/contents/data.csv", params={"content": "0", "hash": "1"})
    assert hashed.json()["content"] is None
    assert len(hashed.json()["hash"]) == 64


async def test_a_notebook_opened_as_text_is_its_file(ada: httpx.AsyncClient) -> None:
    await put(ada, "n.ipynb", as_model(notebook("x = 1")))
    read = await ada.get("/api/contents/n.ipynb", params={"type": "file", "format": "text"})
    parsed = json.loads(read.json()["content"])
    assert parsed["cells"][0]["source"] == ["x = 1"]
    edited = {"type": "file", "format": "text", "content": read.json()["content"]}
    assert (await put(ada, "n.ipynb", edited)).status_code == 200
    reread = (await ada.get("/api/contents/n.ipynb")).json()
    assert reread["type"] == "notebook"
    assert reread["content"]["cells"][0]["source"] == "x = 1"


async def test_what_is_no_folder_is_not_listed_as_one(ada: httpx.AsyncClient) -> None:
    await put(ada, "n.ipynb", as_model(notebook()))
    await put(ada, "f", {"type": "directory"})
    for address in ("n.ipynb?type=directory", "f?type=file", "f?type=notebook"):
        assert (await ada.get(f"/api/contents/{address}")).status_code == 400
    assert (await ada.get("/api/contents/n.ipynb?content=2")).status_code == 400


async def test_trusted_is_taken_from_cells(ada: httpx.AsyncClient) -> None:
    content = notebook("x = 1")
    content["cells"][0]["metadata"] = {"trusted": True, "tags": ["keep"]}
    await put(ada, "n.ipynb", as_model(content))
    read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
    assert read["cells"][0]["metadata"] == {"tags": ["keep"]}
    assert (await ada.post("/api/contents/n.ipynb/trust")).status_code == 201
    assert (await ada.post("/api/contents/none.ipynb/trust")).status_code == 404


async def test_the_location_stands_under_the_base_address(
    database: Database, tmp_path: Path
) -> None:
    people = ContentsPeople(build_contents_app(database, tmp_path, "/hub/"), database)
    async with people.running(), await people.client("ada") as ada:
        made = await ada.post("/hub/api/contents/", json={"type": "notebook"})
        assert made.headers["Location"] == "/hub/api/contents/Untitled.ipynb"
