"""The rules: the version in force, its history, and what changed between two versions.

Everybody may read them, also before they have an account.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from colonnade.accounts.http import PUBLIC, Anyone
from colonnade.policy.difference import compare
from colonnade.web.pages import render
from colonnade.web.parts import policy_of

router = APIRouter(prefix="/policy", include_in_schema=False, dependencies=[PUBLIC])


@router.get("")
async def in_force(request: Request, someone: Anyone) -> Response:
    """The rules that hold now."""
    return _version(request, someone, policy_of(request).current.version)


@router.get("/versions/{number}")
async def version(request: Request, someone: Anyone, number: int) -> Response:
    """One version. Notices link to the clauses of theirs."""
    return _version(request, someone, number)


@router.get("/changes/{before}/{after}")
async def changes(request: Request, someone: Anyone, before: int, after: int) -> Response:
    """What changed from one version to another."""
    book = policy_of(request)
    difference = compare(book.version(before), book.version(after))
    return render(request, "policy_changes.html", someone, difference=difference, book=book)


def _version(request: Request, someone: Anyone, number: int) -> Response:
    book = policy_of(request)
    shown = book.version(number)
    numbers = [one.version for one in book.versions]
    earlier = dict(zip(numbers[1:], numbers, strict=False))
    return render(request, "policy.html", someone, policy=shown, book=book, earlier=earlier)
