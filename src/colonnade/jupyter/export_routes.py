"""`/api/nbconvert` and `/nbconvert/…`: which formats there are, and the way to an export.

Nothing is rendered here: an export is what strangers wrote, so the browser is sent to the content
origin with a link that lives for a minute.
"""

from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from colonnade.accounts.http import require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.jupyter.content_links import Capability
from colonnade.jupyter.contents_files import is_download, links_of
from colonnade.jupyter.contents_parts import contents_of, reading
from colonnade.jupyter.exports import purpose_of
from colonnade.jupyter.rendering import available_formats, find_format
from colonnade.jupyter.tails import tail
from colonnade.kit.errors import Invalid

Reader = Annotated[Identity, require(Permission.NOTEBOOKS_READ)]


def build_router() -> APIRouter:
    """The list of formats, in Jupyter's form, and the redirect to an export."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/nbconvert")
    async def list_formats(someone: Reader) -> dict[str, dict[str, str]]:
        formats = available_formats().items()
        return {name: {"output_mimetype": kind.media_type} for name, kind in formats}

    @router.get("/nbconvert/{format_name}/" + tail("path"))
    async def export(request: Request, format_name: str, path: str, someone: Reader) -> Response:
        kind = find_format(format_name)
        async with reading(request) as session:
            model = await contents_of(request).get(session, someone.person_id, path, content=False)
        if model["type"] != "notebook":
            raise Invalid("Only notebooks can be exported.", "Download the file as it is.")
        purpose, attachment = purpose_of(format_name), is_download(request)
        capability = Capability(purpose, someone.person_id, model["path"], attachment)
        name = PurePosixPath(model["name"]).stem + kind.suffix
        return RedirectResponse(links_of(request).address(capability, name), status_code=302)

    return router
