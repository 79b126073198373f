"""A host whose sensors' observations can be read by a test, and whose hook sensor has no patience.

Run as `python watched_host.py DATA`; every observation becomes a line of DATA/seen.jsonl.
"""

import sys
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from colonnade.host import server
from colonnade.host.sensing import parts
from colonnade.host.sensing.sensing import Sensing
from colonnade.kit.settings import Settings
from colonnade.observations import Observation
from colonnade.sensors.hook import HookSensor, sensor
from colonnade.sensors.hook.channel import Limits

OBSERVATION = TypeAdapter(Observation)
IMPATIENT = Limits(most=300, window=3, silent=3, again=3)


def main(data: Path) -> None:
    """Be the host of this data folder."""
    judge = Sensing.observe
    seen = (data / "seen.jsonl").open("ab", buffering=0)

    def observe(self: Sensing, observation: Observation, dropped_before: int = 0) -> None:
        seen.write(OBSERVATION.dump_json(observation) + b"\n")
        judge(self, observation, dropped_before)

    Sensing.observe = observe
    sensor.METER_LOOKS = 1
    parts.HookSensor = partial(HookSensor, limits=IMPATIENT)
    server.run(Settings(data=data))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
