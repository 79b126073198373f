"""How the engine's contract travels between `runtimes.local` and the host process.

JSON of the contract's own dataclasses, over a unix socket in a folder that only the operator's
user can enter.
"""

import os
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

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
class Failure:
    """Body of every answer that is an error: the parts of a `ColonnadeError`."""

    code: str
    message: str
    remedy: str = ""


CLAIM = TypeAdapter(Claim)
ENTRY = TypeAdapter(Entry)
KEEPING = TypeAdapter(Keeping)
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
