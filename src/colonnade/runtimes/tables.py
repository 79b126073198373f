"""Runtimes and places in the queue, so that neither is lost with the process."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from colonnade.kit.database import Table


class RuntimeRow(Table):
    """One runtime, from the wish to start it until long after its end.

    `terms` is its class as it was when it started. `owner` is None in the pool. `notebook_path` is
    None while its kernel is nobody's notebook. `ended` is None while it lives.
    """

    __tablename__ = "runtimes"
    __table_args__ = (Index("ix_runtimes_ended_owner", "ended", "owner"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str | None] = mapped_column(String(32))
    kernel_id: Mapped[str | None] = mapped_column(String(36))
    notebook_path: Mapped[str | None] = mapped_column(String(4096))
    created: Mapped[datetime]
    claimed: Mapped[datetime | None]
    last_activity: Mapped[datetime]
    ended: Mapped[datetime | None]
    stop_reason: Mapped[str] = mapped_column(String(500), default="")


class TicketRow(Table):
    """One person's place in the queue for one class; `number` is the order of coming.

    `seen` is when they last asked, `called` when a place became free for them.
    """

    __tablename__ = "runtime_tickets"
    __table_args__ = (UniqueConstraint("person_id", "class_name"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[str] = mapped_column(String(32))
    class_name: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime]
    seen: Mapped[datetime]
    called: Mapped[datetime | None]
