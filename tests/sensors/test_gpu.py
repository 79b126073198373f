"""Whose work is on which GPU, by a recording of the driver."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from colonnade.observations import Observation
from colonnade.observations.vocabulary import GAP, GPU
from colonnade.sensors.gpu import AGAIN_SECONDS, GpuSensor, find_nvml
from colonnade.sensors.watched import Watched

RECORDING = Path(__file__).parent / "recordings" / "gpus.json"
ADA, BOB = "a" * 32, "b" * 32
WATCHED = (
    Watched(ADA, 100, None, (Path("/cgroup/memory/x") / ADA,), None),
    Watched(BOB, 200, None, (), None),
)


class RecordedError(Exception):
    """What the driver cannot do."""


class Recorded:
    """nvidia-ml-py, as it was recorded."""

    NVMLError = RecordedError

    def __init__(self, devices: list[dict[str, Any]]) -> None:
        self.devices = devices
        self.lost = False

    def nvmlInit(self) -> None: ...

    def nvmlDeviceGetCount(self) -> int:
        if self.lost:
            raise RecordedError("GPU is lost")
        return len(self.devices)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> Any:
        return self.devices[index]

    def nvmlDeviceGetName(self, handle: Any) -> bytes:
        return handle["name"].encode()

    def nvmlDeviceGetComputeRunningProcesses(self, handle: Any) -> list[Any]:
        return self._answer(handle, "nvmlDeviceGetComputeRunningProcesses")

    def nvmlDeviceGetGraphicsRunningProcesses(self, handle: Any) -> list[Any]:
        return self._answer(handle, "nvmlDeviceGetGraphicsRunningProcesses")

    def nvmlDeviceGetProcessUtilization(self, handle: Any, last: int) -> list[Any]:
        return self._answer(handle, "nvmlDeviceGetProcessUtilization")

    def _answer(self, handle: Any, name: str) -> list[Any]:
        recorded = handle[name]
        if isinstance(recorded, str):
            raise RecordedError(recorded)
        return [SimpleNamespace(**one) for one in recorded]


class Machine:
    """The recorded driver, a /proc made to match, and a clock."""

    def __init__(self, proc: Path) -> None:
        self.nvml = Recorded(json.loads(RECORDING.read_text())["devices"])
        self.now = 1000.0
        self.sensor = GpuSensor(
            lambda _: None,
            self.nvml,
            clock=lambda: datetime(2026, 11, 30, tzinfo=UTC),
            monotonic=lambda: self.now,
            proc=proc,
        )
        for one in WATCHED:
            self.sensor.begin(one)

    def look(self, kind: str) -> list[Observation]:
        self.now += 10
        return [one for one in self.sensor.look() if one.kind == kind]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    # 101 and 102 are in a group of Ada's, 201 descends from Bob's outermost, 999 is nobody's.
    for process, parent, group in ((101, 1, ADA), (102, 1, ADA), (201, 200, "x"), (999, 1, "y")):
        folder = tmp_path / str(process)
        folder.mkdir()
        (folder / "cgroup").write_text(f"4:memory:/x/{group}\n0::/\n")
        (folder / "stat").write_text(f"{process} (a ) b) S {parent} 0 0")
    return Machine(tmp_path)


def test_work_is_told_by_runtime_and_device(machine: Machine) -> None:
    found = {(one.runtime, one.subject): one.attributes for one in machine.look(GPU)}
    assert found == {
        (ADA, "Tesla T4"): {
            "seconds": 10.0,
            "processes": 2,
            "share": 0.9,
            "memory_bytes": 5_000_000_000,
        },
        (BOB, "Tesla T4"): {"seconds": 10.0, "processes": 1, "memory_bytes": 500_000_000},
        (ADA, "GeForce without figures"): {"seconds": 10.0, "processes": 1},
    }


def test_samples_that_were_counted_are_not_counted_again(machine: Machine) -> None:
    machine.look(GPU)
    assert all("share" not in one.attributes for one in machine.look(GPU))


def test_a_process_without_an_owner_is_a_gap_told_once_in_a_while(machine: Machine) -> None:
    (gap,) = machine.look(GAP)
    assert (gap.subject, gap.runtime) == ("unknown-owner", "")
    assert "999" in str(gap.attributes["detail"])
    assert machine.look(GAP) == []
    machine.now += AGAIN_SECONDS
    assert len(machine.look(GAP)) == 1


def test_a_runtime_that_has_ended_owns_nothing(machine: Machine) -> None:
    machine.sensor.end(ADA)
    machine.sensor.end("unknown")
    seen = machine.sensor.look()
    assert {one.runtime for one in seen if one.kind == GPU} == {BOB}
    assert len([one for one in seen if one.kind == GAP]) == 4


def test_a_driver_that_failed_is_said(machine: Machine) -> None:
    machine.nvml.lost = True
    with pytest.raises(RecordedError):
        machine.look(GPU)


def test_a_driver_is_found_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Recorded([])
    monkeypatch.setitem(sys.modules, "pynvml", there)
    assert find_nvml() is there
    monkeypatch.setattr(there, "nvmlInit", there.nvmlDeviceGetCount)
    there.lost = True
    assert find_nvml() is None
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert find_nvml() is None
