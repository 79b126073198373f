"""What pages and the API are told of notices."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from colonnade.enforcement.statement import Statement
from colonnade.enforcement.verdict import Outcome


class Contest(BaseModel):
    """A person's contest."""

    model_config = ConfigDict(frozen=True)

    words: str
    state: str
    created_at: datetime


class Stop(BaseModel):
    """How far the stop of a runtime has come, and what became of its files.

    `at` is when it ends, or ended. `files` is 'pending', 'kept', 'not-kept' or 'gone'; `why` says
    why they are not there, `until` how long they are.
    """

    model_config = ConfigDict(frozen=True)

    runtime_id: str
    at: datetime
    done: bool
    files: Literal["pending", "kept", "not-kept", "gone"]
    until: datetime
    why: str = ""


class Notice(BaseModel):
    """A notice as its owner (or a reviewer) sees it.

    `contestable` and `declarable` say what can still be done on its page.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    person_id: str
    notebook_path: str
    cell_id: str
    channel: str
    sha256: str
    outcome: Outcome
    category: str
    rules: tuple[str, ...]
    priority: float
    statement: Statement
    created_at: datetime
    last_at: datetime
    times: int
    contest: Contest | None = None
    stop: Stop | None = None
    purpose: str = Field(default="")
    """The purpose that was declared here, or ''."""

    @property
    def contestable(self) -> bool:
        """Whether it has not been contested yet."""
        return self.contest is None

    @property
    def declarable(self) -> bool:
        """Whether a purpose can be declared, so that the code runs."""
        return self.outcome is Outcome.HOLD and not self.purpose
