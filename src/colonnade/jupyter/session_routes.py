"""`/api/kernels` and `/api/sessions`, model for model as jupyter_server answers them."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from colonnade.accounts.http import require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.jupyter.bodies import JsonObject
from colonnade.jupyter.models import session_model
from colonnade.jupyter.parts import runtimes_of, sessions_of, settings_of
from colonnade.jupyter.schemas import kernel_wish, session_change, session_wish

Reader = Annotated[Identity, require(Permission.RUNTIMES_READ)]
User = Annotated[Identity, require(Permission.RUNTIMES_USE)]


def build_router() -> APIRouter:
    """Routes of kernels and of sessions."""
    router = APIRouter(prefix="/api", include_in_schema=False)
    _add_kernel_routes(router)
    _add_kernel_actions(router)
    _add_session_routes(router)
    return router


def _add_kernel_routes(router: APIRouter) -> None:
    @router.get("/kernels")
    async def list_kernels(request: Request, someone: Reader) -> list[dict[str, Any]]:
        return [each.model() for each in await runtimes_of(request).kernels(someone)]

    @router.post("/kernels")
    async def start_kernel(request: Request, someone: User, body: JsonObject) -> JSONResponse:
        name, path = kernel_wish(body)
        kernel = await runtimes_of(request).start_kernel(someone, name, path)
        return _created(request, f"api/kernels/{kernel.id}", kernel.model())

    @router.get("/kernels/{kernel_id}")
    async def read_kernel(request: Request, kernel_id: str, someone: Reader) -> dict[str, Any]:
        return (await runtimes_of(request).kernel(someone, kernel_id)).model()

    @router.delete("/kernels/{kernel_id}", status_code=204)
    async def end_kernel(request: Request, kernel_id: str, someone: User) -> None:
        await sessions_of(request).end_kernel(someone, kernel_id)


def _add_kernel_actions(router: APIRouter) -> None:
    @router.post("/kernels/{kernel_id}/interrupt", status_code=204)
    async def interrupt_kernel(request: Request, kernel_id: str, someone: User) -> None:
        await runtimes_of(request).interrupt(someone, kernel_id)

    @router.post("/kernels/{kernel_id}/restart")
    async def restart_kernel(request: Request, kernel_id: str, someone: User) -> dict[str, Any]:
        await runtimes_of(request).restart(someone, kernel_id)
        return (await runtimes_of(request).kernel(someone, kernel_id)).model()


def _add_session_routes(router: APIRouter) -> None:
    @router.get("/sessions")
    async def list_sessions(request: Request, someone: Reader) -> list[dict[str, Any]]:
        found = await sessions_of(request).all(someone)
        return [session_model(each.row, each.kernel) for each in found]

    @router.post("/sessions")
    async def open_session(request: Request, someone: User, body: JsonObject) -> JSONResponse:
        bound = await sessions_of(request).open(someone, session_wish(body))
        model = session_model(bound.row, bound.kernel)
        return _created(request, f"api/sessions/{bound.row.id}", model)

    @router.get("/sessions/{session_id}")
    async def read_session(request: Request, session_id: str, someone: Reader) -> dict[str, Any]:
        bound = await sessions_of(request).get(someone, session_id)
        return session_model(bound.row, bound.kernel)

    @router.patch("/sessions/{session_id}")
    async def change_session(
        request: Request, session_id: str, someone: User, body: JsonObject
    ) -> dict[str, Any]:
        change = session_change(body)
        bound = await sessions_of(request).change(someone, session_id, change)
        return session_model(bound.row, bound.kernel)

    @router.delete("/sessions/{session_id}", status_code=204)
    async def close_session(request: Request, session_id: str, someone: User) -> None:
        await sessions_of(request).close(someone, session_id)


def _created(request: Request, address: str, model: dict[str, Any]) -> JSONResponse:
    location = settings_of(request).base_url + quote(address)
    return JSONResponse(model, status_code=201, headers={"Location": location})
