"""Who gets a place: capacity and the queue, pure.

First come, first served: a later request is seated only if the places of all who came earlier are
kept free. Only who waits for an accelerator keeps nothing else from others meanwhile, since waiting
for a GPU must not stop the CPU classes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from colonnade.runtimes.classes import RuntimeClass, RuntimesSettings
from colonnade.runtimes.engine import Capacity


@dataclass(frozen=True)
class Room:
    """What is still free (negative when promised twice). Disk is bounded, not reserved."""

    cpus: float
    memory_bytes: int
    accelerators: Mapping[str, int]

    def has_accelerators(self, need: RuntimeClass) -> bool:
        """Whether the accelerators of the class are free."""
        return self.accelerators.get(need.accelerator, 0) >= need.accelerators

    def fits(self, need: RuntimeClass) -> bool:
        """Whether one runtime of the class has room."""
        enough = self.cpus >= need.cpus and self.memory_bytes >= need.memory
        return enough and self.has_accelerators(need)

    def without(self, need: RuntimeClass) -> "Room":
        """What is left once one runtime of the class has its place."""
        left = dict(self.accelerators)
        if need.accelerator:
            left[need.accelerator] = left.get(need.accelerator, 0) - need.accelerators
        return replace(
            self,
            cpus=self.cpus - need.cpus,
            memory_bytes=self.memory_bytes - int(need.memory),
            accelerators=left,
        )


def room(capacity: Capacity, cpu_overcommit: float, taken: Iterable[RuntimeClass]) -> Room:
    """What `capacity` leaves once each of `taken` has its place."""
    left = Room(capacity.cpus * cpu_overcommit, capacity.memory_bytes, capacity.accelerators)
    for need in taken:
        left = left.without(need)
    return left


def seats(free: Room, waiting: Sequence[RuntimeClass]) -> list[bool]:
    """For each of `waiting`, in order of coming, whether there is a place for it now."""
    answers: list[bool] = []
    for need in waiting:
        answers.append(free.fits(need))
        if free.has_accelerators(need):
            free = free.without(need)
    return answers


def kept_until(seen: datetime, called: datetime | None, settings: RuntimesSettings) -> datetime:
    """Until when a ticket stands: a called one until the place must be taken, another until its
    owner has not asked for too long."""
    if called is not None:
        return called + timedelta(seconds=settings.reserve_seconds)
    return seen + timedelta(seconds=settings.ticket_seconds)
