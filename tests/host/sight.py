"""A runtime of a running host as its sensors see it, for sensors that a test makes itself."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from colonnade.host.sensing.file_keeper import FileKeeper
from colonnade.host.stage import group_name
from colonnade.observations import Observation
from colonnade.sensors.files import pace
from colonnade.sensors.files.sensor import FileSensor
from colonnade.sensors.files.walk import Budget
from colonnade.sensors.watched import Watched

from .conftest import host_process

SECONDS = 60.0
"""Patience with a busy machine; nothing is timed."""


def watched(data: Path, runtime: str, disk_bytes: int = 1) -> Watched:
    """What the host knows of it, by paths that lead through the host's own mount namespace."""
    record = json.loads((data / "host" / "runtimes" / runtime / "record.json").read_text())
    stage = Path(f"/proc/{host_process(data).pid}/root/run/colonnade-{group_name(data)}")
    return Watched(
        runtime=runtime,
        process=record["process"],
        uid=record["uid"],
        groups=tuple(map(Path, record["groups"])),
        content=stage / "disks" / runtime / "content",
        disk_bytes=disk_bytes,
        kept=(
            ("/opt/layer", stage / "disks" / runtime / "layer"),
            ("/drive", stage / "slots" / runtime / "drive"),
        ),
    )


class Sight:
    """What a sensor of files has told so far."""

    def __init__(self) -> None:
        self.seen: list[Observation] = []

    def of(self, kind: str, subject: str = "") -> list[Observation]:
        """Observations of this kind whose subject begins so."""
        return [one for one in self.seen if one.kind == kind and one.subject.startswith(subject)]

    async def until(
        self,
        kind: str,
        subject: str = "",
        holds: Callable[[Observation], bool] = lambda _: True,
        at_least: int = 1,
    ) -> Observation:
        """The latest such observation, once there are so many."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            found = [one for one in self.of(kind, subject) if holds(one)]
            if len(found) >= at_least:
                return found[-1]
            await asyncio.sleep(0.05)
        raise AssertionError(f"no {kind} of {subject!r} among {self.seen}")


@asynccontextmanager
async def eyes(
    *runtimes: Watched, budget: Budget | None = None, fingerprints: Path | None = None
) -> AsyncGenerator[Sight]:
    """A sensor that looks much more often than one of a host's."""
    sight, keeper = Sight(), FileKeeper(fingerprints)
    hurry = pytest.MonkeyPatch()
    hurry.setattr(pace, "FIRST_SECONDS", 0.5)
    hurry.setattr(pace, "STEADY_SECONDS", 0.5)
    sensor = FileSensor(sight.seen.append, keeper, budget=budget, pulse_seconds=0.3)
    for one in runtimes:
        sensor.begin(one)
    task = asyncio.create_task(sensor.watch())
    try:
        yield sight
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        hurry.undo()
        for one in runtimes:
            sensor.end(one.runtime)
        await keeper.close()
