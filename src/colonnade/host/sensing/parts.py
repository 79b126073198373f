"""Which sensors this host has; each is chosen here and nowhere else."""

from colonnade.host.ground import Ground
from colonnade.host.sensing.file_keeper import FileKeeper
from colonnade.host.sensing.sensing import Sensing
from colonnade.host.telling import Telling
from colonnade.observations import Observation
from colonnade.sensors.files.sensor import FileSensor
from colonnade.sensors.watched import Sensor


def build_sensing(ground: Ground, telling: Telling) -> Sensing:
    """The host's eyes, as far as the machine gives any."""
    sensing = Sensing(telling.observe, judge=_nobody)
    sensors: list[Sensor] = [FileSensor(sensing.observe, FileKeeper())]
    sensing.use(sensors)
    return sensing


def _nobody(observation: Observation) -> None:
    """Where nobody judges yet."""
