"""What a sensor is given of a runtime, and what the host expects of a sensor."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import Protocol

from colonnade.observations import Observation

Tell = Callable[[Observation], None]
"""Takes what was seen. Never waits and never raises; what finds no room is counted by the taker."""


@dataclass(frozen=True)
class Watched:
    """One runtime, as seen from outside.

    Attributes:
        runtime: its id.
        process: id of its outermost process, in the host's own namespace of processes.
        uid: its own user, None where runtimes share one.
        groups: folders of its control groups; empty where there are none.
        content: its /content, where the host sees it; None where it is not to be walked.
        kept: other folders that it can write to, by their paths inside, each where the host sees
            it: /opt/layer, /drive.
        volatile: its /tmp and /dev/shm, likewise, where they are folders of the host's; those that
            a sandbox mounts for itself are found through its processes.
        cpus, memory_bytes: what it may use; 0 is 'no limit'.
        disk_bytes: what it may keep in /content; `disk_bounded` says whether the kernel bounds it.
        hook: where its kernels' hooks are heard, without waiting; it is closed after `Sensor.end`.
    """

    runtime: str
    process: int
    uid: int | None
    groups: tuple[Path, ...]
    content: Path | None
    cpus: float = 1.0
    memory_bytes: int = 0
    disk_bytes: int = 0
    disk_bounded: bool = True
    kept: tuple[tuple[str, Path], ...] = ()
    volatile: tuple[tuple[str, Path], ...] = ()
    hook: socket | None = None


class Sensor(Protocol):
    """Watches every runtime of a host in one way."""

    name: str

    def begin(self, watched: Watched) -> None:
        """Watch this runtime from now on."""
        ...

    def end(self, runtime: str) -> None:
        """It has ended; an unknown one is fine."""
        ...

    async def watch(self) -> None:
        """For ever: look, and tell. Cancelled when the host ends."""
        ...
