"""The contents API as JupyterLab 4.6, VS Code and scripts call it."""

import asyncio
import base64
import json
import os
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from colonnade.kit.database import Database
from support.contents_app import ContentsPeople, build_contents_app
from support.databases import beside, held, rows
from support.jupyter_app import People

MIB = 1 << 20


@pytest.fixture
async def app(database: Database, tmp_path: Path) -> FastAPI:
    return build_contents_app(
        database, tmp_path, max_notebook_bytes=2 * MIB, max_read_bytes=2 * MIB
    )


@pytest.fixture
async def people(app: FastAPI, database: Database) -> AsyncGenerator[People]:
    people = ContentsPeople(app, database)
    async with people.running():
        yield people


@pytest.fixture
async def ada(people: People) -> AsyncGenerator[httpx.AsyncClient]:
    async with await people.client("ada") as client:
        yield client


@pytest.fixture
def area(tmp_path: Path, ada: httpx.AsyncClient) -> Path:
    """Ada's area, once she has used it."""
    return tmp_path / "areas"


def notebook(*sources: str, **extra: Any) -> dict[str, Any]:
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{index}",
            "metadata": {},
            "source": source,
            "execution_count": None,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": f"out {source}\n"}],
        }
        for index, source in enumerate(sources)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **extra}


def as_model(content: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {"type": "notebook", "format": "json", "content": content, **extra}


async def put(client: httpx.AsyncClient, path: str, model: dict[str, Any], **how: Any) -> Any:
    return await client.put(f"/api/contents/{path}", json=model, **how)


async def owned_area(client: httpx.AsyncClient, tmp_path: Path) -> Path:
    """The folder on disk of the person behind `client`: the only area there is."""
    await client.get("/api/contents")
    return next(one for one in (tmp_path / "areas").iterdir() if not one.name.startswith("."))


def names(folder: httpx.Response) -> list[str]:
    return [item["name"] for item in folder.json()["content"]]


class TestModels:
    async def test_the_root_is_an_empty_folder_at_first(self, ada: httpx.AsyncClient) -> None:
        for address in ("/api/contents", "/api/contents/", "/api/contents/?type=directory"):
            answer = await ada.get(address)
            assert answer.status_code == 200
            assert answer.json()["type"] == "directory"
            assert answer.json()["content"] == []

    async def test_new_things_are_named_as_jupyter_names_them(self, ada: httpx.AsyncClient) -> None:
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

    async def test_a_notebook_comes_back_as_it_was_saved(self, ada: httpx.AsyncClient) -> None:
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

    async def test_text_and_bytes_come_back_as_they_were_saved(
        self, ada: httpx.AsyncClient
    ) -> None:
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

    async def test_a_notebook_opened_as_text_is_its_file(self, ada: httpx.AsyncClient) -> None:
        await put(ada, "n.ipynb", as_model(notebook("x = 1")))
        read = await ada.get("/api/contents/n.ipynb", params={"type": "file", "format": "text"})
        parsed = json.loads(read.json()["content"])
        assert parsed["cells"][0]["source"] == ["x = 1"]
        edited = {"type": "file", "format": "text", "content": read.json()["content"]}
        assert (await put(ada, "n.ipynb", edited)).status_code == 200
        reread = (await ada.get("/api/contents/n.ipynb")).json()
        assert reread["type"] == "notebook"
        assert reread["content"]["cells"][0]["source"] == "x = 1"

    async def test_what_is_no_folder_is_not_listed_as_one(self, ada: httpx.AsyncClient) -> None:
        await put(ada, "n.ipynb", as_model(notebook()))
        await put(ada, "f", {"type": "directory"})
        for address in ("n.ipynb?type=directory", "f?type=file", "f?type=notebook"):
            assert (await ada.get(f"/api/contents/{address}")).status_code == 400
        assert (await ada.get("/api/contents/n.ipynb?content=2")).status_code == 400

    async def test_trusted_is_taken_from_cells(self, ada: httpx.AsyncClient) -> None:
        content = notebook("x = 1")
        content["cells"][0]["metadata"] = {"trusted": True, "tags": ["keep"]}
        await put(ada, "n.ipynb", as_model(content))
        read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
        assert read["cells"][0]["metadata"] == {"tags": ["keep"]}
        assert (await ada.post("/api/contents/n.ipynb/trust")).status_code == 201
        assert (await ada.post("/api/contents/none.ipynb/trust")).status_code == 404

    async def test_the_location_stands_under_the_base_address(
        self, database: Database, tmp_path: Path
    ) -> None:
        people = ContentsPeople(build_contents_app(database, tmp_path, "/hub/"), database)
        async with people.running(), await people.client("ada") as ada:
            made = await ada.post("/hub/api/contents/", json={"type": "notebook"})
            assert made.headers["Location"] == "/hub/api/contents/Untitled.ipynb"


class TestFolders:
    async def test_documents_and_files_are_one_listing(
        self, ada: httpx.AsyncClient, tmp_path: Path
    ) -> None:
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
        self, ada: httpx.AsyncClient, tmp_path: Path
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

    async def test_nothing_is_saved_into_a_folder_that_is_not_there(
        self, ada: httpx.AsyncClient
    ) -> None:
        assert (await put(ada, "no/n.ipynb", as_model(notebook()))).status_code == 404
        assert (await ada.post("/api/contents/no", json={})).status_code == 404
        await put(ada, "f.txt", {"type": "file", "format": "text", "content": ""})
        assert (await put(ada, "f.txt/n.ipynb", as_model(notebook()))).status_code == 404

    async def test_a_folder_moves_with_everything_below(
        self, ada: httpx.AsyncClient, tmp_path: Path
    ) -> None:
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
        self, ada: httpx.AsyncClient, source: str, target: str, status: int
    ) -> None:
        for path in ("a", "z"):
            await put(ada, path, {"type": "directory"})
        await put(ada, "a/n.ipynb", as_model(notebook()))
        await put(ada, "a/d.txt", {"type": "file", "format": "text", "content": "d"})
        answer = await ada.patch(f"/api/contents/{source}", json={"path": target})
        assert answer.status_code == status
        assert names(await ada.get("/api/contents")) == ["a", "z"]
        assert names(await ada.get("/api/contents/a")) == ["d.txt", "n.ipynb"]

    async def test_jupyterlab_overwrites_by_way_of_a_temporary_name(
        self, ada: httpx.AsyncClient
    ) -> None:
        await put(ada, "old.ipynb", as_model(notebook("old")))
        await put(ada, "new.ipynb", as_model(notebook("new")))
        odd = "old.ipynb.2f6c"
        assert (await ada.patch("/api/contents/new.ipynb", json={"path": odd})).is_success
        assert (await ada.delete("/api/contents/old.ipynb")).status_code == 204
        assert (await ada.patch(f"/api/contents/{odd}", json={"path": "old.ipynb"})).is_success
        read = (await ada.get("/api/contents/old.ipynb")).json()["content"]
        assert read["cells"][0]["source"] == "new"
        assert names(await ada.get("/api/contents")) == ["old.ipynb"]

    async def test_copies_are_numbered(self, ada: httpx.AsyncClient) -> None:
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
        self, ada: httpx.AsyncClient, database: Database
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


