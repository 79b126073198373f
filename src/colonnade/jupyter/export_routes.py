"""`/api/nbconvert`: which formats a notebook can be exported to here."""

from typing import Annotated

from fastapi import APIRouter

from colonnade.accounts.http import require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.jupyter.rendering import available_formats

Reader = Annotated[Identity, require(Permission.NOTEBOOKS_READ)]


def build_router() -> APIRouter:
    """The list of formats, in Jupyter's form."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/nbconvert")
    async def list_formats(someone: Reader) -> dict[str, dict[str, str]]:
        formats = available_formats().items()
        return {name: {"output_mimetype": kind.media_type} for name, kind in formats}

    return router
