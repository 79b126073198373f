"""`/api/v1/runtimes`: one's own runtimes, what they use, when they end."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import RedirectResponse

from colonnade.accounts.http import Someone, require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.enforcement.schemas import Notice, Stop
from colonnade.kit.errors import NotFound
from colonnade.kit.http import database_of
from colonnade.runtimes.engine import Tier
from colonnade.runtimes.schemas import Holding, Ticket
from colonnade.runtimes.service import Runtimes
from colonnade.web.bodies import SmallBodyRoute
from colonnade.web.pages import settings_of
from colonnade.web.parts import enforcement_of, kept_link_of, runtimes_of
from colonnade.web.tier import glance_of

router = APIRouter(prefix="/runtimes", tags=["runtimes"], route_class=SmallBodyRoute)

FALLBACK_WARNING_SECONDS = 300
"""For a runtime whose class is no longer configured."""


class StopModel(BaseModel):
    """The stop of a runtime for what it was seen to do."""

    at: datetime = Field(description="When it ends, or ended; save documents before.")
    done: bool
    reason: str
    notice: str = Field(description="Address of the notice with the reasons, from the base URL.")
    files: str = Field(description="'pending', 'kept', 'not-kept' or 'gone'.")
    files_until: datetime
    files_why: str


class RuntimeModel(BaseModel):
    """One runtime, those that ended within a day included."""

    id: str
    class_: str = Field(serialization_alias="class", description="The class's kernelspec name.")
    class_name: str = Field(description="The class as people read it.")
    environment: str
    kernel_id: str | None
    notebook_path: str | None
    state: str
    memory_bytes: int
    memory_limit_bytes: int
    disk_bytes: int
    disk_limit_bytes: int
    cpu_seconds: float
    cpu_share: float | None = Field(description="Cores in use, averaged since the last look.")
    uptime_seconds: float
    idle_ends_at: datetime | None = Field(description="When it stops unless it is used.")
    lifetime_ends_at: datetime | None = Field(description="When it stops in any case.")
    warning_seconds: int = Field(description="How long before an end a warning is due.")
    stop_reason: str
    stop: StopModel | None = Field(
        default=None, description="Where it is stopped for what it does, or was."
    )


class TicketModel(BaseModel):
    """A place in the queue for a class."""

    id: str
    class_: str = Field(serialization_alias="class")
    class_name: str
    position: int = Field(description="1 is next.")
    called: bool = Field(description="A place is free and kept until `kept_until`: start now.")
    kept_until: datetime


class TierLineModel(BaseModel):
    """One thing that the machine can or cannot enforce."""

    name: str
    level: str
    detail: str
    remedy: str


class TierModel(BaseModel):
    """What the machine can enforce; `unsafe` means that code is not isolated."""

    sound: bool
    unsafe: bool
    lines: list[TierLineModel]


class RuntimesModel(BaseModel):
    """All that a person holds and waits for."""

    runtimes: list[RuntimeModel]
    tickets: list[TicketModel]
    tier: TierModel


@router.get("", dependencies=[require(Permission.RUNTIMES_READ)])
async def list_runtimes(request: Request, someone: Someone) -> RuntimesModel:
    """Your runtimes, your places in queues, and what the machine can enforce."""
    runtimes = runtimes_of(request)
    holdings = await runtimes.holdings(someone.person_id)
    stops = await stops_by_runtime(request, someone)
    return RuntimesModel(
        runtimes=[runtime_model(one, runtimes, stops.get(one.id)) for one in holdings],
        tickets=ticket_models(runtimes.tickets(someone.person_id)),
        tier=_tier_model(glance_of(request).tier, settings_of(request).unsafe_no_sandbox),
    )


@router.post(
    "/{runtime_id}/touch", status_code=204, dependencies=[require(Permission.RUNTIMES_USE)]
)
async def touch(request: Request, someone: Someone, runtime_id: str) -> None:
    """Say that you still use it: the idle countdown begins anew."""
    runtimes = runtimes_of(request)
    _demand_own(runtimes, someone, runtime_id)
    runtimes.touch(runtime_id)


@router.get(
    "/{runtime_id}/files",
    status_code=302,
    response_class=RedirectResponse,
    dependencies=[require(Permission.RUNTIMES_READ)],
)
async def files(request: Request, someone: Someone, runtime_id: str) -> RedirectResponse:
    """The files of a runtime that was stopped for what it did: leads to a tar.gz for a minute."""
    return await kept_files(request, someone, runtime_id)


@router.delete("/{runtime_id}", status_code=204, dependencies=[require(Permission.RUNTIMES_USE)])
async def stop(request: Request, someone: Someone, runtime_id: str) -> None:
    """Stop it; its documents stay, its variables and scratch files go."""
    await runtimes_of(request).stop(someone, runtime_id)


@router.delete(
    "/tickets/{ticket_id}", status_code=204, dependencies=[require(Permission.RUNTIMES_USE)]
)
async def leave_queue(request: Request, someone: Someone, ticket_id: str) -> None:
    """Give up a place in a queue."""
    await runtimes_of(request).give_up(someone, ticket_id)


async def stops_by_runtime(request: Request, someone: Identity) -> dict[str, Notice]:
    """This person's notices of stops, by the runtimes that they stopped."""
    async with database_of(request).reading() as session:
        found = await enforcement_of(request).notices.stops_of(session, someone.person_id)
    return {one.stop.runtime_id: one for one in found if one.stop is not None}


