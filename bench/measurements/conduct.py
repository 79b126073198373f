"""What judging conduct costs: an observation of each kind, and how cost grows with their number.

By processor time, in one process and without sensors: what is asked is the judge alone. Batches are
as large as a second of a busy runtime gives.
"""

import asyncio
import json
import math
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bench.figures import Figure, Target, at_most, p50, slope
from bench.ground import Ground
from colonnade.detection.conduct.conduct import Conduct
from colonnade.detection.rulebook import default_rules
from colonnade.observations import Observation, Trust

BATCH = 100
SIZES = tuple(250 << power for power in range(6))
"""Observations of one runtime: 250 to 8,000."""
BEGUN = datetime(2026, 11, 30, tzinfo=UTC)
Make = Callable[[int], Observation]


async def measure(ground: Ground) -> list[Figure]:
    """Microseconds an observation for each kind of flood, and the exponent of their cost."""
    return await asyncio.to_thread(_measure, ground)


def _measure(ground: Ground) -> list[Figure]:
    count, rounds = ground.samples(4000, 400), ground.samples(5, 2)
    _ = default_rules().lookouts
    _spent([_mixed(one) for one in range(BATCH)])
    figures = [
        _figure("the same command again", _same, count, rounds, at_most(20)),
        _figure("commands that no rule cares for", _innocent, count, rounds, at_most(200)),
        _figure("commands that rules care for", _telling, count, rounds, at_most(1000)),
        _figure("of every kind, mixed", _mixed, count, rounds, at_most(400)),
    ]
    sizes = SIZES[: ground.samples(len(SIZES), 3)]
    costs = [min(_spent([_mixed(one) for one in range(size)]) for _ in range(2)) for size in sizes]
    exponent = slope([math.log(size) for size in sizes], [math.log(cost) for cost in costs])
    note = f"{sizes[0]} to {sizes[-1]} observations of one runtime"
    return [*figures, Figure("conduct", "exponent of cost", exponent, "", at_most(1.15), note)]


def _figure(name: str, make: Make, count: int, rounds: int, target: Target) -> Figure:
    seen = [make(number) for number in range(count)]
    each = p50([_spent(seen) / count for _ in range(rounds)])
    note = f"p50 of {rounds} rounds of {count}, by processor time"
    return Figure("conduct", name, each * 1e6, "µs", target, note)


def _spent(seen: Sequence[Observation]) -> float:
    """Seconds of processor time for one runtime's observations, from nothing."""
    conduct, begun = Conduct(default_rules(), "r1"), time.process_time()
    for place in range(0, len(seen), BATCH):
        conduct.take(seen[place : place + BATCH])
    return time.process_time() - begun


def _exec(number: int, command: str) -> Observation:
    time = BEGUN + timedelta(seconds=number / BATCH)
    attributes: dict[str, str | int | float | bool] = {"command": command}
    return Observation(time, "process", Trust.KERNEL, "exec", "r1", "/usr/bin/python3", attributes)


def _same(number: int) -> Observation:
    return _exec(number, "python3 a.py train --training-data-src-dir x --training-data-dst-dir y")


def _innocent(number: int) -> Observation:
    return _exec(number, f"python3 tests/run_{number}.py --seed {number} -o out/{number}.csv")


def _telling(number: int) -> Observation:
    sides = f"--training-data-src-dir a{number} --training-data-dst-dir b{number}"
    return _exec(number, f"python3 p{number}.py train {sides}")


def _mixed(number: int) -> Observation:
    kinds = ("exec", "folder", "file", "load", "egress", "egress-refused", "output")
    kind = kinds[number % len(kinds)]
    graph = json.dumps([["graph", "one-shot-swapper"], ["path", f"{number}.bin"]])
    attributes: dict[str, str | int | float | bool] = {
        "command": f"python3 p{number}.py train --training-data-src-dir {number}",
        "features": graph,
        "format": "dfl-aligned-face",
        "grown": 100,
        "count": 100,
        "extension": "jpg",
        "seconds": 15,
        "cpu_share": 0.99,
        "connections": 3,
        "reason": "port",
        "port": 3333,
    }
    time = BEGUN + timedelta(seconds=number / BATCH)
    return Observation(time, "x", Trust.KERNEL, kind, "r1", f"/content/s{number}", attributes)
