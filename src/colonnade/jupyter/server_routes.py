"""What a Jupyter client asks a server about itself and about who is signed in."""

import asyncio
import json
from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter
from starlette.requests import Request
from starlette.websockets import WebSocket

from colonnade.accounts.http import PUBLIC, require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.jupyter.models import moment
from colonnade.jupyter.parts import revocations_of, runtimes_of
from colonnade.kit.clock import utcnow
from colonnade.kit.errors import Invalid

SPOKEN_VERSION = "2.21.1"
"""The version of jupyter_server whose REST API this room answers."""

Owner = Annotated[Identity, require(Permission.ACCOUNT_READ)]
Watcher = Annotated[Identity, require(Permission.RUNTIMES_READ)]

POLICY_VIOLATION = 1008
"""WebSocket close code of RFC 6455, section 7.4.1: here, the session or token has ended."""

_NEEDED = {
    ("contents", "read"): Permission.NOTEBOOKS_READ,
    ("contents", "write"): Permission.NOTEBOOKS_WRITE,
    ("nbconvert", "read"): Permission.NOTEBOOKS_READ,
    ("kernelspecs", "read"): Permission.RUNTIMES_READ,
    ("kernels", "read"): Permission.RUNTIMES_READ,
    ("kernels", "write"): Permission.RUNTIMES_USE,
    ("kernels", "execute"): Permission.RUNTIMES_USE,
    ("sessions", "read"): Permission.RUNTIMES_READ,
    ("sessions", "write"): Permission.RUNTIMES_USE,
    ("terminals", "read"): Permission.RUNTIMES_READ,
    ("terminals", "write"): Permission.RUNTIMES_USE,
    ("terminals", "execute"): Permission.RUNTIMES_USE,
    ("events", "execute"): Permission.RUNTIMES_READ,
}
"""Jupyter's (resource, action) pairs and the permission of ours that each needs."""


def build_router() -> APIRouter:
    """`/api`, `/api/me`, `/api/status` and the socket for events."""
    router = APIRouter(prefix="/api", include_in_schema=False)
    started = utcnow()

    @router.get("", dependencies=[PUBLIC])
    @router.get("/", dependencies=[PUBLIC])
    async def read_version() -> dict[str, str]:
        return {"version": SPOKEN_VERSION}

    @router.get("/me")
    async def read_me(someone: Owner, permissions: str = "") -> dict[str, Any]:
        allowed = _allowed(someone, _parse_permissions(permissions))
        return {
            "identity": _identity_model(someone),
            "permissions": {**allowed, "updatable_fields": []},
        }

    @router.get("/status")
    async def read_status(request: Request, someone: Watcher) -> dict[str, Any]:
        return await _status(request, someone, started)

    @router.websocket("/events/subscribe")
    async def subscribe(socket: WebSocket, someone: Watcher) -> None:
        await _stay_silent(socket, someone)

    return router


async def _status(request: Request, someone: Identity, started: datetime) -> dict[str, Any]:
    """Jupyter's status, of this person's kernels only."""
    kernels = await runtimes_of(request).kernels(someone)
    return {
        "started": moment(started),
        "last_activity": moment(max((each.last_activity for each in kernels), default=started)),
        "kernels": len(kernels),
        "connections": sum(each.connections for each in kernels),
    }


async def _stay_silent(socket: WebSocket, someone: Identity) -> None:
    """Hold the socket open: JupyterLab retries for ever where there is none. We send no events.

    Returns when the client goes, or closes it when the sign-in ends.
    """
    await socket.accept()
    ended = asyncio.ensure_future(revocations_of(socket).wait(someone))
    gone = asyncio.ensure_future(_until_gone(socket))
    try:
        await asyncio.wait({ended, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not gone.done():
            await socket.close(POLICY_VIOLATION, "You are signed out.")
    finally:
        ended.cancel()
        gone.cancel()


async def _until_gone(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


def _identity_model(someone: Identity) -> dict[str, str | None]:
    words = someone.display_name.split()
    return {
        "username": someone.name,
        "name": someone.display_name,
        "display_name": someone.display_name,
        "initials": "".join(word[0] for word in words[:2]).upper(),
        "avatar_url": None,
        "color": None,
    }


def _parse_permissions(asked: str) -> dict[str, list[str]]:
    """`{"resource": ["action", …]}`. Raises Invalid."""
    try:
        value: Any = json.loads(asked) if asked else {}
    except (ValueError, RecursionError) as problem:
        raise Invalid("'permissions' is not valid JSON.") from problem
    if not isinstance(value, dict) or not all(
        isinstance(actions, list) and all(isinstance(each, str) for each in cast("Any", actions))
        for actions in cast("dict[str, Any]", value).values()
    ):
        raise Invalid("'permissions' must be a JSON object of lists of actions.")
    return cast("dict[str, list[str]]", value)


def _allowed(someone: Identity, asked: dict[str, list[str]]) -> dict[str, list[str]]:
    def may(resource: str, action: str) -> bool:
        needed = _NEEDED.get((resource, action))
        return needed is not None and someone.may(needed)

    return {
        resource: [action for action in actions if may(resource, action)]
        for resource, actions in asked.items()
    }
