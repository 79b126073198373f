"""The whole API, and its description."""

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request

from colonnade.accounts.http import PUBLIC
from colonnade.web.api import check, me, notices, people, policy, runtimes, tokens
from colonnade.web.pages import base_of

PREFIX = "/api/v1"


def build_router() -> APIRouter:
    """Every route of the API, below `/api/v1`."""
    router = APIRouter(prefix=PREFIX)
    for part in (me, runtimes, tokens, notices, check, people, policy):
        router.include_router(part.router)

    @router.get("/openapi.json", include_in_schema=False, dependencies=[PUBLIC])
    def description(request: Request) -> dict[str, Any]:
        return get_openapi(
            title="Colonnade",
            version=version("colonnade"),
            summary="Sign in with 'Authorization: Bearer TOKEN'; make tokens on the account page.",
            routes=router.routes,
            servers=[{"url": base_of(request).rstrip("/") or "/"}],
        )

    return router
