"""What this room hands out: values without behaviour, safe to keep and to show."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from colonnade.runtimes.engine import RuntimeState, Usage


@dataclass(frozen=True)
class Kernel:
    """A running kernel of one person.

    Attributes:
        id: the kernel's own, as in Jupyter's API.
        name: of its kernelspec, as listed.
        display_name: of its class.
        runtime_id: the runtime around it.
        path: of its notebook, relative to the owner's top folder.
        environment: name of the set of packages that it has.
        last_activity: the latest of what the kernel says and what its owner did.
        execution_state: as the kernel says: 'idle', 'busy', 'starting', 'dead', 'unknown'.
        connections: open WebSockets, as its server says.
    """

    id: str
    name: str
    display_name: str
    runtime_id: str
    path: str
    environment: str
    last_activity: datetime
    execution_state: str = "idle"
    connections: int = 0

    def model(self) -> dict[str, Any]:
        """The kernel as Jupyter's REST API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "last_activity": self.last_activity.isoformat().replace("+00:00", "Z"),
            "execution_state": self.execution_state,
            "connections": self.connections,
        }


@dataclass(frozen=True)
class Holding:
    """One runtime as its owner sees it; also for a day after its end, so that it is no surprise.

    Attributes:
        cpu_share: cores in use, averaged since it was last looked at; None at the first look.
        idle_ends_at: when it ends unless used; None while its kernel computes, and after the end.
        lifetime_ends_at: when it ends in any case; None before it is ready.
        warning: whether the nearer end is close.
        stop_reason: why it ended, a sentence; '' while it lives.
    """

    id: str
    class_name: str
    display_name: str
    environment: str
    state: RuntimeState
    kernel_id: str | None
    notebook_path: str | None
    usage: Usage
    cpu_share: float | None
    memory_limit_bytes: int
    disk_limit_bytes: int
    uptime_seconds: float
    idle_ends_at: datetime | None = None
    lifetime_ends_at: datetime | None = None
    warning: bool = False
    stop_reason: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Ticket:
    """A person's place in the queue for a class.

    Attributes:
        position: 1 is next, counted among all who wait for something this class needs too.
        called: whether a place is free and kept for them until `kept_until`.
    """

    id: str
    class_name: str
    display_name: str
    position: int
    created: datetime
    kept_until: datetime
    called: bool


@dataclass(frozen=True)
class Snapshot:
    """Numbers for operators at one moment; keys of the mappings are class names.

    Attributes:
        runtimes: (class, state) to how many, the pool's included.
        pool_ready: prewarmed runtimes waiting to be claimed.
        queue: tickets waiting.
        launches, launch_failures, claims, lost: counted since the process started.
        claim_seconds: how long recent claims took until the kernel was handed out, newest last.
    """

    runtimes: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    pool_ready: dict[str, int] = field(default_factory=dict[str, int])
    queue: dict[str, int] = field(default_factory=dict[str, int])
    launches: int = 0
    launch_failures: int = 0
    claims: int = 0
    lost: int = 0
    claim_seconds: tuple[float, ...] = ()
