"""Every sensor of this host, and the way of what they see: to the judge, and to the control plane.

Command lines, paths and the like stay on the host. What is told are findings with their evidence,
connections, refusals, and what could not be seen.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from colonnade.host.sensing.commands import Commands
from colonnade.kit.log import get_logger
from colonnade.observations import Observation
from colonnade.observations.vocabulary import EXEC_REFUSED, FINDING, GAP
from colonnade.runtimes.egress.reasons import KIND_FLOW, KIND_REFUSED
from colonnade.sensors.process.sensor import ProcessSensor
from colonnade.sensors.watched import Sensor, Watched

TOLD = frozenset({FINDING, EXEC_REFUSED, GAP, KIND_FLOW, KIND_REFUSED})
"""Kinds that leave the host."""
RESTART_SECONDS = 5.0

log = get_logger(__name__)

Take = Callable[[Observation, int], None]
"""Takes an observation, and how many its source had to drop before it."""


class Judges(Protocol):
    """Takes everything that was seen; see `judge.Judge`."""

    def take(self, observation: Observation) -> None:
        """Something was seen. Never waits."""
        ...

    def begin(self, runtime: str) -> None:
        """A runtime is watched from now on."""
        ...

    def end(self, runtime: str) -> None:
        """It has ended."""
        ...

    async def keep(self) -> None:
        """For ever: judge."""
        ...


class Sensing:
    """Watches every runtime that it was told of. Run `watch` beside it.

    Args:
        tell: takes what leaves the host.
    """

    def __init__(self, tell: Take) -> None:
        self._tell = tell
        self._judge: Judges | None = None
        self._sensors: Sequence[Sensor] = ()
        self.processes: ProcessSensor
        self.commands: Commands

    def use(self, sensors: Sequence[Sensor], judge: Judges | None = None) -> None:
        """The sensors and the judge, chosen once; each was made with `observe` to tell through.

        judge: takes everything that was seen; its findings come back through `observe`.
        """
        self._sensors, self._judge = tuple(sensors), judge

    def begin(self, watched: Watched) -> None:
        """Watch this runtime from now on."""
        if self._judge is not None:
            self._judge.begin(watched.runtime)
        for sensor in self._sensors:
            sensor.begin(watched)

    def end(self, runtime: str) -> None:
        """It has ended."""
        for sensor in self._sensors:
            sensor.end(runtime)
        if self._judge is not None:
            self._judge.end(runtime)

    def observe(self, observation: Observation, dropped_before: int = 0) -> None:
        """Something was seen."""
        if self._judge is not None:
            self._judge.take(observation)
        if observation.kind in TOLD:
            self._tell(observation, dropped_before)

    async def watch(self) -> None:
        """For ever: let every sensor look, and judge what they see."""
        judging = [self._judge.keep()] if self._judge is not None else []
        await asyncio.gather(*(self._keep(sensor) for sensor in self._sensors), *judging)

    async def _keep(self, sensor: Sensor) -> None:
        while True:
            try:
                await sensor.watch()
            except Exception:  # The edge of a part: one blind sensor must not blind the others.
                log.exception("sensor-failed", sensor=sensor.name)
            await asyncio.sleep(RESTART_SECONDS)
