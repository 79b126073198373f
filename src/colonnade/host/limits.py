"""Bounds on memory, processor and processes, by whichever means this machine gives.

The processor is bounded twice: by a quota, which a class promises, and by a weight, which counts
when more is promised than there is: each runtime then gets its share, and the host comes first.

`find_limiter` takes the best that works: a delegated cgroup v2, cgroup v1, or resource limits
alone. To add one, fulfil `Limiter` and try it there. A systemd scope is no limiter of its own: the
host started by `systemd-run --user --scope -p Delegate=yes` finds its delegated cgroup v2.
"""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from colonnade.runtimes.engine import Limits

PERIOD_MICROSECONDS = 100_000
SHARES = 1024
"""Weight of one core's worth in version 1, where a process beside the groups weighs 1,024 too."""
WEIGHT = 100
"""The same in version 2: what every group has unless it is told."""
HOST_WEIGHT = 4 * WEIGHT
"""The host's own processes, among them the control plane when it started it, against all runtimes
together; in version 1, each such process against all runtimes on its core. At equal weights a
control plane that woke up was seen to wait until a runtime's quota had ended, 50 ms."""
REMOVAL_SECONDS = 5.0


class Limiter(Protocol):
    """Makes one group of processes for each runtime and reads what it uses."""

    name: str
    bounds_memory: bool
    """Whether the memory of all processes together is bounded, not of each alone."""
    bounds_swap: bool
    """Whether what is swapped out counts too."""

    def create(self, id: str, limits: Limits) -> tuple[Path, ...]:
        """Make the group; its folders, whose `cgroup.procs` a process joins. Raises OSError."""
        ...

    def cpu_seconds(self, folders: Iterable[Path]) -> float | None:
        """Processor time used by the group, None when it is not counted."""
        ...

    def kills_for_memory(self, folders: Iterable[Path]) -> int:
        """How many processes the kernel killed for want of memory."""
        ...

    def close(self) -> None:
        """Remove what was made beside the groups, when no group is left."""
        ...


class ResourceLimits:
    """No groups: only setrlimit, which bounds each process, not all of them together."""

    name = "resource limits"
    bounds_memory = bounds_swap = False

    def create(self, id: str, limits: Limits) -> tuple[Path, ...]:
        """Nothing to make."""
        return ()

    def cpu_seconds(self, folders: Iterable[Path]) -> float | None:
        """Not counted."""
        return None

    def kills_for_memory(self, folders: Iterable[Path]) -> int:
        """Not seen."""
        return 0

    def close(self) -> None:
        """Nothing to remove."""


