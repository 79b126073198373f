"""The load of each runtime: processor, memory, processes, and what it reads and writes.

Read from its control groups (version 1 or 2), else from /proc for its processes. Told every
`LOOK_SECONDS` while it works and seldom while it rests. The arithmetic is pure; to read from
somewhere else, write a `Meter` and choose it in `meter_of`.

Sources: Documentation/admin-guide/cgroup-v1/{cpuacct,memory,pids}.rst and cgroup-v2.rst of Linux
6.18; proc(5) for /proc/PID/{stat,statm,io}.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from colonnade.kit.clock import Clock, utcnow
from colonnade.observations import Observation, Trust
from colonnade.observations.vocabulary import LOAD, LOAD_SENSOR
from colonnade.sensors.kin import descendants
from colonnade.sensors.watched import Tell, Watched

LOOK_SECONDS = 10.0
REST_SECONDS = 300.0
"""Between two tellings of a runtime that does nothing."""
BUSY_SHARE = 0.05
"""Of the processors that it may use; from here on it works."""
BUSY_BYTES = 1 << 20
"""Read and written in a second; from here on it works as well."""
MAX_PROCESSES = 64
"""Whose reading and writing is added up."""

_Io = Mapping[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Counters at one moment.

    Attributes:
        at: seconds of a clock that never goes back.
        cpu_seconds: used so far by everything of the runtime.
        io: bytes read and written so far, by process.
    """

    at: float
    cpu_seconds: float
    memory_bytes: int
    processes: int
    io: _Io = field(default_factory=dict[int, tuple[int, int]])


class Meter(Protocol):
    """Reads the counters of one runtime."""

    def read(self, at: float) -> Reading:
        """As they are now. Raises OSError or ValueError where there is nothing to read."""
        ...


def load_between(before: Reading, after: Reading, cpus: float) -> dict[str, int | float]:
    """What was used from one reading to the next, as attributes of an observation.

    cpus: how many it may use; cpu_share is a share of these, 0 to 1. Counters that went back (a
    process has ended) count as nothing.
    """
    seconds = max(after.at - before.at, 1e-3)
    used = max(0.0, after.cpu_seconds - before.cpu_seconds) / seconds
    read, written = _moved(before.io, after.io)
    return {
        "seconds": round(seconds, 1),
        "cpu_share": round(min(1.0, used / cpus), 3),
        "cpus": round(used, 2),
        "memory_bytes": after.memory_bytes,
        "processes": after.processes,
        "read_bytes": read,
        "written_bytes": written,
    }


def is_busy(load: Mapping[str, int | float]) -> bool:
    """Whether the runtime did more than wait."""
    moved = (load["read_bytes"] + load["written_bytes"]) / max(load["seconds"], 1e-3)
    return load["cpu_share"] >= BUSY_SHARE or moved >= BUSY_BYTES


class GroupMeter:
    """By the folders of control groups, of either version."""

    def __init__(self, groups: Iterable[Path], proc: Path = Path("/proc")) -> None:
        self._groups, self._proc = tuple(groups), proc

    def read(self, at: float) -> Reading:
        """See `Meter`."""
        processes = self._processes()
        return Reading(
            at,
            self._cpu_seconds(),
            self._memory_bytes(),
            len(processes),
            _io_of(processes, self._proc),
        )

    def _cpu_seconds(self) -> float:
        with suppress(OSError):
            return int(self._text("cpuacct.usage")) / 1e9
        return _fields(self._text("cpu.stat"))["usage_usec"] / 1e6

    def _memory_bytes(self) -> int:
        """Without what the kernel keeps of files and gives back when asked."""
        try:
            used, spare = int(self._text("memory.usage_in_bytes")), "total_inactive_file"
        except OSError:
            used, spare = int(self._text("memory.current")), "inactive_file"
        return max(0, used - _fields(self._text("memory.stat")).get(spare, 0))

    def _processes(self) -> list[int]:
        return sorted(map(int, self._text("cgroup.procs").split()))

    def _text(self, name: str) -> str:
        """Of the first group that has it. Raises FileNotFoundError."""
        for group in self._groups:
            with suppress(OSError):
                return (group / name).read_text()
        raise FileNotFoundError(name)


