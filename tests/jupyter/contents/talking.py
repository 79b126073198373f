"""Words of the contents API that its tests share."""

from pathlib import Path
from typing import Any

import httpx

MIB = 1 << 20


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
