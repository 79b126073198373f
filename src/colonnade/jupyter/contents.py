"""`/api/contents`: notebooks, files and folders as Jupyter clients ask for them.

Statuses and models are jupyter_server's (`services/contents/handlers.py`, 2.21), so JupyterLab's
file browser, VS Code and scripts work unchanged. A body is read with a bound and taken in before
the database's lock is; only then a transaction is opened, so a slow upload holds up nobody.
"""

import asyncio
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from colonnade.accounts.http import require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.jupyter import contents_files
from colonnade.jupyter.contents_bodies import ContentsBody, SmallBody, text_of
from colonnade.jupyter.contents_parts import contents_of, reading, writing
from colonnade.jupyter.parts import settings_of
from colonnade.jupyter.tails import tail
from colonnade.kit.errors import Invalid
from colonnade.notebooks.adoption import Unadopted
from colonnade.notebooks.models import Model
from colonnade.notebooks.notebook import dump_json

Reader = Annotated[Identity, require(Permission.NOTEBOOKS_READ)]
Writer = Annotated[Identity, require(Permission.NOTEBOOKS_WRITE)]
Zero = Literal["0", "1"]

CHECKPOINTS = f"/api/contents/{tail('path')}/checkpoints"
ONE_CHECKPOINT = CHECKPOINTS + "/{checkpoint_id}"
TRUST = f"/api/contents/{tail('path')}/trust"
ROOT = "/api/contents"
CONTENTS = f"/api/contents/{tail('path')}"


async def get_contents(
    request: Request,
    identity: Reader,
    path: str = "",
    type: str | None = None,
    format: Literal["text", "base64"] | None = None,
    content: Zero = "1",
    want_hash: Annotated[Zero, Query(alias="hash")] = "0",
) -> Response:
    """The model of a notebook, file or folder."""
    asked: dict[str, Any] = {
        "content": content == "1",
        "kind": _kind(type),
        "format": format,
        "want_hash": want_hash == "1",
    }
    contents, owner_id = contents_of(request), identity.person_id
    try:
        async with reading(request) as session:
            model = await contents.get(session, owner_id, path, **asked)
    except Unadopted:
        waiting = await contents.read_waiting(owner_id, path)
        async with writing(request) as session:
            model = await contents.get(session, owner_id, path, adopt=waiting, **asked)
    return await _answer(request, model, location=False)


async def post_contents(
    request: Request, identity: Writer, body: SmallBody, path: str = ""
) -> Response:
    """A new thing in the folder `path`, named by us: empty, or a copy of `copy_from`."""
    contents, owner_id = contents_of(request), identity.person_id
    source = text_of(body, "copy_from")
    if source:
        async with reading(request) as session:
            target = await contents.copy_files(session, owner_id, source, path)
        async with writing(request) as session:
            model = await contents.copy_documents(session, owner_id, source, target)
    else:
        kind, suffix = _kind(text_of(body, "type")), _suffix(text_of(body, "ext"))
        async with writing(request) as session:
            model = await contents.new(session, owner_id, path, kind or "", suffix)
    return await _answer(request, model, status=201)


async def put_contents(
    request: Request, identity: Writer, body: ContentsBody, path: str
) -> Response:
    """Save at `path`. Answers 409 when the version named as base is no longer the newest."""
    contents, owner_id = contents_of(request), identity.person_id
    if body.get("copy_from"):
        raise Invalid("PUT does not copy.", "Use POST.")
    if body.get("type") is not None:
        body["type"] = _kind(text_of(body, "type"))
    base = request.headers.get("if-match")
    if base and base != "*":
        body["hash"] = base.removeprefix("W/").strip('"')
    async with reading(request) as session:
        received = await contents.receive(session, owner_id, path, body)
    opened = writing if received.changes_documents else reading
    async with opened(request) as session:
        saved = await contents.save(session, owner_id, path, received)
    if saved.conflict:
        raise saved.conflict
    return await _answer(request, saved.model, status=201 if saved.created else 200)


async def patch_contents(
    request: Request, identity: Writer, body: SmallBody, path: str
) -> Response:
    """Rename or move to the `path` in the body."""
    contents, owner_id = contents_of(request), identity.person_id
    target = text_of(body, "path")
    async with writing(request) as session:
        model = await contents.rename(session, owner_id, path, target or path)
    return await _answer(request, model)


