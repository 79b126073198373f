"""A sensor of processes in this very process, and real sandboxes that it watches."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from colonnade.host import bubblewrap, sandbox
from colonnade.host.egress import handover
from colonnade.host.limits import find_limiter, remove_groups
from colonnade.host.registry import Record
from colonnade.kit.clock import utcnow
from colonnade.kit.ids import new_id
from colonnade.observations import Observation
from colonnade.runtimes.engine import Limits
from colonnade.sensors.process.sensor import ProcessSensor
from colonnade.sensors.process.terms import ExecTerms
from colonnade.sensors.watched import Watched

PYTHON = os.path.realpath(sys.executable)


@dataclass
class Watch:
    """What a sensor tells."""

    sensor: ProcessSensor
    seen: list[Observation] = field(default_factory=list[Observation])

    def commands(self, kind: str = "exec") -> list[str]:
        """Command lines told of, in order."""
        return [str(one.attributes["command"]) for one in self.seen if one.kind == kind]

    def gaps(self) -> list[str]:
        """What could not be seen whole."""
        return [one.subject for one in self.seen if one.kind == "gap"]


@dataclass
class Ran:
    """A program that ran in a sandbox."""

    runtime: str
    printed: str
    code: int


@dataclass
class Box:
    """Runs programs in sandboxes of their own, watched from their first exec to their last."""

    watch: Watch
    folder: Path
    groups: bool = True
    asks: bool = True
    """Whether the kernel is made to ask about each exec."""
    confined: bool = True

    async def run(self, code: str, terms: ExecTerms | None = None, listens: bool = True) -> Ran:
        """Run Python in a fresh sandbox, and wait until it and the sensor are done."""
        async with self.start(code, terms, listens) as (runtime, process):
            assert process.stdout is not None
            printed = (await process.stdout.read()).decode()
            await asyncio.sleep(0.3)  # The sensor's rounds are not asked for; a moment has some.
            return Ran(runtime, printed, await process.wait())

    @asynccontextmanager
    async def start(
        self, code: str, terms: ExecTerms | None = None, listens: bool = True
    ) -> AsyncGenerator[tuple[str, asyncio.subprocess.Process]]:
        """The runtime's id and its process, running Python in a fresh sandbox."""
        runtime = new_id()
        sensor = self.watch.sensor
        words = [*bubblewrap.CONFINE, *bubblewrap.system_mounts()]
        words += ["--tmpfs", "/tmp", "--ro-bind", sys.base_prefix, sys.base_prefix]
        words += ["--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin", "--chdir", "/tmp"]
        groups = find_limiter("colonnade-test").create(runtime, Limits()) if self.groups else ()
        record = Record(runtime, utcnow(), None, groups)
        start = sandbox.Start([PYTHON, "-S", "-c", code], {}, words if self.confined else None, {})
        mine, theirs = handover.pair()
        with theirs:
            process = await sandbox.spawn(
                start,
                record,
                str(self.folder / runtime[:8]),
                {"asking": theirs} if self.asks else {},
            )
        sensor.begin(Watched(runtime, process.pid, None, groups, None))
        try:
            if not self.asks:
                mine.close()
            elif listens:
                descriptor = await handover.receive_descriptor(mine)
                sensor.listen(runtime, descriptor, terms or ExecTerms())
            else:
                os.close(await handover.receive_descriptor(mine))
            yield runtime, process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            sensor.end(runtime)
            remove_groups(groups)


@pytest.fixture
def watch() -> Watch:
    """A sensor, and what it tells."""
    seen: list[Observation] = []
    return Watch(ProcessSensor(seen.append), seen)


@pytest.fixture
async def box(watch: Watch, tmp_path: Path) -> AsyncGenerator[Box]:
    """Sandboxes under the sensor's eyes."""
    task = asyncio.create_task(watch.sensor.watch())
    yield Box(watch, tmp_path)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
