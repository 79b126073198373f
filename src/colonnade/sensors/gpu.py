"""Who works on this machine's GPUs, as the driver says it, and whose each process is.

NVML comes as a module with nvidia-ml-py's names, passed in, so that everything works without a GPU
and is tested with a recording. Missing figures and calls that a device does not know are normal
(consumer cards, virtual GPUs, containers). A process that is nobody's is a gap.

Source: NVML API Reference Guide, 'Device Queries' and 'Accounting Statistics'; nvidia-ml-py 12.
"""

import asyncio
import importlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.log import get_logger
from colonnade.observations import Observation, Trust
from colonnade.observations.vocabulary import GAP, GPU, GPU_SENSOR
from colonnade.sensors.kin import ancestors
from colonnade.sensors.watched import Tell, Watched

LOOK_SECONDS = 10.0
RETRY_SECONDS = 300.0
"""After the driver failed."""
AGAIN_SECONDS = 600.0
"""Before a process without an owner is told of again."""
MAX_STRANGERS = 1_000

log = get_logger(__name__)


class Nvml(Protocol):
    """The part of nvidia-ml-py that is used. Everything may raise `NVMLError`."""

    NVMLError: type[Exception]

    def nvmlInit(self) -> None: ...
    def nvmlDeviceGetCount(self) -> int: ...
    def nvmlDeviceGetHandleByIndex(self, index: int) -> Any: ...
    def nvmlDeviceGetName(self, handle: Any) -> str | bytes: ...
    def nvmlDeviceGetComputeRunningProcesses(self, handle: Any) -> list[Any]: ...
    def nvmlDeviceGetGraphicsRunningProcesses(self, handle: Any) -> list[Any]: ...
    def nvmlDeviceGetProcessUtilization(self, handle: Any, last: int) -> list[Any]: ...


def find_nvml() -> Nvml | None:
    """nvidia-ml-py where it is installed and finds a driver, else None."""
    try:
        module = cast("Nvml", importlib.import_module("pynvml"))
    except ImportError:
        return None
    try:
        module.nvmlInit()
    except module.NVMLError:
        return None
    return module


@dataclass(slots=True)
class _Work:
    """Of one runtime on one device."""

    processes: set[int] = field(default_factory=set[int])
    memory_bytes: int | None = None
    share: float | None = None