class TestCheckpoints:
    async def test_a_notebook_goes_back_to_a_checkpoint(self, ada: httpx.AsyncClient) -> None:
        await put(ada, "n.ipynb", as_model(notebook("first")))
        kept = await ada.post("/api/contents/n.ipynb/checkpoints")
        assert kept.status_code == 201
        assert set(kept.json()) == {"id", "last_modified"}
        await put(ada, "n.ipynb", as_model(notebook("second")))
        listed = (await ada.get("/api/contents/n.ipynb/checkpoints")).json()
        assert listed == [kept.json()]
        address = f"/api/contents/n.ipynb/checkpoints/{kept.json()['id']}"
        assert kept.headers["Location"] == address
        assert (await ada.post(address)).status_code == 204
        read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
        assert read["cells"][0]["source"] == "first"
        assert (await ada.delete(address)).status_code == 204
        assert (await ada.get("/api/contents/n.ipynb/checkpoints")).json() == []

    async def test_a_file_goes_back_to_its_checkpoint(self, ada: httpx.AsyncClient) -> None:
        await put(ada, "f.txt", {"type": "file", "format": "text", "content": "first"})
        kept = (await ada.post("/api/contents/f.txt/checkpoints")).json()
        await put(ada, "f.txt", {"type": "file", "format": "text", "content": "second"})
        assert (await ada.get("/api/contents/f.txt/checkpoints")).json() == [kept]
        address = f"/api/contents/f.txt/checkpoints/{kept['id']}"
        assert (await ada.post(address)).status_code == 204
        assert (await ada.get("/api/contents/f.txt")).json()["content"] == "first"
        assert (await ada.delete(address)).status_code == 204
        assert (await ada.get("/api/contents/f.txt/checkpoints")).json() == []

    async def test_an_unknown_checkpoint_is_not_found(self, ada: httpx.AsyncClient) -> None:
        await put(ada, "n.ipynb", as_model(notebook()))
        await put(ada, "f.txt", {"type": "file", "format": "text", "content": ""})
        for path in ("n.ipynb", "f.txt", "none.ipynb"):
            for identifier in ("99", "x", "²", "9" * 40):
                address = f"/api/contents/{path}/checkpoints/{identifier}"
                assert (await ada.post(address)).status_code == 404
                assert (await ada.delete(address)).status_code == 404
        assert (await ada.get("/api/contents/none.ipynb/checkpoints")).status_code == 404


