"""What a runtime uses is added up alike from either kind of group, and from /proc."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.observations.vocabulary import LOAD
from colonnade.sensors.load import (
    GroupMeter,
    LoadSensor,
    ProcessMeter,
    Reading,
    is_busy,
    load_between,
)
from colonnade.sensors.watched import Watched

NOW = datetime(2026, 11, 30, tzinfo=UTC)
WATCHED = Watched("a" * 32, 1, None, (), None, cpus=2.0)
V1 = {
    "cpuacct.usage": "2500000000\n",
    "memory.usage_in_bytes": "5000\n",
    "memory.stat": "cache 3000\nrss 2000\ntotal_inactive_file 1000\n",
    "cgroup.procs": "7\n8\n",
}
V2 = {
    "cpu.stat": "usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\n",
    "memory.current": "5000\n",
    "memory.stat": "anon 2000\nfile 3000\ninactive_file 1000\n",
    "cgroup.procs": "7\n8\n",
}


@pytest.mark.parametrize("files", [V1, V2], ids=["v1", "v2"])
def test_groups_of_either_kind_are_read_alike(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    for process in ("7", "9"):
        (tmp_path / "proc" / process).mkdir(parents=True)
        (tmp_path / "proc" / process / "io").write_text("rchar: 10\nwchar: 20\nread_bytes: 0\n")
    reading = GroupMeter([tmp_path / "none", tmp_path], tmp_path / "proc").read(3.0)
    assert reading == Reading(3.0, 2.5, 4000, 2, {7: (10, 20)})


def test_a_group_that_has_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"cgroup\.procs"):
        GroupMeter([tmp_path]).read(0.0)


def test_without_groups_the_processes_are_added_up() -> None:
    work = "sum(range(10**7)); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", work], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        reading = ProcessMeter(child.pid).read(1.0)
        child.communicate(b"\n")
    assert reading.processes == 1
    assert reading.cpu_seconds > 0
    assert reading.memory_bytes > 1 << 20
    assert reading.io[child.pid][0] > 0


def test_a_share_is_of_what_the_runtime_may_use() -> None:
    before, after = Reading(0.0, 1.0, 0, 1), Reading(10.0, 11.0, 500, 3, {1: (5, 7)})
    load = load_between(before, after, cpus=2.0)
    assert load == {
        "seconds": 10.0,
        "cpu_share": 0.5,
        "cpus": 1.0,
        "memory_bytes": 500,
        "processes": 3,
        "read_bytes": 5,
        "written_bytes": 7,
    }
    assert is_busy(load)


_counts = st.integers(0, 1 << 62)
_readings = st.builds(
    Reading,
    st.floats(0, 1e9),
    st.floats(0, 1e9),
    _counts,
    st.integers(0, 10_000),
    st.dictionaries(st.integers(1, 9), st.tuples(_counts, _counts)),
)


@given(_readings, _readings, st.floats(0.1, 512))
def test_counters_that_go_back_give_no_negative_load(
    before: Reading, after: Reading, cpus: float
) -> None:
    load = load_between(before, after, cpus)
    assert all(value >= 0 for value in load.values())
    assert load["cpu_share"] <= 1


class Script:
    """A meter that reads what is written here."""

    def __init__(self, *readings: Reading | OSError) -> None:
        self.readings: Iterator[Reading | OSError] = iter(readings)

    def read(self, at: float) -> Reading:
        reading = next(self.readings)
        if isinstance(reading, OSError):
            raise reading
        return reading


def told(*readings: Reading | OSError) -> list[float]:
    """Shares that are told, over all looks."""
    script = Script(*readings)
    sensor = LoadSensor(lambda _: None, clock=lambda: NOW, meter=lambda _: script)
    sensor.begin(WATCHED)
    seen = [one for _ in readings for one in sensor.look()]
    assert all((one.kind, one.runtime, one.time) == (LOAD, WATCHED.runtime, NOW) for one in seen)
    return [float(one.attributes["cpu_share"]) for one in seen]


def test_work_is_told_each_time_and_rest_seldom() -> None:
    idle = [Reading(10.0 * n, 0.0, 0, 1) for n in range(40)]
    assert told(*idle) == [0.0, 0.0]
    busy = [Reading(10.0 * n, 20.0 * n, 0, 1) for n in range(5)]
    assert told(*busy) == [1.0] * 4


def test_the_end_of_work_is_told() -> None:
    assert told(*(Reading(10.0 * n, min(20.0 * n, 40.0), 0, 1) for n in range(6))) == [1, 1, 0]


def test_a_reading_that_fails_is_passed_over() -> None:
    work = [Reading(10.0 * n, 20.0 * n, 0, 1) for n in range(3)]
    assert told(work[0], OSError(), work[1], work[2]) == [1.0, 1.0]


def test_an_ended_runtime_is_not_looked_at() -> None:
    script = Script()
    sensor = LoadSensor(lambda _: None, meter=lambda _: script)
    sensor.begin(WATCHED)
    sensor.end(WATCHED.runtime)
    sensor.end("unknown")
    assert sensor.look() == []
