"""The section `[policy]` of colonnade.toml."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class PolicySettings(BaseModel):
    """`[policy]`: which rules hold here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path | None = None
    """The policy in force, former versions in `history/` beside it; default: the shipped one."""
    rules: Path | None = None
    """A folder of rules in place of the shipped ones."""
