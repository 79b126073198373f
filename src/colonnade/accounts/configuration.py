"""The `[accounts]` section of the configuration file."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class AccountsSettings(BaseModel):
    """How long things that sign somebody in are good for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session_days: float = Field(default=30, gt=0, le=365)
    """A browser stays signed in no longer than this."""
    idle_days: float = Field(default=7, gt=0, le=365)
    """A browser that asked for nothing this long is signed out."""
    link_hours: float = Field(default=24, gt=0, le=24)
    """A one-time sign-in link is good for this long."""

    @property
    def session_lifetime(self) -> timedelta:
        """`session_days` as a duration."""
        return timedelta(days=self.session_days)

    @property
    def idle_lifetime(self) -> timedelta:
        """`idle_days` as a duration."""
        return timedelta(days=self.idle_days)

    @property
    def link_lifetime(self) -> timedelta:
        """`link_hours` as a duration."""
        return timedelta(hours=self.link_hours)
