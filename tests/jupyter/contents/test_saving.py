"""Two saves of one thing: a late one is kept beside the newest, and nobody's work is lost."""

import asyncio
from pathlib import Path

import httpx

from .talking import as_model, names, notebook, owned_area, put


async def test_a_late_save_is_kept_beside_the_newest(ada: httpx.AsyncClient) -> None:
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


async def test_a_save_on_the_newest_is_no_conflict(ada: httpx.AsyncClient) -> None:
    model = (await put(ada, "n.ipynb", as_model(notebook("0")))).json()
    for number in range(1, 4):
        body = as_model(notebook(str(number)), last_modified=model["last_modified"])
        saved = await put(ada, "n.ipynb", body, headers={"If-Match": model["hash"]})
        assert saved.status_code == 200
        model = saved.json()


async def test_of_two_saves_on_the_same_base_one_is_late(ada: httpx.AsyncClient) -> None:
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


async def test_files_conflict_too(ada: httpx.AsyncClient, tmp_path: Path) -> None:
    first = {"type": "file", "format": "text", "content": "first"}
    await put(ada, "f.txt", first)
    model = (await ada.get("/api/contents/f.txt", params={"hash": "1"})).json()
    (await owned_area(ada, tmp_path)).joinpath("f.txt").write_text("by code")
    answer = await put(ada, "f.txt", {**first, "content": "late", "hash": model["hash"]})
    assert answer.status_code == 409
    assert (await ada.get("/api/contents/f.txt")).json()["content"] == "by code"
    kept = await ada.get(f"/api/contents/{answer.json()['kept_as']}")
    assert kept.json()["content"] == "late"