class CgroupV1:
    """One folder for each runtime in the memory, cpu, cpuacct and pids hierarchies."""

    name = "cgroup v1"
    bounds_memory = True

    def __init__(self, hierarchies: dict[str, Path], group: str) -> None:
        self._bases = {kind: own / group for kind, own in hierarchies.items()}
        self.bounds_swap = (hierarchies["memory"] / "memory.memsw.limit_in_bytes").exists()
        self.create("probe", Limits())
        _write(self._bases["cpu"] / "cpu.shares", SHARES * WEIGHT // HOST_WEIGHT)
        remove_groups(base / "probe" for base in self._bases.values())

    def create(self, id: str, limits: Limits) -> tuple[Path, ...]:
        """One folder in every hierarchy."""
        folders = {kind: base / id for kind, base in self._bases.items()}
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        if limits.memory_bytes:
            _write(folders["memory"] / "memory.limit_in_bytes", limits.memory_bytes)
            with suppress(OSError):  # Only there where swap is counted.
                _write(folders["memory"] / "memory.memsw.limit_in_bytes", limits.memory_bytes)
        if limits.processes:
            _write(folders["pids"] / "pids.max", limits.processes)
        if limits.cpus:
            _write(folders["cpu"] / "cpu.cfs_period_us", PERIOD_MICROSECONDS)
            _write(folders["cpu"] / "cpu.cfs_quota_us", int(limits.cpus * PERIOD_MICROSECONDS))
            _write(folders["cpu"] / "cpu.shares", max(2, int(limits.cpus * SHARES)))
        return tuple(folders.values())

    def cpu_seconds(self, folders: Iterable[Path]) -> float | None:
        """From cpuacct.usage, in nanoseconds."""
        for folder in folders:
            with suppress(OSError):
                return int((folder / "cpuacct.usage").read_text()) / 1e9
        return None

    def kills_for_memory(self, folders: Iterable[Path]) -> int:
        """From memory.oom_control."""
        return sum(_field(folder / "memory.oom_control", "oom_kill") for folder in folders)

    def close(self) -> None:
        """Remove the folders that held the groups."""
        for base in self._bases.values():
            with suppress(OSError):
                base.rmdir()


class CgroupV2:
    """One folder for each runtime beneath the host's own, delegated, group."""

    name = "cgroup v2"
    bounds_memory = True

    def __init__(self, own: Path, group: str) -> None:
        self._base = own / group
        self.bounds_swap = (own / "memory.swap.max").exists() or not (own / "cgroup.type").exists()
        available = (own / "cgroup.controllers").read_text().split()
        if not {"memory", "cpu", "pids"} <= set(available):
            raise FileNotFoundError("the controllers are not delegated")
        self._base.mkdir(exist_ok=True)
        if (own / "cgroup.type").exists():
            # A group that is not the root may hold processes or share out controllers, not both.
            aside = own / "colonnade-main"
            aside.mkdir(exist_ok=True)
            for process in processes_in([own]):
                with suppress(ProcessLookupError):
                    _write(aside / "cgroup.procs", process)
        for folder in (own, self._base):
            _write(folder / "cgroup.subtree_control", "+memory +cpu +pids")
        with suppress(FileNotFoundError):  # The root has none aside.
            _write(own / "colonnade-main" / "cpu.weight", HOST_WEIGHT)

    def create(self, id: str, limits: Limits) -> tuple[Path, ...]:
        """One folder."""
        folder = self._base / id
        folder.mkdir(exist_ok=True)
        if limits.memory_bytes:
            _write(folder / "memory.max", limits.memory_bytes)
            with suppress(OSError):  # Only there where swap is counted.
                _write(folder / "memory.swap.max", 0)
        if limits.processes:
            _write(folder / "pids.max", limits.processes)
        if limits.cpus:
            quota = int(limits.cpus * PERIOD_MICROSECONDS)
            _write(folder / "cpu.max", f"{quota} {PERIOD_MICROSECONDS}")
            _write(folder / "cpu.weight", min(max(1, int(limits.cpus * WEIGHT)), 10_000))
        return (folder,)

    def cpu_seconds(self, folders: Iterable[Path]) -> float | None:
        """From cpu.stat."""
        return sum(_field(folder / "cpu.stat", "usage_usec") for folder in folders) / 1e6

    def kills_for_memory(self, folders: Iterable[Path]) -> int:
        """From memory.events."""
        return sum(_field(folder / "memory.events", "oom_kill") for folder in folders)

    def close(self) -> None:
        """Remove the folder that held the groups."""
        with suppress(OSError):
            self._base.rmdir()


def find_limiter(group: str) -> Limiter:
    """The best limiter that works for this process; `group` names its part of the tree."""
    with suppress(OSError, KeyError):
        return CgroupV2(_own_groups()[""], group)
    with suppress(OSError, KeyError):
        own = _own_groups()
        return CgroupV1({kind: own[kind] for kind in ("memory", "cpu", "cpuacct", "pids")}, group)
    return ResourceLimits()


def processes_in(folders: Iterable[Path]) -> set[int]:
    """Ids of the processes in the groups."""
    found: set[int] = set()
    for folder in folders:
        with suppress(OSError):
            found |= {int(line) for line in (folder / "cgroup.procs").read_text().split()}
    return found


def remove_groups(folders: Iterable[Path]) -> None:
    """Kill what is in the groups and remove them; waits up to `REMOVAL_SECONDS`.

    Removal can fail for a moment after the last process has gone. Raises OSError when it still
    does at the end of that time.
    """
    deadline = time.monotonic() + REMOVAL_SECONDS
    for folder in folders:
        while folder.exists():
            for process in processes_in([folder]):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            try:
                folder.rmdir()
            except FileNotFoundError:
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.005)


def _own_groups() -> dict[str, Path]:
    """Folder of this process in each hierarchy, by controller; the unified one is ''."""
    mounts: dict[str, Path] = {}
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, point, kind, options, *_ = line.split()
        if kind == "cgroup2":
            mounts[""] = Path(point)
        elif kind == "cgroup":
            mounts.update({option: Path(point) for option in options.split(",")})
    own: dict[str, Path] = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            if controller in mounts:
                own[controller] = mounts[controller] / path.lstrip("/")
    return own


def _write(file: Path, value: object) -> None:
    # Never creates: in a real hierarchy the file is there exactly when the controller is.
    descriptor = os.open(file, os.O_WRONLY)
    try:
        os.write(descriptor, str(value).encode())
    finally:
        os.close(descriptor)


def _field(file: Path, name: str) -> int:
    with suppress(OSError):
        for line in file.read_text().splitlines():
            key, _, value = line.partition(" ")
            if key == name:
                return int(value)
    return 0
