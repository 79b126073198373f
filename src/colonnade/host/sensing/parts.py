"""Which sensors this host has; each is chosen here and nowhere else."""

from functools import partial

from colonnade.host import processes
from colonnade.host.ground import Ground
from colonnade.host.sensing.sensing import Sensing
from colonnade.host.sensing.source_reader import SourceReader
from colonnade.host.telling import Telling
from colonnade.observations import Observation
from colonnade.sensors.hook import HookSensor
from colonnade.sensors.watched import Sensor, Watched


def build_sensing(ground: Ground, telling: Telling) -> Sensing:
    """The host's eyes, as far as the machine gives any."""
    sensing = Sensing(telling.observe, judge=_nobody)
    sensors: list[Sensor] = [HookSensor(sensing.observe, SourceReader(), partial(_used, ground))]
    sensing.use(sensors)
    return sensing


def _used(ground: Ground, watched: Watched) -> float:
    """Processor time of the runtime so far, in seconds."""
    counted = ground.limiter.cpu_seconds(watched.groups)
    if counted is not None:
        return counted
    return processes.cpu_seconds(processes.members(watched.process, watched.groups))


def _nobody(observation: Observation) -> None:
    """Where nobody judges yet."""
