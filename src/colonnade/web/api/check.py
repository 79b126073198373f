"""`/api/v1/check`: what would happen to a notebook's cells, before they run."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request

from colonnade.accounts.http import Someone, require
from colonnade.accounts.permissions import Permission
from colonnade.enforcement.checks import Checked, name_of
from colonnade.kit.errors import Invalid
from colonnade.notebooks.paths import parse_path
from colonnade.web.checking import LARGEST_BYTES, TURN, Body, checks_of

router = APIRouter(prefix="/check", tags=["check"])

READ = require(Permission.NOTEBOOKS_READ)
_SENT = {"type": "string", "format": "binary"}
_DESCRIBED: dict[str, Any] = {
    "requestBody": {
        "description": f"A notebook or a script, at most {LARGEST_BYTES >> 20} MB.",
        "required": True,
        "content": {
            media: {"schema": _SENT}
            for media in ("application/x-ipynb+json", "application/octet-stream", "text/x-python")
        },
    }
}


@router.get("", dependencies=[READ, TURN])
async def check_saved(
    request: Request,
    someone: Someone,
    path: Annotated[str, Query(description="Of a saved notebook of yours.")],
) -> Checked:
    """What would happen to the cells of a notebook that you saved here; nothing is recorded."""
    return await checks_of(request).check_saved(someone.person_id, parse_path(path))


@router.post("", dependencies=[READ, TURN], openapi_extra=_DESCRIBED)
async def check_sent(
    request: Request,
    sent: Body,
    name: Annotated[
        str, Query(description="What the file is called; its suffix says what it is.")
    ] = "notebook.ipynb",
) -> Checked:
    """What would happen to the cells of the notebook or script that you send, as it lies on disk.

    A name ends in `.ipynb`, `.py` or `.sh`. Nothing of it is kept or recorded.
    """
    if not sent:
        raise Invalid("Nothing was sent.", "Send the file's bytes as the body.")
    return await checks_of(request).check(name_of(name), sent)
