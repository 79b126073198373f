"""The section `[enforcement]` of colonnade.toml."""

from pydantic import BaseModel, ConfigDict, Field


class EnforcementSettings(BaseModel):
    """`[enforcement]`: what judging may cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workers: int = Field(default=2, ge=1, le=64)
    """How many processes examine cells."""
    budget_seconds: float = Field(default=3.0, gt=0, le=5)
    """How long one examination may take; a cell that exceeds it is unscannable."""
