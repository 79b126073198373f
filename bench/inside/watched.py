"""One sandbox under the process sensor, in a process that does nothing else, as in a host.

Run as `python -m bench.inside.watched VARIANT CODE`: VARIANT is `none` (nobody watches), `asks`
(the sensor) or `gated` (with an exec gate, too); CODE is Python for the sandbox. Prints JSON: what
the sandbox printed, the commands that were seen, and the seconds of processor time that it took to
see them, from the sandbox's first output until its end.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from colonnade.host import bubblewrap, sandbox
from colonnade.host.egress import handover
from colonnade.host.limits import find_limiter, remove_groups
from colonnade.host.registry import Record
from colonnade.host.sensing.commands import Commands
from colonnade.kit.clock import utcnow
from colonnade.kit.ids import new_id
from colonnade.observations import Observation
from colonnade.runtimes.engine import Limits
from colonnade.sensors.process.sensor import ProcessSensor
from colonnade.sensors.process.terms import ExecTerms
from colonnade.sensors.watched import Watched

PYTHON = os.path.realpath(sys.executable)
GATED = ExecTerms(True, (("deepfakes", 0.9), ("cryptomining", 0.9)), (), 5.0)


async def watch(variant: str, code: str, folder: Path) -> dict[str, object]:
    """Run it to its end."""
    seen: list[Observation] = []
    commands = Commands()
    sensor = ProcessSensor(seen.append, commands)
    if variant == "gated":
        await commands.ready()
    watching = asyncio.create_task(sensor.watch()) if variant != "none" else None
    runtime = new_id()
    groups = find_limiter("colonnade-bench").create(runtime, Limits(cpus=0))
    words = [*bubblewrap.CONFINE, *bubblewrap.system_mounts(), "--tmpfs", "/tmp"]  # noqa: S108
    words += ["--ro-bind", sys.base_prefix, sys.base_prefix]
    start = sandbox.Start([PYTHON, "-S", "-c", code], {}, words, {})
    record = Record(runtime, utcnow(), None, groups)
    mine, theirs = handover.pair()
    try:
        with theirs:
            handed = {"asking": theirs} if watching else {}
            process = await sandbox.spawn(start, record, str(folder / "s"), handed)
        if watching:
            sensor.begin(Watched(runtime, process.pid, None, groups, None))
            terms = GATED if variant == "gated" else ExecTerms()
            sensor.listen(runtime, await handover.receive_descriptor(mine), terms)
        assert process.stdout is not None
        await process.stdout.readline()
        began = time.process_time()
        printed = (await process.stdout.read()).decode()
        await process.wait()
        sensor.end(runtime)
        took = time.process_time() - began
    finally:
        await commands.close()
        if watching:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        remove_groups(groups)
    lines = [one.attributes["command"] for one in seen if one.kind == "exec"]
    return {"printed": printed, "commands": lines, "cpu_seconds": took}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(json.dumps(asyncio.run(watch(sys.argv[1], sys.argv[2], Path(made)))))
