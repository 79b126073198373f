"""The application of the content origin: bytes that people or notebooks made, and nothing else.

It knows no cookie and no person, only links (`content_links`). Whatever it sends runs, if at all,
in a sandbox of an origin that holds nothing: `Content-Security-Policy: sandbox`.

To serve another kind of thing (an export, an output frame): give its links a purpose of their own
and pass a `Handler` of that name to `build_content_app`. The handler decides what the bytes are;
the headers that confine them are added here and cannot be forgotten.
"""

import asyncio
import mimetypes
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import ExitStack
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from colonnade.jupyter.content_links import FILE, PREFIX, Capability, ContentLinks
from colonnade.jupyter.output_frame import frame_route
from colonnade.jupyter.tails import tail
from colonnade.kit.database import Database
from colonnade.kit.errors import ColonnadeError
from colonnade.kit.settings import Origins
from colonnade.notebooks.contents import Contents
from colonnade.notebooks.notebook import write_file
from colonnade.notebooks.paths import split

Handler = Callable[[Request, Capability], Awaitable[Response]]

NOTEBOOK_TYPE = "application/x-ipynb+json"
CHUNK_BYTES = 256 * 1024

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def content_policy(app_origin: str) -> str:
    """The policy of every answer: scripts may run, alone, and reach nothing but themselves."""
    return (
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
        "style-src 'unsafe-inline'; img-src data: blob:; media-src data: blob:; font-src data:; "
        "connect-src 'none'; form-action 'none'; base-uri 'none'; "
        f"frame-ancestors {app_origin}"
    )


def is_content_path(path: str) -> bool:
    """Whether a path on the content host is ours; anything else belongs to the application."""
    return path.startswith(PREFIX)


def disposition(file_name: str, *, attachment: bool) -> str:
    """The Content-Disposition for a file of any name (RFC 6266 with RFC 8187)."""
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", file_name)
    kind = "attachment" if attachment else "inline"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def build_content_app(
    database: Database,
    contents: Contents,
    links: ContentLinks,
    origins: Origins,
    handlers: Mapping[str, Handler] | None = None,
) -> Starlette:
    """The ASGI application for the content host.

    Args:
        handlers: what answers links of other purposes than `FILE`.
    """
    files = Files(database, contents)
    known: dict[str, Handler] = {FILE: files.serve, **(handlers or {})}
    confining = {
        "Content-Security-Policy": content_policy(origins.app),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }

    async def serve(request: Request) -> Response:
        try:
            capability = links.read(request.path_params["token"])
            response = await known[capability.purpose](request, capability)
        except ColonnadeError as problem:
            response = PlainTextResponse(f"{problem}\n", status_code=problem.status)
        response.headers.update(confining)
        return response

    route = Route(f"{PREFIX}{{token}}/{tail('file_name')}", serve, methods=["GET"])
    return Starlette(routes=[frame_route(origins.app), route])


class Files:
    """Serves notebooks as files, and files."""

    def __init__(self, database: Database, contents: Contents) -> None:
        self._database = database
        self._contents = contents

    async def serve(self, request: Request, capability: Capability) -> Response:
        """The bytes at the capability's path. Raises NotFound and kin."""
        owner_id, path = capability.person_id, capability.path
        head = {
            "Content-Disposition": disposition(split(path)[1], attachment=capability.attachment)
        }
        notebook = await self._notebook(owner_id, path)
        if notebook is not None:
            return Response(notebook, headers=head, media_type=NOTEBOOK_TYPE)
        return await self._file(request, owner_id, path, head)

    async def _notebook(self, owner_id: str, path: str) -> bytes | None:
        async with self._database.reading() as session:
            notebook = await self._contents.documents.notebook_at(session, owner_id, path)
        return None if notebook is None else await asyncio.to_thread(write_file, notebook)

    async def _file(
        self, request: Request, owner_id: str, path: str, head: dict[str, str]
    ) -> Response:
        stack = ExitStack()
        opened = self._contents.areas.reading(owner_id, path)
        descriptor = await asyncio.to_thread(stack.enter_context, opened)
        size = os.fstat(descriptor).st_size
        wanted = byte_range(request.headers.get("range"), size)
        first, last = wanted or (0, size - 1)
        head |= {"Content-Length": str(last + 1 - first), "Accept-Ranges": "bytes"}
        if wanted:
            head["Content-Range"] = f"bytes {first}-{last}/{size}"
        return StreamingResponse(
            _read(stack, descriptor, first, last + 1),
            status_code=206 if wanted else 200,
            headers=head,
            media_type=media_type(path),
        )


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte of the one range asked for, or None to send everything.

    What is malformed, has several ranges, or lies outside is answered with everything, as RFC 9110
    section 14.2 allows.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None or size == 0:
        return None
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if last and int(last) else None
    begin, end = int(first), min(int(last or size - 1), size - 1)
    return (begin, end) if begin <= end else None


def media_type(path: str) -> str:
    """The type that a file's name promises; unknown ones are bytes."""
    guessed, encoding = mimetypes.guess_type(path)
    if encoding is not None:
        return "application/gzip" if encoding == "gzip" else "application/octet-stream"
    if guessed is None:
        return "application/octet-stream"
    return f"{guessed}; charset=utf-8" if guessed.startswith("text/") else guessed


async def _read(stack: ExitStack, descriptor: int, first: int, end: int) -> AsyncIterator[bytes]:
    # A file that shrinks meanwhile is padded: a stream that falls short of its length would be
    # taken for a broken connection, and one that goes beyond it would break the next answer.
    with stack:
        while first < end:
            size = min(CHUNK_BYTES, end - first)
            data = await asyncio.to_thread(os.pread, descriptor, size, first)
            yield data or bytes(size)
            first += len(data) or size