class ProcessMeter:
    """By the processes that descend from the outermost; what has ended is not counted any more."""

    def __init__(self, process: int, proc: Path = Path("/proc")) -> None:
        self._process, self._proc = process, proc
        self._tick = os.sysconf("SC_CLK_TCK")
        self._page = os.sysconf("SC_PAGE_SIZE")

    def read(self, at: float) -> Reading:
        """See `Meter`."""
        found = list(descendants(self._process, self._proc))
        cpu, memory = 0.0, 0
        for one in found:
            with suppress(OSError, ValueError, IndexError):
                words = (self._proc / str(one) / "stat").read_text().rpartition(")")[2].split()
                cpu += (int(words[11]) + int(words[12])) / self._tick
                memory += int((self._proc / str(one) / "statm").read_text().split()[1]) * self._page
        return Reading(at, cpu, memory, len(found), _io_of(found, self._proc))


def meter_of(watched: Watched) -> Meter:
    """The best meter for this runtime."""
    return GroupMeter(watched.groups) if watched.groups else ProcessMeter(watched.process)


@dataclass(slots=True)
class _Runtime:
    watched: Watched
    meter: Meter
    before: Reading | None = None
    was_busy: bool = False
    told_at: float = float("-inf")


class LoadSensor:
    """Fulfils `watched.Sensor`."""

    name = LOAD_SENSOR

    def __init__(
        self,
        tell: Tell,
        clock: Clock = utcnow,
        monotonic: Callable[[], float] = time.monotonic,
        look_seconds: float = LOOK_SECONDS,
        meter: Callable[[Watched], Meter] = meter_of,
    ) -> None:
        self._tell, self._clock, self._monotonic = tell, clock, monotonic
        self._look_seconds, self._meter = look_seconds, meter
        self._runtimes: dict[str, _Runtime] = {}

    def begin(self, watched: Watched) -> None:
        """Watch this runtime from now on."""
        self._runtimes[watched.runtime] = _Runtime(watched, self._meter(watched))

    def end(self, runtime: str) -> None:
        """It has ended; an unknown one is fine."""
        self._runtimes.pop(runtime, None)

    async def watch(self) -> None:
        """For ever: look, and tell."""
        while True:
            for observation in await asyncio.to_thread(self.look):
                if observation.runtime in self._runtimes:
                    self._tell(observation)
            await asyncio.sleep(self._look_seconds)

    def look(self) -> list[Observation]:
        """What there is to tell of all runtimes now."""
        told: list[Observation] = []
        for one in list(self._runtimes.values()):
            with suppress(OSError, ValueError, KeyError):
                told += self._look_at(one, one.meter.read(self._monotonic()))
        return told

    def _look_at(self, one: _Runtime, after: Reading) -> list[Observation]:
        before, one.before = one.before, after
        if before is None:
            return []
        load = load_between(before, after, one.watched.cpus or float(os.cpu_count() or 1))
        busy, was_busy = is_busy(load), one.was_busy
        one.was_busy = busy
        if not (busy or was_busy or after.at - one.told_at >= REST_SECONDS):
            return []
        one.told_at = after.at
        time, runtime = self._clock(), one.watched.runtime
        return [Observation(time, LOAD_SENSOR, Trust.KERNEL, LOAD, runtime, "", {**load})]


def _moved(before: _Io, after: _Io) -> tuple[int, int]:
    read = written = 0
    for process, (reads, writes) in after.items():
        known = before.get(process, (0, 0))
        read += max(0, reads - known[0])
        written += max(0, writes - known[1])
    return read, written


def _io_of(processes: Iterable[int], proc: Path) -> dict[int, tuple[int, int]]:
    """What each read and wrote, by disk and cache alike: a set of pictures is in the cache soon."""
    found: dict[int, tuple[int, int]] = {}
    for one in list(processes)[:MAX_PROCESSES]:
        with suppress(OSError, ValueError, KeyError):
            fields = _fields((proc / str(one) / "io").read_text().replace(":", ""))
            found[one] = (fields["rchar"], fields["wchar"])
    return found


def _fields(text: str) -> dict[str, int]:
    """Lines of a name and a number. Raises ValueError for others."""
    return {name: int(value) for name, value in (line.split() for line in text.splitlines())}