async def kept_files(request: Request, someone: Identity, runtime_id: str) -> RedirectResponse:
    """The way to the files of one's own stopped runtime. Raises NotFound."""
    notice = (await stops_by_runtime(request, someone)).get(runtime_id)
    if notice is None or notice.stop is None or notice.stop.files != "kept":
        raise NotFound("There are no files of such a runtime.", "The notice of its stop says why.")
    link = kept_link_of(request)(someone.person_id, runtime_id)
    return RedirectResponse(link, status_code=302)


def runtime_model(
    holding: Holding, runtimes: Runtimes, notice: Notice | None = None
) -> RuntimeModel:
    """The runtime as clients read it."""
    warnings = {one.name: one.warning_seconds for one in runtimes.settings.classes}
    return RuntimeModel(
        id=holding.id,
        class_=holding.class_name,
        class_name=holding.display_name,
        environment=holding.environment,
        kernel_id=holding.kernel_id,
        notebook_path=holding.notebook_path,
        state=holding.state.value,
        memory_bytes=holding.usage.memory_bytes,
        memory_limit_bytes=holding.memory_limit_bytes,
        disk_bytes=holding.usage.disk_bytes,
        disk_limit_bytes=holding.disk_limit_bytes,
        cpu_seconds=holding.usage.cpu_seconds,
        cpu_share=holding.cpu_share,
        uptime_seconds=holding.uptime_seconds,
        idle_ends_at=holding.idle_ends_at,
        lifetime_ends_at=holding.lifetime_ends_at,
        warning_seconds=warnings.get(holding.class_name, FALLBACK_WARNING_SECONDS),
        stop_reason=holding.stop_reason,
        stop=_stop_model(notice, notice.stop) if notice and notice.stop else None,
    )


def _stop_model(notice: Notice, stop: Stop) -> StopModel:
    return StopModel(
        at=stop.at,
        done=stop.done,
        reason=f"Clause {notice.statement.clause}: {notice.statement.clause_title}",
        notice=f"notices/{notice.id}",
        files=stop.files,
        files_until=stop.until,
        files_why=stop.why,
    )


def ticket_models(tickets: Sequence[Ticket]) -> list[TicketModel]:
    """Places in queues as clients read them."""
    return [
        TicketModel(
            id=one.id,
            class_=one.class_name,
            class_name=one.display_name,
            position=one.position,
            called=one.called,
            kept_until=one.kept_until,
        )
        for one in tickets
    ]


def _tier_model(tier: Tier | None, unsafe: bool) -> TierModel:
    # While the engine is away, what the operator asked for at the start tells.
    if tier is None:
        return TierModel(sound=not unsafe, unsafe=unsafe, lines=[])
    lines = [
        TierLineModel(name=line.name, level=line.level, detail=line.detail, remedy=line.remedy)
        for line in tier.lines
    ]
    return TierModel(sound=tier.sound, unsafe=not tier.sound, lines=lines)


def _demand_own(runtimes: Runtimes, someone: Identity, runtime_id: str) -> None:
    if runtime_id not in runtimes.runtimes_of(someone):
        raise NotFound("There is no such runtime.")
