"""Walks every route and socket of an application and knows, for each role, how it must answer.

The table is generated from what each route declares: `require(Permission.X)`, or `PUBLIC`. A route
that declares neither, or both, is named by `undeclared`, so that a new route cannot be forgotten.
To run it on an application (`crowd` stands in front of it):

    routes = walk(app)
    assert undeclared(routes) == []
    assert await misfits(crowd, routes) == []
    assert await leaks(crowd, routes, {"notice_id": …}) == []
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

from colonnade.accounts.http import Requirement, open_to_all
from colonnade.accounts.permissions import OF_ROLE, Permission, Role
from support.people import Crowd
from support.sockets import ENTERED, knock

SOCKET = "WEBSOCKET"
UNSAID = "unsaid"
"""The code of an error that has no body: of a socket's handshake, or for HEAD."""
NOWHERE = "0" * 32
"""Stands for a path parameter that is an id, and is nobody's."""
NUMBERS = {"number", "before", "after"}
"""Names of path parameters that are whole numbers."""
WHO: tuple[tuple[str, Role | None], ...] = (
    ("", None),
    ("walker-member", Role.MEMBER),
    ("walker-reviewer", Role.REVIEWER),
    ("walker-admin", Role.ADMIN),
)


@dataclass(frozen=True)
class Guarded:
    """One method of one route, or one socket, and what it declares."""

    method: str
    path: str
    permissions: frozenset[Permission]
    public: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def declared(self) -> bool:
        """Whether it says, once and clearly, who may come in."""
        return self.public != bool(self.permissions)

    @property
    def parameters(self) -> set[str]:
        """Names of the path's parameters."""
        return set(re.findall(r"{(\w+)", self.path))

    def at(self, known: Mapping[str, str]) -> str:
        """The path with `known` values of parameters, and with nobody's ids for the others."""

        def value(found: re.Match[str]) -> str:
            name = found.group(1)
            return known.get(name, "0" if name in NUMBERS else NOWHERE)

        return re.sub(r"{(\w+)(?::\w+)?}", value, self.path)

    def lets_in(self, role: Role | None) -> bool:
        """Whether it lets somebody of this role (None is nobody) in."""
        return self.public or (role is not None and self.permissions <= OF_ROLE[role])


@dataclass(frozen=True)
class Answer:
    """How a route answered; `code` is that of the JSON error, if it was one."""

    status: int
    code: str = ""

    @property
    def refused(self) -> bool:
        """Whether it was about who asks, and no."""
        return self.status in {401, 403} and self.code in {"not-signed-in", "forbidden", UNSAID}


def walk(app: FastAPI) -> list[Guarded]:
    """Every method of every route, sockets included, in the order of the router."""
    return list(_walk(app.routes, ""))


def undeclared(routes: Sequence[Guarded]) -> list[str]:
    """Routes that do not say who may come in."""
    return [str(route) for route in routes if not route.declared]


async def misfits(crowd: Crowd, routes: Sequence[Guarded]) -> list[str]:
    """Where an answer is not what the declared permissions demand, for every role; or is broken."""
    found: list[str] = []
    for route in routes:
        for name, role in WHO:
            answer = await _ask(crowd, route, name, role, {})
            if answer.status >= 500 and answer.status != 503:
                found.append(f"{route} breaks for {role or 'anonymous'}: {answer}")
            elif answer.refused == route.lets_in(role):
                found.append(f"{route} answers {role or 'anonymous'} with {answer}")
    return found


async def leaks(crowd: Crowd, routes: Sequence[Guarded], owned: Mapping[str, str]) -> list[str]:
    """Routes that tell a stranger of the same or a higher role apart from one who asks for nothing.

    `owned` names path parameters and ids of somebody else's things. Whatever a stranger asks of
    them must end as it would for an id that does not exist.
    """
    found: list[str] = []
    for route in routes:
        if not route.parameters & owned.keys():
            continue
        for name, role in WHO[1:]:
            theirs = await _ask(crowd, route, name, role, owned)
            nothing = await _ask(crowd, route, name, role, {})
            if theirs != nothing or theirs.status < 400:
                found.append(f"{route} answers {role} with {theirs}, and {nothing} for nothing")
    return found


async def _ask(
    crowd: Crowd, route: Guarded, name: str, role: Role | None, known: Mapping[str, str]
) -> Answer:
    # A fresh session for every question: some routes end it.
    client = await crowd.browser(name, role) if role else crowd.anonymous()
    client.headers["Accept"] = "application/json"
    async with client:
        if route.method == SOCKET:
            return await _knock(crowd, client, route.at(known))
        sent = await client.request(route.method, route.at(known))
    is_json = sent.headers.get("content-type", "").startswith("application/json")
    body: Any = sent.json() if is_json and sent.content else None
    if route.method == "HEAD" and sent.status_code >= 400:
        return Answer(sent.status_code, UNSAID)
    code = body.get("code", "") if isinstance(body, dict) and sent.status_code >= 400 else ""
    return Answer(sent.status_code, str(code))


async def _knock(crowd: Crowd, client: httpx.AsyncClient, path: str) -> Answer:
    kept = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
    headers = {"Origin": client.headers["Origin"], **({"Cookie": kept} if kept else {})}
    status = await knock(crowd.app, path, headers)
    return Answer(status, "" if status == ENTERED else UNSAID)


def _walk(routes: Sequence[BaseRoute], prefix: str) -> Iterator[Guarded]:
    for found in iter_route_contexts(routes):
        path = prefix + (found.path or "")
        if isinstance(found.original_route, Mount):
            yield from _walk(found.original_route.routes, path)
            continue
        dependant: Dependant | None = getattr(found, "dependant", None)
        permissions, public = _declared(dependant) if dependant else (frozenset(), False)
        for method in sorted(found.methods or {SOCKET}):
            yield Guarded(method, path, permissions, public)


def _declared(dependant: Dependant) -> tuple[frozenset[Permission], bool]:
    calls = [part.call for part in _all(dependant)]
    permissions = {call.permission for call in calls if isinstance(call, Requirement)}
    return frozenset(permissions), open_to_all in calls


def _all(dependant: Dependant) -> Iterator[Dependant]:
    for inner in dependant.dependencies:
        yield inner
        yield from _all(inner)
