"""One's own notices: what was not run and why, with a way to say that it is wrong."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from colonnade.accounts.http import Someone, require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.kit.errors import ColonnadeError, Conflict, Invalid
from colonnade.kit.http import Transaction, database_of
from colonnade.web.bodies import SmallBodyRoute
from colonnade.web.pages import render, see_other
from colonnade.web.parts import enforcement_of
from colonnade.web.sign_in import Text

router = APIRouter(prefix="/notices", route_class=SmallBodyRoute, include_in_schema=False)

READ = [require(Permission.NOTICES_READ)]
ANSWER = [require(Permission.NOTICES_ANSWER)]


@router.get("", dependencies=READ)
async def page(request: Request, someone: Someone, session: Transaction) -> Response:
    """All of them, newest first."""
    found = await enforcement_of(request).notices.notices_of(session, someone.person_id)
    return render(request, "notices.html", someone, notices=found)


@router.get("/{notice_id}", dependencies=READ)
async def one(request: Request, someone: Someone, notice_id: str) -> Response:
    """One, with its statement of reasons."""
    return await _notice(request, someone, notice_id)


@router.post("/{notice_id}/contest", dependencies=ANSWER)
async def contest(request: Request, someone: Someone, notice_id: str, words: Text = "") -> Response:
    """Say why it is wrong."""
    try:
        async with database_of(request).transaction() as session:
            await enforcement_of(request).notices.contest(
                session, someone.person_id, notice_id, words
            )
    except (Invalid, Conflict) as problem:
        return await _notice(request, someone, notice_id, problem, words)
    return see_other(request, f"notices/{notice_id}")


@router.post("/{notice_id}/declare", dependencies=ANSWER)
async def declare(
    request: Request, someone: Someone, notice_id: str, purpose: Text = ""
) -> Response:
    """Say what held code is for, so that it runs."""
    try:
        async with database_of(request).transaction() as session:
            await enforcement_of(request).notices.declare(
                session, someone.person_id, notice_id, purpose
            )
    except (Invalid, Conflict) as problem:
        return await _notice(request, someone, notice_id, problem, purpose=purpose)
    return see_other(request, f"notices/{notice_id}")


async def _notice(
    request: Request,
    someone: Identity,
    notice_id: str,
    problem: ColonnadeError | None = None,
    words: str = "",
    purpose: str = "",
) -> Response:
    async with database_of(request).reading() as session:
        notice = await enforcement_of(request).notices.notice(session, someone.person_id, notice_id)
    return render(
        request,
        "notice.html",
        someone,
        status=problem.status if problem else 200,
        notice=notice,
        statement=notice.statement,
        problem=problem,
        words=words,
        purpose=purpose,
    )
