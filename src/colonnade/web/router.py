"""All of this room's routes in one router; `app.py` includes it under the base URL."""

from fastapi import APIRouter

from colonnade.web import account, assets, people, sign_in


def build_router() -> APIRouter:
    """Pages, assets, our API and the operators' numbers."""
    router = APIRouter()
    for part in (assets, sign_in, account, people):
        router.include_router(part.router)
    return router
