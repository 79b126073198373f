"""What is stored of judgements: notices, contests of them, declared purposes, and stops.

The excerpt of the lines that matched stands in the person's notice and nowhere else.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from colonnade.kit.database import Table


class NoticeRecord(Table):
    """One step taken for one piece of code; asking again for the same adds to `times`."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("outcome in ('notice', 'hold', 'refuse', 'stop')", name="outcome"),
        Index("ix_notices_same", "person_id", "sha256"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(32), index=True)
    runtime_id: Mapped[str] = mapped_column(String(64))
    kernel_id: Mapped[str] = mapped_column(String(64))
    notebook_path: Mapped[str] = mapped_column(String(1024))
    cell_id: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(8))
    category: Mapped[str] = mapped_column(String(40))
    rules: Mapped[list[str]] = mapped_column(JSON)
    policy_version: Mapped[int]
    rules_version: Mapped[str] = mapped_column(String(12))
    priority: Mapped[float]
    statement: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int]


class ContestRecord(Table):
    """A person's contest of a notice, in their own words. One notice has at most one."""

    __tablename__ = "contests"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), unique=True)
    person_id: Mapped[str] = mapped_column(String(32), index=True)
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]


class DeclarationRecord(Table):
    """A purpose that a person declared for one rule in one notebook; it releases holds of it."""

    __tablename__ = "declarations"
    __table_args__ = (Index("ix_declarations_scope", "person_id", "notebook_path"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"))
    person_id: Mapped[str] = mapped_column(String(32))
    notebook_path: Mapped[str] = mapped_column(String(1024))
    rule: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class ActionRecord(Table):
    """A runtime that is to be stopped, written down before anything is done. One each at most.

    Where it stands follows from its events (`actions.stage_of`).
    """

    __tablename__ = "actions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), unique=True)
    person_id: Mapped[str] = mapped_column(String(32), index=True)
    runtime_id: Mapped[str] = mapped_column(String(64), unique=True)
    reason: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    keep_until: Mapped[datetime]


class ActionEventRecord(Table):
    """One thing that was done about an action, or could not be; `detail` says why."""

    __tablename__ = "action_events"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    action_id: Mapped[str] = mapped_column(ForeignKey("actions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    time: Mapped[datetime]
    detail: Mapped[str] = mapped_column(String(400))
