"""What this room keeps: which kernel a document runs on, and each person's JupyterLab settings."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from colonnade.kit.database import Table


class KernelSession(Table):
    """A session: a person's notebook, console or file bound to one of their kernels."""

    __tablename__ = "kernel_sessions"
    __table_args__ = (Index("ix_kernel_sessions_person_id_path", "person_id", "path"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(32))
    kernel_id: Mapped[str] = mapped_column(String(36), index=True)
    path: Mapped[str] = mapped_column(String(1024))
    name: Mapped[str] = mapped_column(String(1024), default="")
    type: Mapped[str] = mapped_column(String(64), default="notebook")
    created_at: Mapped[datetime]


class LabSetting(Table):
    """What one person changed in the settings of one JupyterLab plugin.

    raw: as they wrote it, comments included; parsed: the same as plain JSON.
    """

    __tablename__ = "lab_settings"

    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    plugin_id: Mapped[str] = mapped_column(String(256), primary_key=True)
    raw: Mapped[str] = mapped_column(Text)
    parsed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]


class LabWorkspace(Table):
    """One layout of JupyterLab's window, as JupyterLab wrote it (JSON)."""

    __tablename__ = "lab_workspaces"

    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(256), primary_key=True)
    raw: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]
