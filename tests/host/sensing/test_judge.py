"""The judge with its real process: what it finds, and what becomes of a process that is lost."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from colonnade.detection.conduct.finding import finding_of
from colonnade.host.sensing import judge as judging
from colonnade.host.sensing.judge import Judge
from colonnade.host.sensing.recordings import Recordings
from colonnade.kit import frames
from colonnade.kit.ownership import JUDGE_UID
from colonnade.observations import Observation, Trust

BEGUN = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
MINER = "./helper -a rx/0 -o stratum+tcp://pool.example.org:3333 -u someone -p x"


def ran(command: str, seconds: float = 0, runtime: str = "r1") -> Observation:
    return Observation(
        BEGUN + timedelta(seconds=seconds),
        "process",
        Trust.KERNEL,
        "exec",
        runtime,
        "/content/helper",
        {"command": command},
    )


def worked(minutes: float, at: float, runtime: str = "r1") -> Observation:
    attributes = {"seconds": minutes * 60, "cpu_share": 0.99}
    time = BEGUN + timedelta(seconds=at)
    return Observation(time, "load", Trust.KERNEL, "load", runtime, "", attributes)


class Heard:
    """What the judge told, and a way to wait for more of it."""

    def __init__(self) -> None:
        self.observations: list[Observation] = []

    def take(self, observation: Observation) -> None:
        self.observations.append(observation)

    def rules(self) -> list[str]:
        return [one.subject for one in self.observations if one.kind == "finding"]

    def gaps(self) -> list[str]:
        return [one.subject for one in self.observations if one.kind == "gap"]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 what is waited for happens in another process
            await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(judging, "BATCH_SECONDS", 0.02)


@asynccontextmanager
async def running(folder: Path, heard: Heard, **chosen: object) -> AsyncGenerator[Judge]:
    judge = Judge(heard.take, Recordings(folder), **chosen)  # pyright: ignore[reportArgumentType]
    judge.begin("r1")
    keeping = asyncio.create_task(judge.keep())
    try:
        await until(lambda: judge.process_id is not None)
        yield judge
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


async def test_two_sensors_come_to_one_finding(tmp_path: Path):
    heard = Heard()
    async with running(tmp_path / "r", heard) as judge:
        judge.take(ran(MINER))
        judge.take(worked(6, 360))
        await until(lambda: "mining-conduct" in heard.rules())
    told = next(one for one in heard.observations if one.subject == "mining-conduct")
    found = finding_of(told)
    assert (found.sensors, found.outside, found.times) == (("load", "process"), True, 1)
    assert {one.source for one in found.evidence} == {"load", "process"}


async def test_the_same_is_not_told_again_at_once(tmp_path: Path):
    heard = Heard()
    async with running(tmp_path / "r", heard) as judge:
        for number in range(5):
            judge.take(ran(MINER, number))
            await asyncio.sleep(0.1)
        judge.take(ran("./other --algo rx/0 --donate-level 1 -o x", 10, "r2"))
        judge.take(worked(6, 360))
        await until(lambda: "mining-conduct" in heard.rules())
    assert heard.rules().count("miner-process") == 1


async def test_a_lost_process_is_replaced_and_knows_what_was_seen(tmp_path: Path):
    heard = Heard()
    async with running(tmp_path / "r", heard) as judge:
        judge.take(ran(MINER))
        await until(lambda: "miner-process" in heard.rules())
        first = judge.process_id
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await until(lambda: judge.process_id not in {None, first})
        judge.take(worked(6, 360))
        await until(lambda: "mining-conduct" in heard.rules())
    assert heard.rules().count("miner-process") == 1


async def test_a_process_that_hangs_is_replaced(tmp_path: Path):
    heard = Heard()
    async with running(tmp_path / "r", heard, answer_seconds=0.5) as judge:
        first = judge.process_id
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        judge.take(ran(MINER))
        await until(lambda: judge.process_id not in {None, first})
        await until(lambda: "miner-process" in heard.rules())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a user away")
async def test_the_process_owns_nothing_and_is_bounded(tmp_path: Path):
    async with running(tmp_path / "r", Heard()) as judge:
        process = psutil.Process(judge.process_id)
        assert process.uids().real == process.uids().effective == JUDGE_UID
        limits = _limits_of(process.pid)
    assert limits["Max address space"] == str(frames.MEMORY_BYTES)


def _limits_of(process: int) -> dict[str, str]:
    """The hard limits of a process, by the kernel's names."""
    lines = Path(f"/proc/{process}/limits").read_text().splitlines()[1:]
    return {line[:26].strip(): line[47:68].strip() for line in lines}


async def test_what_was_seen_is_recorded_as_replay_reads_it(tmp_path: Path):
    heard = Heard()
    async with running(tmp_path / "r", heard) as judge:
        judge.take(ran(MINER))
        await until(lambda: bool(heard.rules()))
    path = tmp_path / "r" / "r1.jsonl"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_bytes())["attributes"]["command"] == MINER


async def test_what_finds_no_room_is_counted_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(judging, "MOST_WAITING", 10)
    heard = Heard()
    async with running(tmp_path / "r", heard) as judge:
        for number in range(100):
            judge.take(ran(f"python3 a.py {number}"))
        await until(lambda: judging.QUEUE_FULL in heard.gaps())
    gap = next(one for one in heard.observations if one.kind == "gap")
    assert (gap.runtime, gap.attributes["count"]) == ("r1", 90)


async def test_a_runtime_whose_recording_stops_the_judge_stops_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    heard = Heard()
    async with running(tmp_path / "r", heard) as judge:
        judge.begin("r2")
        real = judge._recordings.tail  # pyright: ignore[reportPrivateUsage]

        def tail(runtime: str, most_bytes: int) -> list[bytes]:
            # No frame of this process can be read by the other side.
            return [b"\xc3"] if runtime == "r2" else real(runtime, most_bytes)

        monkeypatch.setattr(judge._recordings, "tail", tail)  # pyright: ignore[reportPrivateUsage]
        first = judge.process_id
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await until(lambda: judging.JUDGE_LOST in heard.gaps())
        await until(lambda: judge.process_id not in {None, first})
        judge.take(ran(MINER))
        await until(lambda: "miner-process" in heard.rules())


async def test_what_belongs_to_no_runtime_is_nobodys_conduct(tmp_path: Path):
    heard = Heard()
    async with running(tmp_path / "r", heard) as judge:
        judge.take(ran(MINER, runtime=""))
        judge.take(ran(MINER))
        await until(lambda: bool(heard.rules()))
    assert {one.runtime for one in heard.observations} == {"r1"}
