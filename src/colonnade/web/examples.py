"""The notebooks that ship with the platform; opening one copies it into one's own documents."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from colonnade.accounts.http import Someone, require
from colonnade.accounts.permissions import Permission
from colonnade.kit.errors import NotFound
from colonnade.kit.http import database_of
from colonnade.web.bodies import SmallBodyRoute
from colonnade.web.pages import see_other
from colonnade.web.parts import contents_of

router = APIRouter(prefix="/examples", route_class=SmallBodyRoute, include_in_schema=False)

SHIPPED = Path(__file__).with_name("examples")
FOLDER = "Examples"
"""Where the copies go among a person's documents."""

FIRST = "Reading handwriting"
"""Shown before the others: it works for everybody within a minute."""


@dataclass(frozen=True)
class Example:
    """One shipped notebook: its title (the file's name) and its first paragraph."""

    title: str
    summary: str
    notebook: dict[str, Any]

    @property
    def path(self) -> str:
        """Where a person's copy lies."""
        return f"{FOLDER}/{self.title}.ipynb"


@cache
def examples() -> dict[str, Example]:
    """Every shipped notebook by its title."""
    read = (_read(file) for file in SHIPPED.glob("*.ipynb"))
    ordered = sorted(read, key=lambda example: (example.title != FIRST, example.title))
    return {example.title: example for example in ordered}


@router.post("/{title}/open", dependencies=[require(Permission.NOTEBOOKS_WRITE)])
async def open_example(request: Request, someone: Someone, title: str) -> Response:
    """Copy the example unless one's copy is there, and open it in JupyterLab."""
    example = examples().get(title)
    if example is None:
        raise NotFound("There is no such example.", "The home page lists them.")
    contents = contents_of(request)
    async with database_of(request).transaction() as session:
        there = await contents.documents.find(session, someone.person_id, example.path)
        if there is None:
            owner = someone.person_id
            await contents.save(session, owner, FOLDER, {"type": "directory"})
            model = {"type": "notebook", "format": "json", "content": example.notebook}
            await contents.save(session, owner, example.path, model)
    return see_other(request, f"lab/tree/{quote(example.path)}")


def _read(file: Path) -> Example:
    notebook = json.loads(file.read_text("utf-8"))
    words = (cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    text = next(("".join(source) for source in words), "")
    paragraphs = [part.strip() for part in text.split("\n\n")]
    summary = next((one for one in paragraphs if one and not one.startswith("#")), "")
    return Example(file.stem, _plain(summary), notebook)


def _plain(markdown: str) -> str:
    return markdown.translate(str.maketrans("\n", " ", "*`"))
