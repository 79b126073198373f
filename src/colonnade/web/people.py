"""People, for administrators: add, change the role, suspend, hand out sign-in links."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from colonnade.accounts.http import Someone, accounts_of, require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission, Role
from colonnade.accounts.service import Accounts
from colonnade.accounts.tables import Person
from colonnade.kit.errors import ColonnadeError, Conflict, Invalid
from colonnade.kit.http import database_of
from colonnade.web.bodies import SmallBodyRoute
from colonnade.web.pages import render, see_other, settings_of
from colonnade.web.sign_in import Text, sign_in_link

router = APIRouter(prefix="/people", route_class=SmallBodyRoute, include_in_schema=False)

WRITE = [require(Permission.PEOPLE_WRITE)]
Change = Callable[[Accounts, AsyncSession, Person], Awaitable[None]]


@router.get("", dependencies=[require(Permission.PEOPLE_READ)])
async def page(request: Request, someone: Someone) -> Response:
    """Everybody."""
    return await _people(request, someone)


@router.post("", dependencies=WRITE)
async def add(
    request: Request,
    someone: Someone,
    name: Text = "",
    display_name: Text = "",
    role: Annotated[Role, Form()] = Role.MEMBER,
) -> Response:
    """Add somebody; the page that answers shows their sign-in link."""
    people = accounts_of(request).people
    try:
        async with database_of(request).transaction() as session:
            person = await people.create(session, name, role, display_name)
            secret = await people.issue_link(session, person)
    except (Invalid, Conflict) as problem:
        return await _people(request, someone, problem=problem)
    return await _people(request, someone, secret=secret, whose=person.name)


@router.post("/{person_id}/role", dependencies=WRITE)
async def change_role(
    request: Request, someone: Someone, person_id: str, role: Annotated[Role, Form()]
) -> Response:
    """Give somebody another role."""

    async def change(accounts: Accounts, session: AsyncSession, person: Person) -> None:
        await accounts.people.change_role(session, person, role)

    return await _change(request, someone, person_id, change)


@router.post("/{person_id}/suspend", dependencies=WRITE)
async def suspend(request: Request, someone: Someone, person_id: str) -> Response:
    """Lock somebody out."""

    async def change(accounts: Accounts, session: AsyncSession, person: Person) -> None:
        await accounts.people.suspend(session, person)

    return await _change(request, someone, person_id, change)


@router.post("/{person_id}/reactivate", dependencies=WRITE)
async def reactivate(request: Request, someone: Someone, person_id: str) -> Response:
    """Let somebody in again."""

    async def change(accounts: Accounts, session: AsyncSession, person: Person) -> None:
        await accounts.people.reactivate(session, person)

    return await _change(request, someone, person_id, change)


@router.post("/{person_id}/link", dependencies=WRITE)
async def new_link(request: Request, someone: Someone, person_id: str) -> Response:
    """A new sign-in link; the password, if there is one, stays."""
    people = accounts_of(request).people
    try:
        async with database_of(request).transaction() as session:
            person = await people.get(session, person_id)
            secret = await people.issue_link(session, person)
    except Conflict as problem:
        return await _people(request, someone, problem=problem)
    return await _people(request, someone, secret=secret, whose=person.name)


async def _change(request: Request, someone: Identity, person_id: str, change: Change) -> Response:
    accounts = accounts_of(request)
    try:
        async with database_of(request).transaction() as session:
            await change(accounts, session, await accounts.people.get(session, person_id))
    except Conflict as problem:
        return await _people(request, someone, problem=problem)
    return see_other(request, "people")


async def _people(
    request: Request,
    someone: Identity,
    problem: ColonnadeError | None = None,
    secret: str = "",
    whose: str = "",
) -> Response:
    async with database_of(request).reading() as session:
        everybody = await accounts_of(request).people.all(session)
    settings, origins = settings_of(request), request.app.state.origins
    return render(
        request,
        "people.html",
        someone,
        status=problem.status if problem else 200,
        everybody=everybody,
        roles=list(Role),
        problem=problem,
        whose=whose,
        link=sign_in_link(origins, settings.base_url, secret) if secret else "",
    )
