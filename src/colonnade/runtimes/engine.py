"""The contract between the platform and whatever runs sandboxes, on one machine or on many.

`runtimes.local` fulfils it through the host process on this machine; an engine on Ray would fulfil
it through supervisor actors. Pools, queues, quotas and owners live above this contract, in
`runtimes.service`: an engine only starts, adopts, watches and stops sandboxes.

To add an engine: implement `Engine`, and choose it in `app.py`.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import aiohttp

from colonnade.observations import Observation
from colonnade.runtimes.egress.terms import EgressTerms
from colonnade.sensors.process.terms import ExecTerms


class RuntimeState(StrEnum):
    """Where a sandbox is in its life. `unknown` is not `lost`: it may still be running."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    UNKNOWN = "unknown"
    LOST = "lost"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Limits:
    """What one sandbox may use. Zero means 'no limit of this kind'.

    cpus: cores' worth of processor time; memory_bytes: resident memory of all its processes;
    disk_bytes: size of /content; processes: threads and processes together.
    """

    cpus: float = 1.0
    memory_bytes: int = 2 << 30
    disk_bytes: int = 10 << 30
    processes: int = 512


@dataclass(frozen=True)
class LaunchSpec:
    """One sandbox to start. `id` is chosen by the control plane, 32 hexadecimal digits."""

    id: str
    limits: Limits
    environment: Path
    """Folder of a built environment (a virtual environment), mounted read-only."""
    accelerator: str = ""
    accelerators: int = 0
    egress: EgressTerms = field(default_factory=EgressTerms)
    """Where it may connect to; nowhere unless said."""
    exec_gate: ExecTerms = field(default_factory=ExecTerms)
    """Which commands are refused before they run; none unless said."""


@dataclass(frozen=True)
class Usage:
    """What a sandbox uses at this moment. `memory_bytes` is proportional (PSS) where it can be."""

    cpu_seconds: float = 0.0
    memory_bytes: int = 0
    disk_bytes: int = 0
    processes: int = 0


@dataclass(frozen=True)
class RuntimeStatus:
    """What the engine knows of one sandbox."""

    id: str
    state: RuntimeState
    since: datetime
    owner: str | None = None
    reason: str = ""
    """Why it stopped or was lost, in words for its owner: 'out of memory', 'host restarted'."""


@dataclass(frozen=True)
class Kept:
    """The files of one sandbox (its /content), set aside so that they outlive it.

    reason: why, in words for the owner; until: how long they are meant to stay, which is for the
    caller to see to (`Engine.forget`); bytes: what they take on disk, with whatever lies beside.
    """

    id: str
    owner: str
    reason: str
    since: datetime
    until: datetime
    bytes: int = 0


@dataclass(frozen=True)
class Capacity:
    """What the engine can hold altogether."""

    cpus: float
    memory_bytes: int
    disk_bytes: int
    accelerators: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class TierLine:
    """One thing this machine can or cannot enforce or see.

    name: 'sandbox', 'limits', 'user ids', 'disk limit', 'seccomp'…; level: 'full', 'reduced' or
    'missing'; detail: what is in force; remedy: the command or change that would raise it, or ''.
    """

    name: str
    level: str
    detail: str
    remedy: str = ""


@dataclass(frozen=True)
class Tier:
    """What the engine's machine can enforce, line by line, and whether it is sound altogether."""

    sound: bool
    lines: tuple[TierLine, ...]


@dataclass(frozen=True)
class EngineEvent:
    """A sandbox changed its state."""

    status: RuntimeStatus


@dataclass(frozen=True)
class Area:
    """Where a person's files lie, and how much of them code may make (see `Engine.claim`)."""

    folder: Path
    most_bytes: int = 0


@dataclass(frozen=True)
class Observed:
    """Something was seen of a sandbox from outside it.

    sequence: counts everything that this engine observed, from 1; dropped: how much of that was
    never told, for want of room. Both start anew with the engine.
    """

    observation: Observation
    sequence: int = 0
    dropped: int = 0


class Engine(Protocol):
    """Starts, adopts, watches and stops sandboxes.

    Every method raises `colonnade.kit.errors.Unavailable` when the engine cannot be reached.
    """

    async def capacity(self) -> Capacity:
        """What there is altogether."""
        ...

    async def tier(self) -> Tier:
        """What the machine can enforce."""
        ...

    async def launch(self, spec: LaunchSpec) -> RuntimeStatus:
        """Start a sandbox and return once its Jupyter server answers on its connection.

        Cancelling the task stops what was started. Raises Unavailable with the reason when it
        cannot start, Invalid when the spec asks for what the machine does not have.
        """
        ...

    async def claim(self, id: str, owner: str, area: Path, most_bytes: int = 0) -> None:
        """Give a running sandbox its owner, and mount the owner's `area` on its /drive.

        A sandbox that is seen to hold more than `most_bytes` there is stopped; 0 is 'no bound'.
        Idempotent for the same owner. Raises NotFound, or Conflict when another owner has it.
        """
        ...

    async def enter(self, id: str, folder: str) -> None:
        """Tell a claimed sandbox in which folder, relative to /drive, its kernels start.

        Kernels that run already are not moved. Raises NotFound.
        """
        ...

    async def kept(self) -> list[Kept]:
        """What is kept of all sandboxes, until `forget`."""
        ...

    async def list(self) -> list[RuntimeStatus]:
        """Every sandbox that is alive, those of earlier control planes included.

        Also those that ended by themselves or were lost, with the reason, until `stop` is called.
        """
        ...

    async def usage(self, id: str) -> Usage:
        """What it uses now. Raises NotFound."""
        ...

    async def note(self, observation: Observation) -> None:
        """Tell whoever judges conduct what was seen of a sandbox on this side of the engine.

        It counts as a hint of the sandbox itself (`Trust.IN_SANDBOX`), whatever it says. Raises
        NotFound for an unknown sandbox, Invalid for what is too large or of no kind that is noted.
        """
        ...

    async def stop(self, id: str, grace_seconds: float = 5.0) -> None:
        """End it and everything in it; returns when nothing of it is left. Unknown ids are fine."""
        ...

    async def keep(self, id: str, reason: str, until: datetime) -> None:
        """Set a claimed sandbox's /content aside, so that it outlives the sandbox.

        It goes on running: what it writes until its end is kept too. Once is enough; again changes
        nothing, also after its end. Raises NotFound, and Unavailable or StorageFull with the reason
        when the files cannot be kept.
        """
        ...

    def archive(self, id: str) -> AsyncGenerator[bytes]:
        """The kept files as a tar archive, compressed by gzip, made while it is read.

        Links are links in it, and what is neither file, folder nor link is named in a list at its
        end. Raises NotFound (nothing is kept), TooMany, and Unavailable: while the sandbox has not
        ended yet, and in the middle when it cannot be finished.
        """
        ...

    async def forget(self, id: str) -> None:
        """Delete what is kept of a sandbox. Unknown ids are fine."""
        ...

    def events(self) -> AsyncIterator[EngineEvent | Observed]:
        """State changes from now on, and what is observed, until the iterator is closed.

        Observations that nobody has heard yet come first, as far as they were kept.
        """
        ...

    def connector(self, id: str) -> aiohttp.BaseConnector:
        """A fresh connector whose every connection reaches the sandbox's Jupyter server.

        The caller owns and closes it. Use any host name in the URL ('http://runtime/api').
        """
        ...

    async def close(self) -> None:
        """Let go of the engine; its sandboxes live on."""
        ...
