"""Which sensors this host has; each is chosen here and nowhere else."""

from functools import partial
from pathlib import Path

from colonnade.host import processes
from colonnade.host.ground import Ground
from colonnade.host.sensing.commands import Commands
from colonnade.host.sensing.file_keeper import FileKeeper
from colonnade.host.sensing.judge import Judge
from colonnade.host.sensing.recordings import Recordings
from colonnade.host.sensing.sensing import Sensing
from colonnade.host.sensing.source_reader import SourceReader
from colonnade.host.telling import Telling
from colonnade.sensors.files.sensor import FileSensor, Measured
from colonnade.sensors.gpu import GpuSensor, find_nvml
from colonnade.sensors.hook import HookSensor
from colonnade.sensors.load import LoadSensor
from colonnade.sensors.process.connector import can_connect
from colonnade.sensors.process.sensor import ProcessSensor
from colonnade.sensors.watched import Sensor, Watched


def build_sensing(
    ground: Ground, telling: Telling, rules: Path | None, recordings: Path, measured: Measured
) -> Sensing:
    """The host's eyes, as far as the machine gives any.

    rules: a folder of rules in place of the shipped ones.
    recordings: the folder in which what was seen is kept for a while.
    measured: takes what each runtime is seen to have on its disk.
    """
    sensing = Sensing(telling.observe)
    sensing.commands = Commands(rules)
    connects = not ground.asks and can_connect()
    sensing.processes = ProcessSensor(sensing.observe, sensing.commands, connects)
    sensors: list[Sensor] = [
        sensing.processes,
        FileSensor(sensing.observe, FileKeeper(), measured),
        LoadSensor(sensing.observe),
        HookSensor(sensing.observe, SourceReader(), partial(_used, ground)),
    ]
    if (nvml := find_nvml()) is not None:
        sensors.append(GpuSensor(sensing.observe, nvml))
    sensing.use(sensors, Judge(sensing.observe, Recordings(recordings), rules))
    return sensing


def _used(ground: Ground, watched: Watched) -> float:
    """Processor time of the runtime so far, in seconds."""
    counted = ground.limiter.cpu_seconds(watched.groups)
    if counted is not None:
        return counted
    return processes.cpu_seconds(processes.members(watched.process, watched.groups))
