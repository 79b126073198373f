"""The sections `[policy]` and `[enforcement]` of colonnade.toml."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class PolicySettings(BaseModel):
    """`[policy]`: which rules hold here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path | None = None
    """The policy in force, former versions in `history/` beside it; default: the shipped one."""
    rules: Path | None = None
    """A folder of rules in place of the shipped ones."""


class EnforcementSettings(BaseModel):
    """`[enforcement]`: what judging may cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workers: int = Field(default=2, ge=1, le=64)
    """How many processes examine cells."""
    budget_seconds: float = Field(default=3.0, gt=0, le=5)
    """How long one examination may take; a cell that exceeds it is unscannable."""
