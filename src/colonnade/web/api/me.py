"""`/api/v1/me`: who the session or token speaks for."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from colonnade.accounts.http import Someone, require
from colonnade.accounts.permissions import Permission, Role

router = APIRouter(prefix="/me", tags=["account"])


class MeModel(BaseModel):
    """You, and what this session or token may do."""

    id: str
    name: str
    display_name: str
    role: Role
    via: Literal["session", "token"]
    permissions: list[Permission]


@router.get("", dependencies=[require(Permission.ACCOUNT_READ)])
async def me(someone: Someone) -> MeModel:
    """Who you are."""
    return MeModel(
        id=someone.person_id,
        name=someone.name,
        display_name=someone.display_name,
        role=someone.role,
        via=someone.via,
        permissions=sorted(someone.permissions),
    )
