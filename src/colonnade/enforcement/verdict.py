"""What is asked of enforcement before something runs, and what it answers.

The gate builds an `Asked`, waits for the `Verdict`, and forwards only what its hash names.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Channel = Literal["cell", "user-expression", "input", "comm", "debug", "terminal"]
"""By which way a person asks a runtime to run something. All are judged alike."""


class Outcome(StrEnum):
    """The steps of the ladder that a machine may take, mildest first; all but the last one before
    something runs."""

    ALLOW = "allow"
    NOTICE = "notice"
    """Runs; the person is told what was seen."""
    HOLD = "hold"
    """Does not run until the person declares a purpose on the notice's page."""
    REFUSE = "refuse"
    STOP = "stop"
    """The runtime ends, for what it was seen to do from outside (`decide_conduct`)."""

    @property
    def runs(self) -> bool:
        """Whether what was asked for may be forwarded."""
        return self in {Outcome.ALLOW, Outcome.NOTICE}


@dataclass(frozen=True)
class Asked:
    """One thing that a person asks a runtime to run.

    Attributes:
        person_id: who asks.
        runtime_id: the runtime that would run it.
        kernel_id: the kernel, or the terminal's name for the channel 'terminal'.
        notebook_path: path of the notebook in the person's own contents, or '' when there is none.
        channel: the way it is asked.
        source: exactly what would run.
        cell_id: the notebook's id for the cell where the client sends one, or ''.
        earlier: what ran before in the same kernel or terminal, oldest first; the caller caps it.
    """

    person_id: str
    runtime_id: str
    kernel_id: str
    notebook_path: str
    channel: Channel
    source: str
    cell_id: str = ""
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The answer to one `Asked`.

    Attributes:
        outcome: whether it may run; ask `outcome.runs`.
        notice_id: the stored notice, or '' when the outcome is 'allow'.
        text: the statement of reasons for a cell's output: at most 40 lines of 80 columns of
            printable text, or '' when the outcome is 'allow'.
        sha256: of `Asked.source` in UTF-8 (see `digest`); forward nothing with another hash.
    """

    outcome: Outcome
    notice_id: str
    text: str
    sha256: str


def digest(source: str) -> str:
    """SHA-256 of `source` in UTF-8, hexadecimal; lone surrogates, which JSON can carry, count."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
