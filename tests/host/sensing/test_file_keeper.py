"""Files are examined by a process that owns nothing, opens nothing and can be killed."""

import os
import tempfile
import threading
from collections.abc import AsyncGenerator
from pathlib import Path

import psutil
import pytest

from colonnade.host.sensing.file_examiner import HASHED_BYTES
from colonnade.host.sensing.file_keeper import DIED, TOO_SLOW, FileKeeper
from colonnade.kit.beneath import closing
from colonnade.kit.ownership import EXAMINER_UID
from colonnade.sensors.files.examining import Examined
from detection.files import building


@pytest.fixture
async def keeper() -> AsyncGenerator[FileKeeper]:
    made = FileKeeper()
    yield made
    await made.close()


def process() -> psutil.Process:
    """The examiner that this test has started."""
    (found,) = [
        one
        for one in psutil.Process().children()
        if "colonnade.host.sensing.file_examiner" in one.cmdline()
    ]
    return found


def read(one: psutil.Process, name: str) -> str:
    return Path(f"/proc/{one.pid}/{name}").read_text()


async def examine(keeper: FileKeeper, data: bytes, name: str = "x") -> Examined:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return await keeper.examine_file(file.fileno(), name)


async def test_a_file_is_examined_by_its_descriptor_alone(keeper: FileKeeper) -> None:
    found = await examine(keeper, building.swapper(), "a/\udcff.onnx")
    assert ("graph", "one-shot-swapper") in found.features
    assert len(found.sha256) == 64
    assert found.problem == ""


async def test_who_examines_is_nobody_and_can_make_nothing(keeper: FileKeeper) -> None:
    await examine(keeper, b"text")
    examiner = process()
    if os.geteuid() == 0:
        assert set(examiner.uids()) == {EXAMINER_UID}
        assert set(examiner.gids()) == {EXAMINER_UID}
    status, limits = read(examiner, "status"), read(examiner, "limits")
    assert "NoNewPrivs:\t1" in status
    assert "CapEff:\t0000000000000000" in status or os.geteuid() != 0
    assert examiner.nice() > 0
    assert "Max file size             0" in limits
    assert len(os.listdir(f"/proc/{examiner.pid}/fd")) < 10


async def test_one_that_is_stuck_is_killed_and_said_and_the_next_is_examined(
    keeper: FileKeeper,
) -> None:
    await examine(keeper, b"text")
    stuck = process()
    stuck.suspend()
    keeper._file_seconds = 0.2
    assert (await examine(keeper, b"text")).problem == TOO_SLOW
    assert not stuck.is_running()
    keeper._file_seconds = 10.0
    assert ("graph", "one-shot-swapper") in (await examine(keeper, building.swapper())).features


async def test_one_that_ends_is_said_and_replaced(keeper: FileKeeper) -> None:
    await examine(keeper, b"text")
    process().suspend()
    with tempfile.TemporaryFile() as file:
        file.write(b"text" * 100)
        file.flush()
        examiner = process()
        examiner.kill()
        examiner.wait()
        answer = await keeper.examine_file(file.fileno(), "x")
    assert answer.problem in {"", DIED}
    assert (await examine(keeper, b"text" * 100)).problem == ""


async def test_what_is_no_file_or_no_bundle_is_a_problem_or_nothing(keeper: FileKeeper) -> None:
    read, write = os.pipe()
    with closing(read), closing(write):
        assert "no plain file" in (await keeper.examine_file(read, "pipe")).problem
    with tempfile.TemporaryFile() as file:
        file.write(b"\xff" * 100)
        file.flush()
        assert (await keeper.examine_tree(file.fileno())).features == ()


async def test_a_file_of_any_size_is_told_without_reading_it_whole(keeper: FileKeeper) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"\x7fELF")
        os.truncate(file.fileno(), HASHED_BYTES * 100)
        found = await keeper.examine_file(file.fileno(), "large")
    assert (found.sha256, found.problem) == ("", "")


async def test_a_file_that_shrinks_and_grows_while_it_is_read_ends_nobody(
    keeper: FileKeeper,
) -> None:
    await examine(keeper, b"text")
    examiner, data, stop = process(), building.swapper(), threading.Event()
    with tempfile.TemporaryFile() as file:

        def change() -> None:
            while not stop.is_set():
                for size in (0, len(data) // 2, len(data)):
                    os.truncate(file.fileno(), size)
                    os.pwrite(file.fileno(), data[:size], 0)

        changing = threading.Thread(target=change)
        changing.start()
        problems = {(await keeper.examine_file(file.fileno(), "x")).problem for _ in range(40)}
        stop.set()
        changing.join()
    assert not problems & {DIED, TOO_SLOW}
    assert process() == examiner
    assert ("graph", "one-shot-swapper") in (await examine(keeper, data)).features


async def test_descriptors_do_not_pile_up(keeper: FileKeeper) -> None:
    await examine(keeper, b"text")
    before = len(os.listdir(f"/proc/{process().pid}/fd")), len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        await examine(keeper, b"text")
    after = len(os.listdir(f"/proc/{process().pid}/fd")), len(os.listdir("/proc/self/fd"))
    assert after == before
