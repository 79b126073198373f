"""One's own account: name, password, sessions, tokens."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from colonnade.accounts.http import Someone, accounts_of, require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import DELICATE, Permission
from colonnade.accounts.sign_in import WrongPassword
from colonnade.kit.errors import ColonnadeError, Invalid, TooMany
from colonnade.kit.http import Transaction, database_of
from colonnade.web.bodies import SmallBodyRoute
from colonnade.web.pages import render, see_other
from colonnade.web.sign_in import Text, keep_signed_in, visitor_of

router = APIRouter(prefix="/account", route_class=SmallBodyRoute, include_in_schema=False)

# The order matters: Edge calls itself Chrome and Safari too, Android calls itself Linux.
_BROWSERS = {"Firefox/": "Firefox", "Edg/": "Edge", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
READ = [require(Permission.ACCOUNT_READ)]
WRITE = [require(Permission.ACCOUNT_WRITE)]
TOKENS = [require(Permission.TOKENS_WRITE)]


@router.get("", dependencies=READ)
async def page(request: Request, someone: Someone) -> Response:
    """The account as its owner sees it."""
    return await _account(request, someone)


@router.post("/name", dependencies=WRITE)
async def rename(
    request: Request, someone: Someone, session: Transaction, display_name: Text = ""
) -> Response:
    """Be shown under another name."""
    people = accounts_of(request).people
    await people.rename(session, await people.get(session, someone.person_id), display_name)
    return see_other(request, "account")


@router.post("/password", dependencies=WRITE)
async def change_password(
    request: Request, someone: Someone, current: Text = "", password: Text = ""
) -> Response:
    """Change the password; every other session ends."""
    try:
        signed_in = await accounts_of(request).sign_ins.change_password(
            someone, current, password, visitor_of(request)
        )
    except (Invalid, WrongPassword, TooMany) as problem:
        return await _account(request, someone, problem=problem)
    return keep_signed_in(request, see_other(request, "account"), signed_in)


@router.post("/sessions/end-others", dependencies=WRITE)
async def end_others(request: Request, someone: Someone, session: Transaction) -> Response:
    """Sign out everywhere but here."""
    await accounts_of(request).sign_ins.sign_out_elsewhere(session, someone)
    return see_other(request, "account")


@router.post("/sessions/{session_id}/end", dependencies=WRITE)
async def end_one(
    request: Request, someone: Someone, session: Transaction, session_id: str
) -> Response:
    """Sign one browser out."""
    await accounts_of(request).sign_ins.end(session, someone, session_id)
    return see_other(request, "account")


@router.post("/tokens", dependencies=TOKENS)
async def create_token(
    request: Request,
    someone: Someone,
    label: Text = "",
    days: Annotated[int, Form(ge=0, le=3650)] = 0,
    scopes: Annotated[list[Permission] | None, Form()] = None,
) -> Response:
    """Make a token; the page that answers is the only one that shows it."""
    lifetime = timedelta(days=days) if days else None
    try:
        async with database_of(request).transaction() as session:
            made = await accounts_of(request).tokens.create_for(
                session, someone, label, scopes or None, lifetime
            )
    except (Invalid, TooMany) as problem:
        return await _account(request, someone, problem=problem)
    return await _account(request, someone, secret=made.secret)


@router.post("/tokens/{token_id}/revoke", dependencies=TOKENS)
async def revoke_token(
    request: Request, someone: Someone, session: Transaction, token_id: str
) -> Response:
    """Make a token worthless."""
    await accounts_of(request).tokens.revoke(session, someone.person_id, token_id)
    return see_other(request, "account")


async def _account(
    request: Request,
    someone: Identity,
    problem: ColonnadeError | None = None,
    secret: str = "",
) -> Response:
    accounts = accounts_of(request)
    async with database_of(request).reading() as session:
        person = await accounts.people.get(session, someone.person_id)
        sessions = await accounts.sign_ins.sessions(session, someone.person_id)
        tokens = await accounts.tokens.of(session, someone.person_id)
    return render(
        request,
        "account.html",
        someone,
        status=problem.status if problem else 200,
        person=person,
        sessions=sessions,
        tokens=tokens,
        problem=problem,
        secret=secret,
        scopes=sorted(someone.permissions),
        delicate=DELICATE,
        browser_of=browser_of,
    )


def browser_of(agent: str) -> str:
    """'Firefox on Linux', as well as a User-Agent header tells."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in agent), "A browser")
    system = next((name for mark, name in _SYSTEMS.items() if mark in agent), "")
    return f"{browser} on {system}" if system else browser
