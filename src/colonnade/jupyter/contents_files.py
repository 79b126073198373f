"""`/files`: where Jupyter's front end points images, downloads and new tabs.

Nothing is served here: the bytes were made by strangers to this origin, so the browser is sent to
the content origin with a link that lives for a minute.
"""

from typing import Annotated, cast

from fastapi import APIRouter
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from colonnade.accounts.http import require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.jupyter.content_links import FILE, Capability, ContentLinks
from colonnade.jupyter.contents_parts import contents_of, reading
from colonnade.jupyter.tails import tail
from colonnade.kit.errors import Invalid

Reader = Annotated[Identity, require(Permission.NOTEBOOKS_READ)]


def links_of(connection: HTTPConnection) -> ContentLinks:
    """The maker of links that `app.py` hung on the application."""
    return cast(ContentLinks, connection.app.state.links)


async def get_file(request: Request, identity: Reader, path: str) -> Response:
    """A redirect to the file or notebook. Raises NotFound, or Invalid for a folder."""
    async with reading(request) as session:
        model = await contents_of(request).get(session, identity.person_id, path, content=False)
    if model["type"] == "directory":
        raise Invalid("Folders cannot be downloaded.", "Download the files in it.")
    capability = Capability(FILE, identity.person_id, model["path"], is_download(request))
    return RedirectResponse(links_of(request).address(capability, model["name"]), status_code=302)


def is_download(request: Request) -> bool:
    """Whether the browser means to save the file: `?download=1`, or a click on a download link.

    JupyterLab clicks an `<a download>`; browsers forget that attribute at a redirect to another
    origin and would leave the page. Chromium tells such a click from a new tab by
    `Sec-Fetch-Dest: empty` on a navigation (tried with Debian's Chromium, 2026-11).
    """
    if request.query_params.get("download", "") not in {"", "0"}:
        return True
    mode, target = request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest")
    return mode == "navigate" and target == "empty"


def build_router() -> APIRouter:
    """The one route."""
    router = APIRouter(tags=["contents"])
    router.add_api_route(f"/files/{tail('path')}", get_file, methods=["GET", "HEAD"])
    return router
