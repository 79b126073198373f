"""Which sensors this host has; each is chosen here and nowhere else."""

from pathlib import Path

from colonnade.host.ground import Ground
from colonnade.host.sensing.judge import Judge
from colonnade.host.sensing.recordings import Recordings
from colonnade.host.sensing.sensing import Sensing
from colonnade.host.telling import Telling
from colonnade.sensors.watched import Sensor


def build_sensing(
    ground: Ground, telling: Telling, rules: Path | None, recordings: Path
) -> Sensing:
    """The host's eyes, as far as the machine gives any.

    rules: a folder of rules in place of the shipped ones.
    recordings: the folder in which what was seen is kept for a while.
    """
    sensing = Sensing(telling.observe)
    sensors: list[Sensor] = []
    sensing.use(sensors, Judge(sensing.observe, Recordings(recordings), rules))
    return sensing
