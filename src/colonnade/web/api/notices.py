"""`/api/v1/notices`: one's own notices, as data."""

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request

from colonnade.accounts.http import Someone, require
from colonnade.accounts.permissions import Permission
from colonnade.enforcement.schemas import Notice
from colonnade.kit.http import Transaction
from colonnade.web.bodies import SmallBodyRoute
from colonnade.web.parts import enforcement_of

router = APIRouter(prefix="/notices", tags=["notices"], route_class=SmallBodyRoute)

READ = [require(Permission.NOTICES_READ)]
ANSWER = [require(Permission.NOTICES_ANSWER)]


class ContestRequest(BaseModel):
    """Why the notice is wrong, in your own words."""

    words: str = Field(max_length=10_000)


class DeclarationRequest(BaseModel):
    """What held code is for."""

    purpose: str = Field(max_length=10_000)


@router.get("", dependencies=READ)
async def list_notices(request: Request, someone: Someone, session: Transaction) -> list[Notice]:
    """Your notices, newest first."""
    return await enforcement_of(request).notices.notices_of(session, someone.person_id)


@router.get("/{notice_id}", dependencies=READ)
async def get_notice(
    request: Request, someone: Someone, session: Transaction, notice_id: str
) -> Notice:
    """One notice with its statement of reasons."""
    return await enforcement_of(request).notices.notice(session, someone.person_id, notice_id)


@router.post("/{notice_id}/contest", status_code=201, dependencies=ANSWER)
async def contest(
    request: Request,
    someone: Someone,
    session: Transaction,
    notice_id: str,
    wanted: ContestRequest,
) -> Notice:
    """Contest it; another person than whoever decided will look at it."""
    notices = enforcement_of(request).notices
    return await notices.contest(session, someone.person_id, notice_id, wanted.words)


@router.post("/{notice_id}/declare", status_code=201, dependencies=ANSWER)
async def declare(
    request: Request,
    someone: Someone,
    session: Transaction,
    notice_id: str,
    wanted: DeclarationRequest,
) -> Notice:
    """Declare what held code is for, so that it runs in that notebook."""
    notices = enforcement_of(request).notices
    return await notices.declare(session, someone.person_id, notice_id, wanted.purpose)
