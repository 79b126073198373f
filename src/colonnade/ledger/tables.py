"""The table of observations, in the order in which they were recorded."""

from datetime import datetime

from sqlalchemy import JSON, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from colonnade.kit.database import Table


class ObservationRecord(Table):
    """One observation as it was recorded; see `observations.Observation` for the meanings."""

    __tablename__ = "observations"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    time: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(32))
    trust: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(32))
    runtime: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(String(200), index=True)
    attributes: Mapped[dict[str, str | int | float | bool]] = mapped_column(JSON)
    version: Mapped[int]
