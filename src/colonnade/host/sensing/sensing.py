"""Every sensor of this host, and the way of what they see: to the judge, and to the control plane.

Command lines, paths and the like stay on the host. What is told are findings with their evidence,
connections, refusals, and what could not be seen.
"""

import asyncio
from collections.abc import Callable, Sequence

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
Judge = Callable[[Observation], None]


class Sensing:
    """Watches every runtime that it was told of. Run `watch` beside it.

    Args:
        tell: takes what leaves the host.
        judge: takes everything that was seen; its findings come back through `observe`.
    """

    def __init__(self, tell: Take, judge: Judge) -> None:
        self._tell, self._judge = tell, judge
        self._sensors: Sequence[Sensor] = ()
        self.processes: ProcessSensor
        self.commands: Commands

    def use(self, sensors: Sequence[Sensor]) -> None:
        """The sensors, chosen once; each was made with `observe` to tell of what it sees."""
        self._sensors = tuple(sensors)

    def begin(self, watched: Watched) -> None:
        """Watch this runtime from now on."""
        for sensor in self._sensors:
            sensor.begin(watched)

    def end(self, runtime: str) -> None:
        """It has ended."""
        for sensor in self._sensors:
            sensor.end(runtime)

    def observe(self, observation: Observation, dropped_before: int = 0) -> None:
        """Something was seen."""
        self._judge(observation)
        if observation.kind in TOLD:
            self._tell(observation, dropped_before)

    async def watch(self) -> None:
        """For ever: let every sensor look."""
        await asyncio.gather(*(self._keep(sensor) for sensor in self._sensors))

    async def _keep(self, sensor: Sensor) -> None:
        while True:
            try:
                await sensor.watch()
            except Exception:  # The edge of a part: one blind sensor must not blind the others.
                log.exception("sensor-failed", sensor=sensor.name)
            await asyncio.sleep(RESTART_SECONDS)
