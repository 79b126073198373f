"""`/api/terminals`, as jupyter_server answers it; the gate relays the terminals' sockets."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request

from colonnade.accounts.http import require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.jupyter.bodies import JsonObject, text_at
from colonnade.jupyter.parts import terminals_of

Reader = Annotated[Identity, require(Permission.RUNTIMES_READ)]
User = Annotated[Identity, require(Permission.RUNTIMES_USE)]


def build_router() -> APIRouter:
    """List, open, read and close terminals."""
    router = APIRouter(prefix="/api/terminals", include_in_schema=False)

    @router.get("")
    async def list_terminals(request: Request, someone: Reader) -> list[dict[str, str]]:
        return await terminals_of(request).all(someone)

    @router.post("")
    async def open_terminal(request: Request, someone: User, body: JsonObject) -> dict[str, str]:
        return await terminals_of(request).open(someone, text_at(body, "cwd") or "")

    @router.get("/{name}")
    async def read_terminal(request: Request, name: str, someone: Reader) -> dict[str, str]:
        return await terminals_of(request).get(someone, name)

    @router.delete("/{name}", status_code=204)
    async def close_terminal(request: Request, name: str, someone: User) -> None:
        await terminals_of(request).close(someone, name)

    return router
