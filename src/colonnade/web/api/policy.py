"""`/api/v1/policy`: the rules, for everybody."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request

from colonnade.accounts.http import PUBLIC
from colonnade.policy import Policy
from colonnade.policy.difference import compare
from colonnade.web.parts import policy_of

router = APIRouter(prefix="/policy", tags=["policy"], dependencies=[PUBLIC])


class VersionModel(BaseModel):
    """One version of the rules."""

    version: int
    date: date
    title: str
    in_force: bool


class ChangeModel(BaseModel):
    """One change, and the sentences that went and came."""

    place: str
    words: str
    removed: list[str]
    added: list[str]


@router.get("")
def in_force(request: Request) -> Policy:
    """The rules that hold now."""
    return policy_of(request).current


@router.get("/versions")
def versions(request: Request) -> list[VersionModel]:
    """Every version, newest first."""
    book = policy_of(request)
    return [
        VersionModel(
            version=one.version, date=one.date, title=one.title, in_force=one is book.current
        )
        for one in reversed(book.versions)
    ]


@router.get("/versions/{number}")
def version(request: Request, number: int) -> Policy:
    """One version."""
    return policy_of(request).version(number)


@router.get("/changes/{before}/{after}")
def changes(request: Request, before: int, after: int) -> list[ChangeModel]:
    """What changed from one version to another."""
    book = policy_of(request)
    found = compare(book.version(before), book.version(after)).changes
    return [
        ChangeModel(
            place=one.place, words=one.words, removed=list(one.removed), added=list(one.added)
        )
        for one in found
    ]
