"""How the engine's contract travels between `runtimes.local` and the host process.

JSON of the contract's own dataclasses, over a unix socket in a folder that only the operator's
user can enter.
"""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from colonnade.kit.errors import Invalid
from colonnade.observations import Observation, Trust
from colonnade.observations.vocabulary import OUTPUT_SENSOR
from colonnade.runtimes.engine import (
    Capacity,
    Kept,
    LaunchSpec,
    Observed,
    RuntimeStatus,
    Tier,
    Usage,
)

CAPACITY = TypeAdapter(Capacity)
SPEC = TypeAdapter(LaunchSpec)
STATUS = TypeAdapter(RuntimeStatus)
EVENT: TypeAdapter[RuntimeStatus | Observed] = TypeAdapter(RuntimeStatus | Observed)
"""One line of the stream of events."""
STATUSES = TypeAdapter(list[RuntimeStatus])
KEPT = TypeAdapter(list[Kept])
TIER = TypeAdapter(Tier)
USAGE = TypeAdapter(Usage)


@dataclass(frozen=True)
class Claim:
    """Body of a claim."""

    owner: str
    area: Path
    most_bytes: int = 0


@dataclass(frozen=True)
class Entry:
    """Body of a request to enter a folder, relative to /drive."""

    folder: str


@dataclass(frozen=True)
class Keeping:
    """Body of a request to keep a runtime's files."""

    reason: str
    until: datetime


@dataclass(frozen=True)
class Noted:
    """Body of what the control plane has seen of a runtime; no text of a notebook fits in."""

    kind: Literal["output"]
    subject: Annotated[str, Field(max_length=100)]
    count: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    example: Annotated[str, Field(max_length=100)] = ""

    def observation(self, runtime: str, time: datetime) -> Observation:
        """The hint that it is, from whomever it came."""
        return Observation(
            time,
            OUTPUT_SENSOR,
            Trust.IN_SANDBOX,
            self.kind,
            runtime,
            self.subject,
            {"count": self.count, "example": self.example},
        )


def noted(observation: Observation) -> Noted:
    """The part of an observation that may be noted. Raises Invalid for any other kind or size."""
    try:
        return NOTED.validate_python(
            {"kind": observation.kind, "subject": observation.subject, **observation.attributes}
        )
    except ValidationError as problem:
        raise Invalid(f"What was seen cannot be noted: {observation.kind[:40]!r}.") from problem


@dataclass(frozen=True)
class Failure:
    """Body of every answer that is an error: the parts of a `ColonnadeError`."""

    code: str
    message: str
    remedy: str = ""


CLAIM = TypeAdapter(Claim)
ENTRY = TypeAdapter(Entry)
KEEPING = TypeAdapter(Keeping)
NOTED = TypeAdapter(Noted)
FAILURE = TypeAdapter(Failure)


class HostFolder:
    """DATA/host, and addresses of the sockets in it.

    A unix socket's address holds 107 bytes, a data folder's path may be longer: the folder is held
    open and sockets are reached through its descriptor.
    """

    def __init__(self, data: Path) -> None:
        self.path = data / "host"
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o700)
        self._descriptor = os.open(self.path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)

    @property
    def control(self) -> str:
        """Address of the host's own socket."""
        return self._address("host.sock")

    def server(self, id: str) -> str:
        """Address of the Jupyter server of one runtime."""
        return self._address(f"runtimes/{id}/server.sock")

    def runtime(self, id: str) -> Path:
        """Folder of one runtime."""
        return self.path / "runtimes" / id

    def close(self) -> None:
        """Let go of the folder; addresses given out before are dead."""
        os.close(self._descriptor)

    def _address(self, relative: str) -> str:
        return f"/proc/self/fd/{self._descriptor}/{relative}"