class TestConflicts:
    async def test_a_late_save_is_kept_beside_the_newest(self, ada: httpx.AsyncClient) -> None:
        first = (await put(ada, "n.ipynb", as_model(notebook("first")))).json()
        await put(ada, "n.ipynb", as_model(notebook("second")))
        late = as_model(notebook("late"))
        for how in (
            {"headers": {"If-Match": f'"{first["hash"]}"'}, "json": late},
            {"json": {**late, "hash": first["hash"]}},
            {"json": {**late, "last_modified": first["last_modified"]}},
        ):
            answer = await ada.put("/api/contents/n.ipynb", **how)
            assert answer.status_code == 409
            kept = answer.json()["kept_as"]
            assert kept.startswith("n (conflict ")
            assert kept in answer.json()["message"]
            beside = (await ada.get(f"/api/contents/{kept}")).json()["content"]
            assert beside["cells"][0]["source"] == "late"
        read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
        assert read["cells"][0]["source"] == "second"
        # The same late save, sent again, is not kept twice (unless the minute has changed).
        assert len(names(await ada.get("/api/contents"))) <= 3

    async def test_a_save_on_the_newest_is_no_conflict(self, ada: httpx.AsyncClient) -> None:
        model = (await put(ada, "n.ipynb", as_model(notebook("0")))).json()
        for number in range(1, 4):
            body = as_model(notebook(str(number)), last_modified=model["last_modified"])
            saved = await put(ada, "n.ipynb", body, headers={"If-Match": model["hash"]})
            assert saved.status_code == 200
            model = saved.json()

    async def test_of_two_saves_on_the_same_base_one_is_late(self, ada: httpx.AsyncClient) -> None:
        base = (await put(ada, "n.ipynb", as_model(notebook("base")))).json()["hash"]
        answers = await asyncio.gather(
            *(put(ada, "n.ipynb", as_model(notebook(word), hash=base)) for word in "ab")
        )
        assert sorted(one.status_code for one in answers) == [200, 409]
        late = next(one for one in answers if one.status_code == 409)
        kept = await ada.get(f"/api/contents/{late.json()['kept_as']}")
        newest = await ada.get("/api/contents/n.ipynb")
        sources = {one.json()["content"]["cells"][0]["source"] for one in (kept, newest)}
        assert sources == {"a", "b"}

    async def test_files_conflict_too(self, ada: httpx.AsyncClient, tmp_path: Path) -> None:
        first = {"type": "file", "format": "text", "content": "first"}
        await put(ada, "f.txt", first)
        model = (await ada.get("/api/contents/f.txt", params={"hash": "1"})).json()
        (await owned_area(ada, tmp_path)).joinpath("f.txt").write_text("by code")
        answer = await put(ada, "f.txt", {**first, "content": "late", "hash": model["hash"]})
        assert answer.status_code == 409
        assert (await ada.get("/api/contents/f.txt")).json()["content"] == "by code"
        kept = await ada.get(f"/api/contents/{answer.json()['kept_as']}")
        assert kept.json()["content"] == "late"


