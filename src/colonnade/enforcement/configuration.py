"""The section `[enforcement]` of colonnade.toml."""

from datetime import timedelta

from pydantic import BaseModel, ByteSize, ConfigDict, Field

from colonnade.enforcement.decide_conduct import WEIGHED_TOGETHER


class EnforcementSettings(BaseModel):
    """`[enforcement]`: what judging may cost, and how a runtime is stopped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workers: int = Field(default=2, ge=1, le=64)
    """How many processes examine cells."""
    budget_seconds: float = Field(default=3.0, gt=0, le=5)
    """How long one examination may take; a cell that exceeds it is unscannable."""
    conduct_hours: float = Field(default=WEIGHED_TOGETHER / timedelta(hours=1), gt=0, le=72)
    """Over how long what was found of a runtime's conduct is weighed together."""
    stop_grace_seconds: float = Field(default=20.0, ge=0, le=600)
    """From the decision to stop a runtime to its end, for documents to be saved."""
    kept_days: float = Field(default=7.0, gt=0, le=90)
    """How long the files of a stopped runtime are kept for their owner."""
    kept_bytes: ByteSize = Field(default=ByteSize(100 << 30), ge=0)
    """What all kept files together may take; the last ones kept stay in any case."""
