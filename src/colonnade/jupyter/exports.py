"""Exports of saved notebooks, served by the content origin through links that name the format.

`Exports(…).handlers()` goes into `content_origin.build_content_app`: one handler a format, so that
the signed link says what is rendered and nothing in the request can change it.
"""

from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from colonnade.jupyter.content_links import Capability
from colonnade.jupyter.content_origin import Handler, disposition
from colonnade.jupyter.rendering import FORMATS, Renderer
from colonnade.kit.database import Database
from colonnade.kit.errors import NotFound
from colonnade.notebooks.contents import Contents


def purpose_of(format_name: str) -> str:
    """The purpose of links to exports in that format."""
    return f"export-{format_name}"


class Exports:
    """Renders what a link names, from the saved document."""

    def __init__(self, database: Database, contents: Contents, renderer: Renderer) -> None:
        self._database = database
        self._contents = contents
        self._renderer = renderer

    def handlers(self) -> dict[str, Handler]:
        """For each purpose of ours what answers it."""
        return {purpose_of(name): self._handler(name) for name in FORMATS}

    def _handler(self, format_name: str) -> Handler:
        async def serve(request: Request, capability: Capability) -> Response:
            return await self._serve(format_name, capability)

        return serve

    async def _serve(self, format_name: str, capability: Capability) -> Response:
        owner_id, path = capability.person_id, capability.path
        async with self._database.reading() as session:
            notebook = await self._contents.documents.notebook_at(session, owner_id, path)
        if notebook is None:
            raise NotFound("There is no such notebook.", "Only notebooks can be exported.")
        export = await self._renderer.render(notebook, format_name, PurePosixPath(path).stem)
        head = {"Content-Disposition": disposition(export.name, attachment=capability.attachment)}
        return Response(export.body, media_type=export.media_type, headers=head)