class TestUploads:
    @staticmethod
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

    async def test_a_file_arrives_in_chunks(self, ada: httpx.AsyncClient, tmp_path: Path) -> None:
        data = os.urandom(50_000)
        answers = await self.upload(ada, "big.bin", data, 12_000)
        assert all(one.is_success for one in answers)
        assert answers[1].json()["size"] == 24_000
        assert (await owned_area(ada, tmp_path)).joinpath("big.bin").read_bytes() == data
        assert answers[-1].json()["size"] == 50_000

    async def test_nothing_is_shown_before_the_last_chunk(self, ada: httpx.AsyncClient) -> None:
        body = {"type": "file", "format": "text", "content": "part", "chunk": 1}
        assert (await put(ada, "big.bin", body)).is_success
        assert names(await ada.get("/api/contents")) == []

    async def test_chunks_out_of_order_are_refused(self, ada: httpx.AsyncClient) -> None:
        body = {"type": "file", "format": "text", "content": "part"}
        for chunk, status in ((2, 409), (-1, 409), (1, 200), (3, 409), (2, 200), (2, 409)):
            assert (await put(ada, "f.bin", {**body, "chunk": chunk})).status_code == status
        for chunk in (0, -2, "1", 1.5, True):
            assert (await put(ada, "f.bin", {**body, "chunk": chunk})).status_code == 400
        assert (await put(ada, "f.bin", {**body, "chunk": -1})).status_code == 201
        assert (await ada.get("/api/contents/f.bin")).json()["content"] == "part" * 3

    async def test_an_uploaded_notebook_becomes_a_document(
        self, ada: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        data = json.dumps(notebook("x = 1", "y = 2")).encode()
        answers = await self.upload(ada, "up.ipynb", data, 100)
        assert all(one.is_success for one in answers)
        whole = {"type": "file", "format": "base64", "content": base64.b64encode(data).decode()}
        assert (await put(ada, "whole.ipynb", whole)).status_code == 201
        for path in ("up.ipynb", "whole.ipynb"):
            model = (await ada.get(f"/api/contents/{path}")).json()
            assert model["type"] == "notebook"
            assert model["content"] == notebook("x = 1", "y = 2")
        assert list((await owned_area(ada, tmp_path)).iterdir()) == []


class TestNotebooksThatCodeWrote:
    async def test_one_is_shown_and_becomes_a_document_when_opened(
        self, ada: httpx.AsyncClient, tmp_path: Path
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

    async def test_an_invalid_one_stays_and_says_why(
        self, ada: httpx.AsyncClient, tmp_path: Path
    ) -> None:
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
        self, ada: httpx.AsyncClient, tmp_path: Path
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
        self, ada: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        area = await owned_area(ada, tmp_path)
        await put(ada, "n.ipynb", as_model(notebook("mine")))
        (area / "n.ipynb").write_text("half a note")
        read = (await ada.get("/api/contents/n.ipynb")).json()["content"]
        assert read["cells"][0]["source"] == "mine"
        assert (area / "n (unreadable).ipynb").read_text() == "half a note"

    async def test_one_that_was_never_opened_is_kept_when_its_path_is_saved_to(
        self, ada: httpx.AsyncClient, tmp_path: Path
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
        self, ada: httpx.AsyncClient, tmp_path: Path
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


class TestBadInput:
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
    async def test_a_path_that_cannot_be_is_refused(
        self, ada: httpx.AsyncClient, address: str
    ) -> None:
        for method in ("GET", "PUT", "DELETE"):
            url = httpx.URL("http://127.0.0.1:8888", raw_path=f"/api/contents/{address}".encode())
            body = None if method == "GET" else {"type": "directory"}
            answer = await ada.request(method, url, json=body)
            assert answer.status_code == 400, answer.text
            assert answer.json()["message"]

    async def test_hidden_things_are_not_found_and_not_made(
        self, ada: httpx.AsyncClient, tmp_path: Path
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
        self, ada: httpx.AsyncClient, content: Any, words: str
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
        self, ada: httpx.AsyncClient, body: bytes, status: int
    ) -> None:
        answer = await ada.put("/api/contents/x.txt", content=body)
        assert answer.status_code == status, answer.text
        assert answer.json()["message"]
        assert names(await ada.get("/api/contents")) == []

    async def test_a_huge_body_is_refused_while_it_arrives(self, ada: httpx.AsyncClient) -> None:
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

    async def test_a_notebook_above_the_limit_is_refused(self, ada: httpx.AsyncClient) -> None:
        large = as_model(notebook("x" * (2 * MIB + 1)))
        assert (await put(ada, "n.ipynb", large)).status_code == 413

    async def test_a_full_quota_answers_507_and_loses_nothing(
        self, ada: httpx.AsyncClient, app: FastAPI
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
        self, ada: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        area = await owned_area(ada, tmp_path)
        with (area / "sparse.bin").open("wb") as file:
            file.truncate(100 << 30)
        answer = await ada.get("/api/contents/sparse.bin")
        assert answer.status_code == 413
        assert "Download" in answer.json()["what_to_do"]

    async def test_a_locked_database_answers_503_and_loses_nothing(
        self, ada: httpx.AsyncClient, app: FastAPI, database: Database
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
        self, ada: httpx.AsyncClient, app: FastAPI
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


class TestOthers:
    async def test_anothers_things_do_not_exist(
        self, people: People, ada: httpx.AsyncClient
    ) -> None:
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

    async def test_anonymous_people_are_refused(self, people: People) -> None:
        async with people.anonymous() as nobody:
            for method in ("GET", "PUT", "POST", "PATCH", "DELETE"):
                answer = await nobody.request(method, "/api/contents/n.ipynb", json={})
                assert answer.status_code == 403
            assert (await nobody.get("/files/n.ipynb")).status_code == 403
