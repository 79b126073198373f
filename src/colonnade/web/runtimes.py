"""The page of one's own runtimes; `runtimes.js` keeps it fresh from `/api/v1/runtimes`."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from colonnade.accounts.http import Someone, require
from colonnade.accounts.permissions import Permission
from colonnade.kit.errors import NotFound
from colonnade.runtimes.engine import RuntimeState
from colonnade.runtimes.schemas import Holding
from colonnade.web.api.runtimes import kept_files, stops_by_runtime
from colonnade.web.bodies import SmallBodyRoute
from colonnade.web.pages import render, see_other
from colonnade.web.parts import runtimes_of
from colonnade.web.tier import glance_of

router = APIRouter(prefix="/runtimes", route_class=SmallBodyRoute, include_in_schema=False)

USE = [require(Permission.RUNTIMES_USE)]


def is_over(holding: Holding) -> bool:
    """Whether the runtime has ended."""
    return holding.state in {RuntimeState.STOPPED, RuntimeState.LOST}


@router.get("", dependencies=[require(Permission.RUNTIMES_READ)])
async def page(request: Request, someone: Someone) -> Response:
    """What one holds, waits for and held."""
    runtimes = runtimes_of(request)
    holdings = await runtimes.holdings(someone.person_id)
    stops = await stops_by_runtime(request, someone)
    return render(
        request,
        "runtimes.html",
        someone,
        living=[one for one in holdings if not is_over(one)],
        ended=[one for one in holdings if is_over(one)],
        stops=stops,
        kept=[one for one in stops.values() if one.stop and one.stop.files == "kept"],
        tickets=runtimes.tickets(someone.person_id),
        now=request.app.state.clock(),
        tier=glance_of(request).tier,
    )


@router.get("/{runtime_id}/files", dependencies=[require(Permission.RUNTIMES_READ)])
async def files(request: Request, someone: Someone, runtime_id: str) -> Response:
    """Download the files of a runtime that was stopped for what it did."""
    return await kept_files(request, someone, runtime_id)


@router.post("/{runtime_id}/stop", dependencies=USE)
async def stop(request: Request, someone: Someone, runtime_id: str) -> Response:
    """Stop one of them."""
    await runtimes_of(request).stop(someone, runtime_id)
    return see_other(request, "runtimes")


@router.post("/{runtime_id}/keep", dependencies=USE)
async def keep(request: Request, someone: Someone, runtime_id: str) -> Response:
    """Begin the idle countdown anew."""
    runtimes = runtimes_of(request)
    if runtime_id not in runtimes.runtimes_of(someone):
        raise NotFound("There is no such runtime.")
    runtimes.touch(runtime_id)
    return see_other(request, "runtimes")


@router.post("/tickets/{ticket_id}/leave", dependencies=USE)
async def leave(request: Request, someone: Someone, ticket_id: str) -> Response:
    """Give up a place in a queue."""
    await runtimes_of(request).give_up(someone, ticket_id)
    return see_other(request, "runtimes")