async def delete_contents(request: Request, identity: Writer, path: str) -> Response:
    """Delete; folders with everything below them."""
    async with writing(request) as session:
        await contents_of(request).delete(session, identity.person_id, path)
    return Response(status_code=204)


async def get_checkpoints(request: Request, identity: Reader, path: str) -> Response:
    """The checkpoints of a notebook or file, oldest first."""
    async with reading(request) as session:
        found = await contents_of(request).checkpoints(session, identity.person_id, path)
    return Response(dump_json(found), media_type="application/json")


async def post_checkpoint(request: Request, identity: Writer, path: str) -> Response:
    """Keep the present state."""
    async with writing(request) as session:
        kept = await contents_of(request).create_checkpoint(session, identity.person_id, path)
    location = f"{_location(request, path)}/checkpoints/{kept['id']}"
    headers = {"Location": location}
    return Response(
        dump_json(kept), status_code=201, headers=headers, media_type="application/json"
    )


async def restore_checkpoint(
    request: Request, identity: Writer, path: str, checkpoint_id: str
) -> Response:
    """Make a kept state the newest."""
    contents, owner_id = contents_of(request), identity.person_id
    async with writing(request) as session:
        await contents.restore_checkpoint(session, owner_id, path, checkpoint_id)
    return Response(status_code=204)


async def delete_checkpoint(
    request: Request, identity: Writer, path: str, checkpoint_id: str
) -> Response:
    """Forget a kept state."""
    contents, owner_id = contents_of(request), identity.person_id
    async with writing(request) as session:
        await contents.delete_checkpoint(session, owner_id, path, checkpoint_id)
    return Response(status_code=204)


async def trust(request: Request, identity: Writer, path: str) -> Response:
    """Answered for old clients. Nothing is trusted by being stored here: outputs are shown from
    another origin, and `metadata.trusted` is taken away at every save."""
    async with reading(request) as session:
        await contents_of(request).get(session, identity.person_id, path, content=False)
    return Response(status_code=201)


def build_router() -> APIRouter:
    """The routes, `/files` with them; the more particular paths come first."""
    router = APIRouter(tags=["contents"])
    router.include_router(contents_files.build_router())
    router.add_api_route(CHECKPOINTS, get_checkpoints, methods=["GET"])
    router.add_api_route(CHECKPOINTS, post_checkpoint, methods=["POST"])
    router.add_api_route(ONE_CHECKPOINT, restore_checkpoint, methods=["POST"], status_code=204)
    router.add_api_route(ONE_CHECKPOINT, delete_checkpoint, methods=["DELETE"], status_code=204)
    router.add_api_route(TRUST, trust, methods=["POST"], status_code=201)
    router.add_api_route(ROOT, get_contents, methods=["GET"])
    router.add_api_route(ROOT, post_contents, methods=["POST"], status_code=201)
    router.add_api_route(CONTENTS, get_contents, methods=["GET"])
    router.add_api_route(CONTENTS, post_contents, methods=["POST"], status_code=201)
    router.add_api_route(CONTENTS, put_contents, methods=["PUT"])
    router.add_api_route(CONTENTS, patch_contents, methods=["PATCH"])
    router.add_api_route(CONTENTS, delete_contents, methods=["DELETE"], status_code=204)
    return router


async def _answer(
    request: Request, model: Model, *, status: int = 200, location: bool = True
) -> Response:
    headers = {"Last-Modified": str(model["last_modified"])}
    if location:
        headers["Location"] = _location(request, str(model["path"]))
    body = await asyncio.to_thread(dump_json, model)
    return Response(body, status_code=status, headers=headers, media_type="application/json")


def _location(request: Request, path: str) -> str:
    return f"{settings_of(request).base_url}api/contents/{quote(path.strip('/'))}"


def _kind(kind: str | None) -> str | None:
    # As jupyter_server does: what no server knows is a file.
    return kind if kind in {None, "", "directory", "notebook"} else "file"


def _suffix(suffix: str | None) -> str:
    if not suffix:
        return ""
    return suffix if suffix.startswith(".") else f".{suffix}"
