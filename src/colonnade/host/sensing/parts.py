"""Which sensors this host has; each is chosen here and nowhere else."""

from colonnade.host.ground import Ground
from colonnade.host.sensing.file_keeper import FileKeeper
from colonnade.host.sensing.sensing import Sensing
from colonnade.host.telling import Telling
from colonnade.observations import Observation
from colonnade.sensors.files.sensor import FileSensor, Measured
from colonnade.sensors.gpu import GpuSensor, find_nvml
from colonnade.sensors.load import LoadSensor
from colonnade.sensors.watched import Sensor


def build_sensing(ground: Ground, telling: Telling, measured: Measured) -> Sensing:
    """The host's eyes, as far as the machine gives any.

    measured: takes what each runtime is seen to have on its disk.
    """
    sensing = Sensing(telling.observe, judge=_nobody)
    sensors: list[Sensor] = [
        FileSensor(sensing.observe, FileKeeper(), measured),
        LoadSensor(sensing.observe),
    ]
    if (nvml := find_nvml()) is not None:
        sensors.append(GpuSensor(sensing.observe, nvml))
    sensing.use(sensors)
    return sensing


def _nobody(observation: Observation) -> None:
    """Where nobody judges yet."""
