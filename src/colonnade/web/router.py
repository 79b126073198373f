"""All of this room's routes in one router; `app.py` includes it under the base URL."""

from fastapi import APIRouter

from colonnade.web import (
    account,
    assets,
    check,
    examples,
    home,
    notices,
    operations,
    people,
    policy,
    runtimes,
    sign_in,
)
from colonnade.web.api import router as api

PARTS = (
    home,
    assets,
    sign_in,
    account,
    people,
    policy,
    notices,
    check,
    runtimes,
    examples,
    operations,
)


def build_router() -> APIRouter:
    """Pages, assets, our API and the operators' numbers."""
    router = APIRouter()
    for part in PARTS:
        router.include_router(part.router)
    router.include_router(api.build_router())
    return router
