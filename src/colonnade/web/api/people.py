"""`/api/v1/people`: accounts, for administrators."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request

from colonnade.accounts.http import accounts_of, require
from colonnade.accounts.permissions import Permission, Role
from colonnade.accounts.tables import Person
from colonnade.kit.http import Transaction
from colonnade.web.bodies import SmallBodyRoute
from colonnade.web.pages import base_of
from colonnade.web.sign_in import sign_in_link

router = APIRouter(prefix="/people", tags=["people"], route_class=SmallBodyRoute)

WRITE = [require(Permission.PEOPLE_WRITE)]


class PersonModel(BaseModel):
    """Somebody with an account."""

    id: str
    name: str
    display_name: str
    role: Role
    has_password: bool
    created_at: datetime
    suspended_at: datetime | None


class NewPersonRequest(BaseModel):
    """Somebody to add."""

    name: str
    display_name: str = ""
    role: Role = Role.MEMBER


class InvitedModel(BaseModel):
    """A person and their one-time sign-in link, shown only now."""

    person: PersonModel
    link: str


class PersonChange(BaseModel):
    """What should change; what is left out stays."""

    display_name: str | None = None
    role: Role | None = None
    suspended: bool | None = None


@router.get("", dependencies=[require(Permission.PEOPLE_READ)])
async def list_people(request: Request, session: Transaction) -> list[PersonModel]:
    """Everybody, by name."""
    return [_model(person) for person in await accounts_of(request).people.all(session)]


@router.post("", status_code=201, dependencies=WRITE)
async def add_person(
    request: Request, session: Transaction, wanted: NewPersonRequest
) -> InvitedModel:
    """Add somebody; give them the link yourself."""
    people = accounts_of(request).people
    person = await people.create(session, wanted.name, wanted.role, wanted.display_name)
    return _invited(request, person, await people.issue_link(session, person))


@router.get("/{person_id}", dependencies=[require(Permission.PEOPLE_READ)])
async def get_person(request: Request, session: Transaction, person_id: str) -> PersonModel:
    """One person."""
    return _model(await accounts_of(request).people.get(session, person_id))


@router.patch("/{person_id}", dependencies=WRITE)
async def change_person(
    request: Request, session: Transaction, person_id: str, change: PersonChange
) -> PersonModel:
    """Change the display name or role, suspend or reactivate."""
    people = accounts_of(request).people
    person = await people.get(session, person_id)
    if change.display_name is not None:
        await people.rename(session, person, change.display_name)
    if change.role is not None:
        await people.change_role(session, person, change.role)
    if change.suspended is True:
        await people.suspend(session, person)
    elif change.suspended is False:
        await people.reactivate(session, person)
    return _model(person)


@router.post("/{person_id}/link", status_code=201, dependencies=WRITE)
async def issue_link(request: Request, session: Transaction, person_id: str) -> InvitedModel:
    """A new sign-in link; earlier ones become worthless."""
    people = accounts_of(request).people
    person = await people.get(session, person_id)
    return _invited(request, person, await people.issue_link(session, person))


def _invited(request: Request, person: Person, secret: str) -> InvitedModel:
    link = sign_in_link(request.app.state.origins, base_of(request), secret)
    return InvitedModel(person=_model(person), link=link)


def _model(person: Person) -> PersonModel:
    return PersonModel(
        id=person.id,
        name=person.name,
        display_name=person.display_name,
        role=Role(person.role),
        has_password=person.password_hash is not None,
        created_at=person.created_at,
        suspended_at=person.suspended_at,
    )
