"""What judging costs: a cell before it runs, a whole notebook, a folder; and how cost grows.

Everything is examined for the first time: what is remembered by its hash is not what is asked here.
"""

import asyncio
import itertools
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import notebooks
from bench.figures import Figure, at_least, at_most, p50, p99, slope
from bench.ground import Ground
from bench.kernels import BenchError
from colonnade.detection.cells import Cell
from colonnade.detection.rulebook import default_rules
from colonnade.detection.scan import scan_cells
from colonnade.enforcement.workers import Workers

CELLS = 100
NOTEBOOKS = 1000
FEWER = 100
SIZES = tuple(1000 << power for power in range(10))
"""Characters of one cell: 1 KB to half a megabyte."""


async def measure(ground: Ground) -> list[Figure]:
    """Cells and notebooks by the gate's examining process; folders by the command."""
    return [
        *await _examined(ground),
        *await asyncio.to_thread(_scanned, ground),
        *await asyncio.to_thread(_growth, ground),
    ]


async def _examined(ground: Ground) -> list[Figure]:
    workers = Workers(default_rules(), count=1)
    try:
        await workers.examine([Cell("warm = 1  # 'up'")])
        cells = list(itertools.chain.from_iterable(_some(ground.samples(150, 30))))
        each = [await _seconds(workers, [cell]) for cell in cells]
        whole = [
            await _seconds(workers, notebooks.of_cells(CELLS), beside=number)
            for number in range(ground.samples(15, 3))
        ]
    finally:
        await workers.close()
    characters = sum(len(cell.source) for cell in cells) / len(cells)
    note = f"{len(cells)} cells of {characters:.0f} characters on average, with the way there"
    return [
        Figure("detection", "a cell in the gate, p50", p50(each) * 1e3, "ms", at_most(1), note),
        Figure("detection", "a cell in the gate, p99", p99(each) * 1e3, "ms", at_most(10)),
        Figure("detection", f"{CELLS} new cells at once", p50(whole) * 1e3, "ms", at_most(60)),
    ]


async def _seconds(workers: Workers, cells: Sequence[Cell], beside: int = 0) -> float:
    """How long one examination takes; `beside` makes otherwise equal cells new."""
    asked = [Cell(f"{cell.source} {beside}", cell.index) for cell in cells]
    begun = time.perf_counter()
    await workers.examine(asked)
    return time.perf_counter() - begun


def _some(count: int) -> list[tuple[Cell, ...]]:
    return list(itertools.islice(notebooks.fresh_notebooks(), count))


@dataclass(frozen=True)
class Run:
    """One run of the command: how long it took, of that on a processor, and its largest process."""

    seconds: float
    processor_seconds: float
    peak_bytes: int


def _scanned(ground: Ground) -> list[Figure]:
    count = ground.samples(NOTEBOOKS, 3 * FEWER)
    many, few = _folder(ground, "many", count), _folder(ground, "few", FEWER)
    cores = len(os.sched_getaffinity(0))
    one, every = _scan(many, count, 1), _scan(many, count, cores)
    small = _scan(few, FEWER, 1)
    speed = count / one.seconds
    note = f"{count} notebooks, with the start of the command; all its processes on one core"
    return [
        Figure("detection", "scan on one core", speed, "/s", at_least(60), note),
        Figure("detection", "scan by processor time", count / one.processor_seconds, "/s"),
        Figure("detection", f"scan on {cores} cores", count / every.seconds, "/s"),
        Figure("detection", f"{cores} cores ÷ one", one.seconds / every.seconds, "×"),
        Figure(
            "detection",
            f"largest process, {count} files ÷ {FEWER}",
            one.peak_bytes / small.peak_bytes,
            "×",
            at_most(1.1),
            f"{one.peak_bytes / 1e6:.0f} MB",
        ),
    ]


def _folder(ground: Ground, name: str, count: int) -> Path:
    folder = ground.room(name)
    for number, cells in enumerate(_some(count)):
        notebooks.write(cells, folder / f"{number:05}.ipynb")
    return folder


def _scan(folder: Path, count: int, cores: int) -> Run:
    """Scan `folder` on the first `cores` cores. Raises BenchError when a file is missing."""
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    limited = (
        f"import os, sys; os.sched_setaffinity(0, {allowed}); os.execv(sys.argv[1], sys.argv[1:])"
    )
    command = [Path(sys.executable).with_name("colonnade"), "scan", folder, "--format", "json"]
    with (folder.parent / f"{folder.name}.jsonl").open("w+b") as told:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", limited, *command], stdout=told, stderr=subprocess.DEVNULL
        )
        _, _, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = 0
        told.seek(0)
        verdicts = [json.loads(line)["verdict"] for line in told]
    if len(verdicts) < count or "unscannable" in verdicts:
        raise BenchError(f"of {count} notebooks the scan told of {len(verdicts)}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def _growth(ground: Ground) -> list[Figure]:
    """The exponent with which cost grows with size; 1 is linear."""
    rules, cells = default_rules(), [notebooks.of_size(size) for size in SIZES]
    rounds = [[_cpu(cell) for cell in cells] for _ in range(ground.samples(5, 2))]
    seconds = [min(one[place] for one in rounds) for place in range(len(cells))]
    sizes = [len(cell.source) for cell in cells]
    exponent = slope([math.log(size) for size in sizes], [math.log(one) for one in seconds])
    doubled = [later / earlier for earlier, later in itertools.pairwise(seconds)]
    note = f"{sizes[0]:,} to {sizes[-1]:,} characters, {len(rules.rules)} rules"
    return [
        Figure("detection", "exponent of cost by size", exponent, "", at_most(1.15), note),
        Figure("detection", "twice the size costs, p50", p50(doubled), "×", at_most(2.3)),
        Figure("detection", "a megabyte of code", seconds[-1] / sizes[-1] * 1e6, "s"),
    ]


def _cpu(cell: Cell) -> float:
    begun = time.process_time()
    scan_cells(default_rules(), (cell,), "bench", "")
    return time.process_time() - begun
