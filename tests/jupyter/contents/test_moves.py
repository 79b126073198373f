"""Folders: listed, moved, copied and deleted with the notebooks and files in them."""

from pathlib import Path

import httpx
import pytest

from colonnade.kit.database import Database
from support.databases import rows

from .talking import as_model, names, notebook, owned_area, put


async def test_documents_and_files_are_one_listing(ada: httpx.AsyncClient, tmp_path: Path) -> None:
    await put(ada, "course", {"type": "directory"})
    await put(ada, "course/n.ipynb", as_model(notebook()))
    await put(ada, "course/d.csv", {"type": "file", "format": "text", "content": "1"})
    area = await owned_area(ada, tmp_path)
    (area / "course" / "by code.txt").write_text("hello")
    listing = await ada.get("/api/contents/course")
    assert names(listing) == ["by code.txt", "d.csv", "n.ipynb"]
    assert all(item["content"] is None for item in listing.json()["content"])
    read = await ada.get("/api/contents/course/by code.txt")
    assert read.json()["content"] == "hello"


async def test_a_folder_that_code_removed_is_there_while_notebooks_are_in_it(
    ada: httpx.AsyncClient, tmp_path: Path
) -> None:
    await put(ada, "a", {"type": "directory"})
    await put(ada, "a/b", {"type": "directory"})
    await put(ada, "a/b/n.ipynb", as_model(notebook()))
    area = await owned_area(ada, tmp_path)
    (area / "a" / "b").rmdir()
    (area / "a").rmdir()
    assert names(await ada.get("/api/contents")) == ["a"]
    assert names(await ada.get("/api/contents/a")) == ["b"]
    assert names(await ada.get("/api/contents/a/b")) == ["n.ipynb"]
    text = {"type": "file", "format": "text", "content": "1"}
    assert (await put(ada, "a/b/new.txt", text)).status_code == 201
    assert (area / "a" / "b" / "new.txt").read_text() == "1"


async def test_nothing_is_saved_into_a_folder_that_is_not_there(ada: httpx.AsyncClient) -> None:
    assert (await put(ada, "no/n.ipynb", as_model(notebook()))).status_code == 404
    assert (await ada.post("/api/contents/no", json={})).status_code == 404
    await put(ada, "f.txt", {"type": "file", "format": "text", "content": ""})
    assert (await put(ada, "f.txt/n.ipynb", as_model(notebook()))).status_code == 404


async def test_a_folder_moves_with_everything_below(ada: httpx.AsyncClient, tmp_path: Path) -> None:
    for path in ("a", "a/b", "z"):
        await put(ada, path, {"type": "directory"})
    await put(ada, "a/b/n.ipynb", as_model(notebook("x = 1")))
    await put(ada, "a/b/d.txt", {"type": "file", "format": "text", "content": "d"})
    await ada.post("/api/contents/a/b/d.txt/checkpoints")
    moved = await ada.patch("/api/contents/a", json={"path": "z/c"})
    assert (moved.status_code, moved.json()["path"]) == (200, "z/c")
    assert names(await ada.get("/api/contents")) == ["z"]
    assert names(await ada.get("/api/contents/z/c/b")) == ["d.txt", "n.ipynb"]
    kept = await ada.get("/api/contents/z/c/b/d.txt/checkpoints")
    assert [one["id"] for one in kept.json()] == ["checkpoint"]
    assert not list((tmp_path / "areas" / ".journal").iterdir())


@pytest.mark.parametrize(
    ("source", "target", "status"),
    [
        ("a", "a/inside", 400),
        ("a", "z", 409),
        ("a/n.ipynb", "a/d.txt", 409),
        ("a/d.txt", "a/n.ipynb", 409),
        ("a/d.txt", "nowhere/d.txt", 404),
        ("none", "a/x", 404),
        ("a/d.txt", "../d.txt", 400),
        ("a/d.txt", "a/.hidden", 400),
    ],
)
async def test_a_move_that_cannot_be_changes_nothing(
    ada: httpx.AsyncClient, source: str, target: str, status: int
) -> None:
    for path in ("a", "z"):
        await put(ada, path, {"type": "directory"})
    await put(ada, "a/n.ipynb", as_model(notebook()))
    await put(ada, "a/d.txt", {"type": "file", "format": "text", "content": "d"})
    answer = await ada.patch(f"/api/contents/{source}", json={"path": target})
    assert answer.status_code == status
    assert names(await ada.get("/api/contents")) == ["a", "z"]
    assert names(await ada.get("/api/contents/a")) == ["d.txt", "n.ipynb"]


async def test_jupyterlab_overwrites_by_way_of_a_temporary_name(ada: httpx.AsyncClient) -> None:
    await put(ada, "old.ipynb", as_model(notebook("old")))
    await put(ada, "new.ipynb", as_model(notebook("new")))
    odd = "old.ipynb.2f6c"
    assert (await ada.patch("/api/contents/new.ipynb", json={"path": odd})).is_success
    assert (await ada.delete("/api/contents/old.ipynb")).status_code == 204
    assert (await ada.patch(f"/api/contents/{odd}", json={"path": "old.ipynb"})).is_success
    read = (await ada.get("/api/contents/old.ipynb")).json()["content"]
    assert read["cells"][0]["source"] == "new"
    assert names(await ada.get("/api/contents")) == ["old.ipynb"]


async def test_copies_are_numbered(ada: httpx.AsyncClient) -> None:
    await put(ada, "a", {"type": "directory"})
    await put(ada, "a/n.ipynb", as_model(notebook("x = 1")))
    await put(ada, "a/d.tar.gz", {"type": "file", "format": "text", "content": "d"})
    copied = [
        await ada.post(f"/api/contents/{folder}", json={"copy_from": source})
        for source, folder in (
            ("a/n.ipynb", "a"),
            ("a/n-Copy1.ipynb", "a"),
            ("/a/d.tar.gz", "a"),
            ("a", ""),
        )
    ]
    assert {one.status_code for one in copied} == {201}
    assert [one.json()["path"] for one in copied] == [
        "a/n-Copy1.ipynb",
        "a/n-Copy2.ipynb",
        "a/d-Copy1.tar.gz",
        "a-Copy1",
    ]
    assert len(names(await ada.get("/api/contents/a-Copy1"))) == 5
    read = await ada.get("/api/contents/a-Copy1/n-Copy2.ipynb")
    assert read.json()["content"]["cells"][0]["source"] == "x = 1"
    await put(ada, "a/n.ipynb", as_model(notebook("x = 2")))
    read = await ada.get("/api/contents/a/n-Copy1.ipynb")
    assert read.json()["content"]["cells"][0]["source"] == "x = 1"


async def test_a_folder_is_deleted_with_everything_below(
    ada: httpx.AsyncClient, database: Database
) -> None:
    for path in ("a", "a/b"):
        await put(ada, path, {"type": "directory"})
    await put(ada, "a/b/n.ipynb", as_model(notebook("x = 1")))
    await put(ada, "a/b/d.txt", {"type": "file", "format": "text", "content": "d"})
    assert (await ada.delete("/api/contents/a")).status_code == 204
    assert names(await ada.get("/api/contents")) == []
    assert (await ada.get("/api/contents/a/b/n.ipynb")).status_code == 404
    for table in ("documents", "revisions", "revision_pieces", "pieces"):
        assert await rows(database, table) == 0
    assert (await ada.delete("/api/contents/a")).status_code == 404
    assert (await ada.delete("/api/contents/")).status_code == 400
