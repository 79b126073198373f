"""A recorded fact with subject, source and time.

Judging is for others; this room has no opinions.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Trust(StrEnum):
    """Who vouches for an observation. In-sandbox events are hints, never proof of innocence."""

    KERNEL = "kernel"
    PROXY = "proxy"
    GATE = "gate"
    DOCUMENT = "document"
    IN_SANDBOX = "in-sandbox"


@dataclass(frozen=True)
class Observation:
    """One fact.

    Attributes:
        time: when it was seen, aware UTC.
        source: which part saw it ('gate', 'process-sensor', …).
        trust: who vouches for it.
        kind: what kind of fact ('cell', 'terminal-line', 'exec', 'file', 'egress', …).
        runtime: id of the runtime it concerns, or ''.
        subject: what it is about: SHA-256 of a cell, an executable's path, a host name.
        attributes: small capped values; never the text of a notebook.
        version: of this record's form, upgraded on reading.
    """

    time: datetime
    source: str
    trust: Trust
    kind: str
    runtime: str
    subject: str
    attributes: dict[str, str | int | float | bool] = field(
        default_factory=dict[str, str | int | float | bool]
    )
    version: int = 1
