"""Real processes that read whole files: killed when they take too long, replaced when they die."""

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from colonnade.detection.rulebook import load_rules
from colonnade.enforcement.file_workers import DIED, TOO_SLOW, FileWorkers
from colonnade.kit.errors import Invalid, NotFound, Unavailable

RULE = """
id: found-rule
version: 1
category: evasion
axis: conduct
scope: cell
confidence: 0.9
title: Something that is found in tests
rationale: It is there so that an examination finds something, and for nothing else.
false_alarms: Everyone; it exists in tests only.
benign_if: It is always benign.
condition: {import: found}
examples:
  fires: [{title: It matches, cells: ["import found"]}]
  stays_silent: [{title: It does not, cells: ["x = 1"]}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "found-rule.yaml").write_text(RULE)
    return rules


@pytest.fixture
async def workers(folder: Path) -> AsyncGenerator[FileWorkers]:
    opened = FileWorkers(load_rules(folder), folder)
    yield opened
    await opened.close()


def notebook(*sources: str) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": one} for one in sources]}).encode()


async def test_a_file_is_examined_by_its_path_and_by_its_bytes_alike(
    workers: FileWorkers, tmp_path: Path
):
    file = tmp_path / "a.ipynb"
    file.write_bytes(notebook("x = 1", "y\nimport found"))
    by_path = await workers.examine(str(file))
    by_bytes = await workers.examine(str(file), file.read_bytes())
    assert by_path == by_bytes
    (finding,) = by_path.findings
    assert finding.rule == "found-rule"
    assert by_path.excerpts == {(1, 2, 2): ("import found",)}


async def test_unusable_input_is_told_and_the_process_goes_on(workers: FileWorkers):
    with pytest.raises(NotFound):
        await workers.examine("/nowhere/a.ipynb")
    with pytest.raises(Invalid):
        await workers.examine("a.ipynb", b"{")
    assert (await workers.examine("a.py", b"import found")).findings


async def test_a_file_that_takes_too_long_is_unscannable_and_the_next_one_is_examined(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    workers = FileWorkers(load_rules(folder), folder, seconds=0.3)
    assert (await workers.examine("a.py", b"import found")).findings
    (process,) = workers._pool._idle  # pyright: ignore[reportPrivateUsage]
    assert process is not None
    # A process that has been stopped answers no more than one that is lost in its work.
    process.process.send_signal(19)
    slow = await workers.examine("b.py", b"import found")
    assert slow.unscannable == ((None, TOO_SLOW),)
    assert process.process.returncode is not None
    monkeypatch.setattr(workers, "_seconds", 15)
    assert (await workers.examine("c.py", b"import found")).findings
    await workers.close()


async def test_a_file_that_ends_its_process_is_unscannable_and_the_next_one_is_examined(
    workers: FileWorkers,
):
    await workers.examine("a.py", b"")
    (process,) = workers._pool._idle  # pyright: ignore[reportPrivateUsage]
    assert process is not None
    process.process.send_signal(19)
    examination = asyncio.create_task(workers.examine("b.py", b"import found"))
    await asyncio.sleep(0.1)
    process.process.kill()
    assert (await examination).unscannable == ((None, DIED),)
    assert (await workers.examine("c.py", b"import found")).findings


async def test_many_files_at_once_share_the_processes(workers: FileWorkers):
    sources = [f"import found\nx = {number}".encode() for number in range(20)]
    found = await asyncio.gather(*(workers.examine("a.py", one) for one in sources))
    assert all(one.findings for one in found)
    assert len({one.sha256 for one in found}) == 20


async def test_a_rule_that_holds_in_thousands_of_cells_is_told_of_some(workers: FileWorkers):
    found = await workers.examine("a.ipynb", notebook(*["import found"] * 4000))
    assert len(found.findings) == 20
    assert not found.unscannable


async def test_whoever_waits_too_long_is_told_that_others_are_served(workers: FileWorkers):
    first = asyncio.create_task(workers.examine("a.ipynb", notebook(*["import found"] * 4000)))
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await workers.examine("b.py", b"", wait_seconds=0.01)
    assert (await first).findings
