"""The files of a runtime that was stopped, as a download from the content origin.

What is in them was made by code in a runtime, so nothing of them is served by the application: it
makes a link (`kept_link`) that lives for a minute, and whose the files are is asked again here.
"""

from collections.abc import AsyncGenerator, Callable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from colonnade.jupyter.content_links import Capability, ContentLinks
from colonnade.jupyter.content_origin import Handler, disposition
from colonnade.kit.errors import NotFound

KEPT = "kept-files"

Archive = Callable[[str, str], AsyncGenerator[bytes]]
"""The kept files of a person (first) of a runtime (second); raises NotFound and kin."""


def kept_link(links: ContentLinks, person_id: str, runtime_id: str) -> str:
    """A link to the files of one's own runtime. Whether there are any is seen when it is used."""
    capability = Capability(KEPT, person_id, runtime_id, attachment=True)
    return links.address(capability, file_name(runtime_id))


def file_name(runtime_id: str) -> str:
    """What the archive is called when it is saved."""
    return f"content-{runtime_id[:8]}.tar.gz"


def kept_files(archive: Archive) -> dict[str, Handler]:
    """What answers such links, for `content_origin.build_content_app`."""

    async def serve(request: Request, capability: Capability) -> Response:
        pieces = archive(capability.person_id, capability.path)
        try:
            # The first piece decides between an error and a stream.
            first = await anext(pieces)
        except StopAsyncIteration:
            raise NotFound("There are no files of such a runtime.") from None
        name = file_name(capability.path)
        return StreamingResponse(
            _all(first, pieces),
            media_type="application/gzip",
            headers={"Content-Disposition": disposition(name, attachment=True)},
        )

    return {KEPT: serve}


async def _all(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """The stream; when it breaks the connection does, so that nobody takes it for whole."""
    try:
        yield first
        async for piece in rest:
            yield piece
    finally:
        await rest.aclose()