class GpuSensor:
    """Fulfils `watched.Sensor`."""

    name = GPU_SENSOR

    def __init__(
        self,
        tell: Tell,
        nvml: Nvml,
        clock: Clock = utcnow,
        monotonic: Callable[[], float] = time.monotonic,
        proc: Path = Path("/proc"),
    ) -> None:
        self._tell, self._nvml, self._clock, self._monotonic = tell, nvml, clock, monotonic
        self._proc = proc
        self._watched: dict[str, Watched] = {}
        self._seen_until: dict[int, int] = {}
        self._strangers: dict[tuple[int, int], float] = {}
        self._looked_at: float | None = None

    def begin(self, watched: Watched) -> None:
        """Watch this runtime from now on."""
        self._watched[watched.runtime] = watched

    def end(self, runtime: str) -> None:
        """It has ended; an unknown one is fine."""
        self._watched.pop(runtime, None)

    async def watch(self) -> None:
        """For ever: look, and tell."""
        while True:
            pause = LOOK_SECONDS
            try:
                for observation in await asyncio.to_thread(self.look):
                    self._tell(observation)
            except self._nvml.NVMLError as problem:
                log.error("gpu-unseen", reason=str(problem))
                pause = RETRY_SECONDS
            await asyncio.sleep(pause)
            if pause == RETRY_SECONDS:
                with suppress(self._nvml.NVMLError):
                    self._nvml.nvmlInit()

    def look(self) -> list[Observation]:
        """What there is to tell of all devices now. Raises NVMLError when the driver has failed."""
        now = self._monotonic()
        seconds = LOOK_SECONDS if self._looked_at is None else now - self._looked_at
        self._looked_at = now
        told: list[Observation] = []
        for index in range(self._nvml.nvmlDeviceGetCount()):
            told += self._look_at(index, now, round(seconds, 1))
        return told

    def _look_at(self, index: int, now: float, seconds: float) -> Iterator[Observation]:
        handle = self._nvml.nvmlDeviceGetHandleByIndex(index)
        name = self._name(handle)
        works: defaultdict[str, _Work] = defaultdict(_Work)
        shares = self._shares(index, handle)
        for process, memory in self._processes(handle).items():
            owner = self.owner_of(process)
            if owner is None:
                yield from self._stranger(index, process, name, now)
            else:
                _add(works[owner], process, memory, shares.get(process))
        for runtime, work in works.items():
            yield self._observation(GPU, runtime, name, _attributes(work, seconds))

    def owner_of(self, process: int) -> str | None:
        """The runtime that a process of this machine belongs to, None for nobody's."""
        groups = {group.name: one.runtime for one in self._watched.values() for group in one.groups}
        with suppress(OSError):
            text = (self._proc / str(process) / "cgroup").read_text()
            for part in text.replace("\n", "/").split("/"):
                if part in groups:
                    return groups[part]
        outermost = {one.process: one.runtime for one in self._watched.values()}
        found = (outermost.get(one) for one in ancestors(process, self._proc))
        return next((runtime for runtime in found if runtime), None)

    def _processes(self, handle: Any) -> dict[int, int | None]:
        """Memory by process; None where the driver does not say."""
        found: dict[int, int | None] = {}
        for ask in (
            self._nvml.nvmlDeviceGetComputeRunningProcesses,
            self._nvml.nvmlDeviceGetGraphicsRunningProcesses,
        ):
            with suppress(self._nvml.NVMLError):
                for one in ask(handle):
                    found[int(one.pid)] = one.usedGpuMemory or found.get(int(one.pid))
        return found

    def _shares(self, index: int, handle: Any) -> dict[int, float]:
        """How much of the device each process used since the last look, 0 to 1."""
        sums: defaultdict[int, list[int]] = defaultdict(list)
        last = self._seen_until.get(index, 0)
        with suppress(self._nvml.NVMLError):
            for one in self._nvml.nvmlDeviceGetProcessUtilization(handle, last):
                if one.timeStamp > last:
                    sums[int(one.pid)].append(int(one.smUtil))
                    self._seen_until[index] = max(self._seen_until.get(index, 0), one.timeStamp)
        return {process: sum(all) / len(all) / 100 for process, all in sums.items()}

    def _stranger(self, index: int, process: int, name: str, now: float) -> Iterator[Observation]:
        key = (index, process)
        if now - self._strangers.get(key, float("-inf")) < AGAIN_SECONDS:
            return
        if len(self._strangers) >= MAX_STRANGERS:
            self._strangers.clear()
        self._strangers[key] = now
        attributes: dict[str, str | int | float | bool] = {
            "count": 1,
            "detail": f"process {process} on {name}",
            "sensor": GPU_SENSOR,
        }
        yield self._observation(GAP, "", "unknown-owner", attributes)

    def _name(self, handle: Any) -> str:
        with suppress(self._nvml.NVMLError):
            name = self._nvml.nvmlDeviceGetName(handle)
            return name.decode("utf-8", "replace") if isinstance(name, bytes) else name
        return "GPU"

    def _observation(
        self, kind: str, runtime: str, subject: str, attributes: dict[str, str | int | float | bool]
    ) -> Observation:
        time = self._clock()
        return Observation(time, GPU_SENSOR, Trust.KERNEL, kind, runtime, subject, attributes)


def _add(work: _Work, process: int, memory: int | None, share: float | None) -> None:
    work.processes.add(process)
    if memory is not None:
        work.memory_bytes = (work.memory_bytes or 0) + memory
    if share is not None:
        work.share = (work.share or 0.0) + share


def _attributes(work: _Work, seconds: float) -> dict[str, str | int | float | bool]:
    """What is not known is left out."""
    found: dict[str, str | int | float | bool] = {
        "seconds": seconds,
        "processes": len(work.processes),
    }
    if work.share is not None:
        found["share"] = round(min(1.0, work.share), 3)
    if work.memory_bytes is not None:
        found["memory_bytes"] = work.memory_bytes
    return found
