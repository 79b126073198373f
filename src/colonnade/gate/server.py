"""The WebSocket routes of the gate."""

from typing import Annotated, cast

from fastapi import APIRouter, WebSocket
from starlette.requests import HTTPConnection

from colonnade.accounts.http import require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.gate.gate import Gate

Runner = Annotated[Identity, require(Permission.RUNTIMES_USE)]


def gate_of(connection: HTTPConnection) -> Gate:
    """The gate that `app.py` hung on the application."""
    return cast(Gate, connection.app.state.gate)


def build_router() -> APIRouter:
    """The routes where Jupyter clients expect them."""
    router = APIRouter()
    router.add_api_websocket_route("/api/kernels/{kernel_id}/channels", kernel_channels)
    router.add_api_websocket_route("/terminals/websocket/{name}", terminal)
    return router


async def kernel_channels(
    websocket: WebSocket, kernel_id: str, someone: Runner, session_id: str | None = None
) -> None:
    """All channels of one kernel of one's own, in either wire form."""
    await gate_of(websocket).relay_kernel(websocket, someone, kernel_id, session_id)


async def terminal(websocket: WebSocket, name: str, someone: Runner) -> None:
    """One terminal in a runtime of one's own, as terminado speaks."""
    await gate_of(websocket).relay_terminal(websocket, someone, name)
