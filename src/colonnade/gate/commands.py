"""What an inspection tells the relay to do; plain values, so that tests read as scripts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from colonnade.enforcement.verdict import Outcome, Verdict, digest
from colonnade.gate.protocol.judged_parts import Part


@dataclass(frozen=True)
class ToRuntime:
    """Send `frame` to the runtime. `activity` says that a person did something."""

    frame: str | bytes
    activity: bool = False


@dataclass(frozen=True)
class ToClient:
    """Send `frame` to the client."""

    frame: str | bytes


@dataclass(frozen=True)
class Ask:
    """Have `parts` judged in turn, up to the first that may not run; then call `judged`."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Close:
    """Close the client's socket."""

    code: int
    reason: str


@dataclass(frozen=True)
class Note:
    """Count, and for refusals log, what was done: no content, only a channel and a type."""

    channel: str
    kind: str
    outcome: str
    sha256: str = ""
    reason: str = ""


Command = ToRuntime | ToClient | Ask | Close | Note
Commands = Iterator[Command]


class Inspects(Protocol):
    """Events in, commands out. At most one `Ask` is open at a time."""

    @property
    def full(self) -> bool:
        """Whether so much waits that no more should be read from the client."""
        ...

    def client_sent(self, frame: str | bytes) -> Commands:
        """What to do with a frame from the client."""
        ...

    def judged(self, verdicts: Sequence[Verdict]) -> Commands:
        """What to do now that the parts of the open `Ask` have these verdicts."""
        ...

    def told(self, text: str) -> Commands:
        """What to do with words of the platform for whoever works here."""
        ...

    def concerns(self, frame: str | bytes) -> bool:
        """Whether a frame from the runtime must go through `runtime_sent`."""
        ...

    def printed(self, frame: str | bytes) -> str | bytes:
        """A frame from the runtime when a program's printed text ends it, else ''; never raises."""
        ...

    def runtime_sent(self, frame: str | bytes) -> Commands:
        """What to do with such a frame."""
        ...


def sum_up(parts: Sequence[Part], verdicts: Sequence[Verdict]) -> Verdict:
    """One verdict for all `parts`: the first that may not run, else all notices together.

    A part without a verdict, or whose verdict is on another text, makes it a refusal.
    """
    for part, verdict in zip(parts, verdicts, strict=False):
        if not verdict.outcome.runs:
            return verdict
        if verdict.sha256 != digest(part.source):
            return Verdict(Outcome.REFUSE, "", "The verdict was on another text.", verdict.sha256)
    if len(verdicts) < len(parts):
        return Verdict(Outcome.REFUSE, "", "A part of this was not judged.", "")
    texts = [verdict.text for verdict in verdicts if verdict.outcome is Outcome.NOTICE]
    outcome = Outcome.NOTICE if texts else Outcome.ALLOW
    return Verdict(outcome, "", "\n".join(texts), verdicts[0].sha256)
