"""Going back to a checkpoint."""

import httpx

from .talking import as_model, notebook, put


async def test_a_notebook_goes_back_to_a_checkpoint(ada: httpx.AsyncClient) -> None:
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


async def test_a_file_goes_back_to_its_checkpoint(ada: httpx.AsyncClient) -> None:
    await put(ada, "f.txt", {"type": "file", "format": "text", "content": "first"})
    kept = (await ada.post("/api/contents/f.txt/checkpoints")).json()
    await put(ada, "f.txt", {"type": "file", "format": "text", "content": "second"})
    assert (await ada.get("/api/contents/f.txt/checkpoints")).json() == [kept]
    address = f"/api/contents/f.txt/checkpoints/{kept['id']}"
    assert (await ada.post(address)).status_code == 204
    assert (await ada.get("/api/contents/f.txt")).json()["content"] == "first"
    assert (await ada.delete(address)).status_code == 204
    assert (await ada.get("/api/contents/f.txt/checkpoints")).json() == []


async def test_an_unknown_checkpoint_is_not_found(ada: httpx.AsyncClient) -> None:
    await put(ada, "n.ipynb", as_model(notebook()))
    await put(ada, "f.txt", {"type": "file", "format": "text", "content": ""})
    for path in ("n.ipynb", "f.txt", "none.ipynb"):
        for identifier in ("99", "x", "²", "9" * 40):
            address = f"/api/contents/{path}/checkpoints/{identifier}"
            assert (await ada.post(address)).status_code == 404
            assert (await ada.delete(address)).status_code == 404
    assert (await ada.get("/api/contents/none.ipynb/checkpoints")).status_code == 404
