"""What the process sensor sees, and what it costs: the host, and each program that is started.

Everything runs in a real sandbox of a bare Python, watched by a process that does nothing else. Its
processor time is compared with that of the same process that starts the same sandbox and watches
nothing. What a start costs inside is compared in rounds that take turns.
"""

import json
import sys
from pathlib import Path
from typing import Any

from bench.figures import Figure, at_least, at_most, p50
from bench.ground import Ground
from bench.processes import finished

PACED = """
import os, time
print("go", flush=True)
began = time.monotonic()
for number in range({count}):
    time.sleep(max(0, began + number / {rate} - time.monotonic()))
    os.waitpid(os.posix_spawn("/bin/true", ["true", str(number)], {{}}), 0)
"""
QUICK = """
import os
print("go", flush=True)
for number in range({count}):
    os.waitpid(os.posix_spawn("/bin/true", ["true", str(number)], {{}}), 0)
"""
TIMED = """
import json, os, time
print("go", flush=True)
took = []
for number in range({count}):
    began = time.perf_counter()
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {{}}), 0)
    took.append(time.perf_counter() - began)
print(json.dumps(took))
"""
FRESH = TIMED.replace('["true"]', '["true", str(number), str(time.time())]')
IDLE = """
import time
print("go", flush=True)
time.sleep({seconds})
"""


async def measure(ground: Ground) -> list[Figure]:
    """What is seen; processor time at a hundred a second and at rest; what a start costs."""
    return [*await _caught(ground), *await _costs(ground), *await _delays(ground)]


async def _caught(ground: Ground) -> list[Figure]:
    count = ground.samples(1000, 200)
    ground.say("processes: quick programs")
    run = await _run(ground, "asks", QUICK.format(count=count))
    wanted = {f"true {number}" for number in range(count)}
    share = len(wanted & set(run["commands"])) / count * 100
    note = f"of {count} programs that end at once, one after the other"
    return [Figure("processes", "command lines caught, per cent", share, "", at_least(99), note)]


async def _costs(ground: Ground) -> list[Figure]:
    rate, seconds = 100, ground.samples(20, 3)
    busy = await _share(ground, PACED.format(count=rate * seconds, rate=rate), seconds)
    idle = await _share(ground, IDLE.format(seconds=seconds), seconds)
    note = f"of one core, over {seconds} s, less the same without a sensor"
    return [
        Figure("processes", "at 100 programs a second, per cent", busy, "", at_most(3), note),
        Figure("processes", "for an idle runtime, per cent", idle, "", at_most(0.2), note),
    ]


async def _share(ground: Ground, code: str, seconds: int) -> float:
    """Processor time as per cent of one core, the median of rounds in turns."""
    found: list[float] = []
    for _ in range(ground.samples(3, 1)):
        ground.say("processes: processor time")
        watched = await _run(ground, "asks", code)
        alone = await _run(ground, "none", code)
        spent = watched["cpu_seconds"] - alone["cpu_seconds"]
        found.append(spent / seconds * 100)
    return p50(found)


async def _delays(ground: Ground) -> list[Figure]:
    rounds, count = ground.samples(7, 2), ground.samples(200, 50)
    cases = (
        ("added to a start by the sensor, p50", "asks", TIMED),
        ("added by the exec gate, a known command, p50", "gated", TIMED),
        ("added by the exec gate, a new command, p50", "gated", FRESH),
    )
    figures: list[Figure] = []
    for name, variant, code in cases:
        ground.say(f"processes: {name}")
        added: list[float] = []
        for _ in range(rounds):
            alone = await _started(ground, "none", code.format(count=count))
            added.append(await _started(ground, variant, code.format(count=count)) - alone)
        note = f"{rounds} rounds in turns of {count} starts of /bin/true"
        figures.append(Figure("processes", name, p50(added) * 1000, "ms", note=note))
    return figures


async def _started(ground: Ground, variant: str, code: str) -> float:
    """Seconds that a start and its end take, the median."""
    return p50(json.loads((await _run(ground, variant, code))["printed"]))


async def _run(ground: Ground, variant: str, code: str) -> dict[str, Any]:
    command: list[str | Path] = [sys.executable, "-m", "bench.inside.watched", variant, code]
    return json.loads(await finished(command, ground.folder / "processes.log"))
