"""The sensor goes on whatever one runtime or one file does."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from colonnade.observations import Observation
from colonnade.observations.vocabulary import FILE, FOLDER, GAP
from colonnade.sensors.files.examining import Examined
from colonnade.sensors.files.looking import Looking, Usage
from colonnade.sensors.files.sensor import FileSensor
from colonnade.sensors.watched import Watched


class Examiner:
    """Knows nothing but what it is told to say."""

    def __init__(self) -> None:
        self.says = Examined((("file-format", "x"),))
        self.asked: list[str] = []

    async def examine_file(self, descriptor: int, path: str) -> Examined:
        os.fstat(descriptor)
        self.asked.append(path)
        return self.says

    async def examine_tree(self, bundle: int) -> Examined:
        return Examined()


class Scene:
    """A sensor at work over folders of this test's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: list[Observation] = []
        self.measured: list[tuple[str, Usage]] = []
        self.examiner = Examiner()
        self.sensor = FileSensor(
            self.seen.append,
            self.examiner,
            lambda watched, usage: self.measured.append((watched.runtime, usage)),
            pulse_seconds=0.05,
        )

    def begin(self, runtime: str) -> Path:
        content = self.folder / runtime
        content.mkdir()
        self.sensor.begin(Watched(runtime, os.getpid(), None, (), content, disk_bytes=1))
        return content

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not holds():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def has(self, kind: str, runtime: str) -> bool:
        return any((one.kind, one.runtime) == (kind, runtime) for one in self.seen)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncGenerator[Scene]:
    made = Scene(tmp_path)
    task = asyncio.create_task(made.sensor.watch())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_new_file_is_told_measured_and_examined_once(scene: Scene) -> None:
    (scene.begin("a") / "model").write_bytes(b"\x7fELF" + bytes(100))
    await scene.until(lambda: scene.has(FILE, "a"))
    assert scene.has(FOLDER, "a")
    assert scene.measured[-1][0] == "a"
    assert scene.measured[-1][1].inodes == 1
    await asyncio.sleep(0.5)
    assert scene.examiner.asked == ["model"]


async def test_what_could_not_be_examined_is_told(scene: Scene) -> None:
    scene.examiner.says = Examined(problem="it takes too long")
    (scene.begin("a") / "text").write_text("x" * 100)
    await scene.until(lambda: scene.has(GAP, "a"))
    (gap,) = [one for one in scene.seen if one.kind == GAP]
    assert (gap.subject, gap.attributes["detail"]) == ("unexamined", "it takes too long")
    assert not scene.has(FILE, "a")


async def test_one_runtime_that_cannot_be_looked_at_blinds_no_other(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = Looking.walk

    def fail(self: Looking) -> object:
        if self.watched.runtime == "a":
            raise RuntimeError("a fault of ours")
        return walk(self)

    monkeypatch.setattr(Looking, "walk", fail)
    scene.begin("a")
    (scene.begin("b") / "text").write_text("x")
    await scene.until(lambda: scene.has(FOLDER, "b"))


async def test_an_ended_runtime_is_let_go(scene: Scene) -> None:
    (scene.begin("a") / "text").write_text("x")
    await scene.until(lambda: scene.has(FOLDER, "a"))
    scene.sensor.end("a")
    scene.sensor.end("unknown")
    content = str(scene.folder / "a")
    await scene.until(lambda: not any(content in one for one in held()))


def held() -> list[str]:
    """What this process has open."""
    found: list[str] = []
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        except OSError:
            continue
    return found
