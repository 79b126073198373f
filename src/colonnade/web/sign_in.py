"""Signing in and out: by password, by one-time link, and the first password."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from colonnade.accounts.http import PUBLIC, Anyone, Someone, accounts_of, reader_of, require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.accounts.sign_in import LinkSpent, SignedIn, Visitor, WrongPassword
from colonnade.kit.errors import Forbidden, Invalid, TooMany
from colonnade.kit.http import Transaction
from colonnade.kit.settings import Origins
from colonnade.web.bodies import SmallBodyRoute
from colonnade.web.pages import base_of, render, see_other, settings_of
from colonnade.web.redirects import safe_target

Text = Annotated[str, Form()]


def sign_in_link(origins: Origins, base_url: str, secret: str) -> str:
    """The address to give to a person: whoever opens it first is signed in as them."""
    return f"{origins.app}{base_url}sign-in/link?token={secret}"


def visitor_of(connection: HTTPConnection) -> Visitor:
    """The browser that asks, as far as it can be known.

    Behind a proxy (`app_url` is set) its address is what the nearest proxy wrote last into
    X-Forwarded-For; whatever stands before that, the browser may have made up.
    """
    peer = connection.client.host if connection.client else ""
    forwarded = connection.headers.get("x-forwarded-for", "")
    if settings_of(connection).app_url and forwarded:
        peer = forwarded.rpartition(",")[2].strip()
    credential = reader_of(connection).read(connection)
    return Visitor(
        address=peer,
        agent=connection.headers.get("user-agent", ""),
        secret=credential.secret if credential and credential.via == "session" else None,
    )


def keep_signed_in(connection: HTTPConnection, response: Response, signed_in: SignedIn) -> Response:
    """Give the browser its new session."""
    cookie = reader_of(connection).cookie
    cookie.set(response, signed_in.secret, signed_in.lifetime_seconds)
    return response


router = APIRouter(route_class=SmallBodyRoute, include_in_schema=False)


@router.get("/sign-in", dependencies=[PUBLIC])
async def page(request: Request, someone: Anyone, next: str = "") -> Response:
    target = safe_target(next, base_of(request))
    if someone is not None:
        return RedirectResponse(target, status_code=303)
    return _form(request, target)


@router.post("/sign-in", dependencies=[PUBLIC])
async def by_password(
    request: Request, name: Text = "", password: Text = "", next: Text = ""
) -> Response:
    target = safe_target(next, base_of(request))
    try:
        signed_in = await accounts_of(request).sign_ins.by_password(
            name, password, visitor_of(request)
        )
    except (WrongPassword, TooMany, Forbidden) as problem:
        return _form(request, target, name, problem)
    return keep_signed_in(request, RedirectResponse(target, status_code=303), signed_in)


@router.get("/sign-in/link", dependencies=[PUBLIC])
async def link(request: Request, someone: Anyone, token: str = "", next: str = "") -> Response:
    target = safe_target(next, base_of(request))
    response = render(request, "link.html", someone, token=token, next=target)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@router.post("/sign-in/link", dependencies=[PUBLIC])
async def by_link(request: Request, token: Text = "", next: Text = "") -> Response:
    target = safe_target(next, base_of(request))
    try:
        signed_in = await accounts_of(request).sign_ins.by_link(token, visitor_of(request))
    except (LinkSpent, Forbidden) as problem:
        return _form(request, target, problem=problem)
    return keep_signed_in(request, RedirectResponse(target, status_code=303), signed_in)


@router.get("/welcome", dependencies=[require(Permission.ACCOUNT_READ)])
async def welcome(request: Request, someone: Someone, next: str = "") -> Response:
    return _welcome(request, someone, safe_target(next, base_of(request)))


@router.post("/welcome", dependencies=[require(Permission.ACCOUNT_WRITE)])
async def first_password(
    request: Request, someone: Someone, password: Text = "", next: Text = ""
) -> Response:
    target = safe_target(next, base_of(request))
    try:
        signed_in = await accounts_of(request).sign_ins.change_password(
            someone, "", password, visitor_of(request)
        )
    except (Invalid, WrongPassword) as problem:
        return _welcome(request, someone, target, problem)
    return keep_signed_in(request, RedirectResponse(target, status_code=303), signed_in)


@router.post("/sign-out", dependencies=[PUBLIC])
async def sign_out(request: Request, someone: Anyone, session: Transaction) -> Response:
    if someone is not None:
        await accounts_of(request).sign_ins.sign_out(session, someone)
    response = see_other(request, "sign-in")
    reader_of(request).cookie.clear(response)
    return response


def _form(
    request: Request,
    target: str,
    name: str = "",
    problem: WrongPassword | TooMany | Forbidden | LinkSpent | None = None,
) -> Response:
    return render(
        request,
        "sign_in.html",
        None,
        status=problem.status if problem else 200,
        next=target,
        name=name[:64],
        problem=problem,
    )


def _welcome(
    request: Request,
    someone: Identity,
    target: str,
    problem: Invalid | WrongPassword | None = None,
) -> Response:
    status = problem.status if problem else 200
    return render(request, "welcome.html", someone, status=status, next=target, problem=problem)
