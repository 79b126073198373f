"""Real processes: killed when they take too long, restarted, and never in each other's way."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from colonnade.detection.cells import Cell
from colonnade.detection.rulebook import load_rules
from colonnade.enforcement.examiner_process import ExaminerProcess
from colonnade.enforcement.workers import TOO_SLOW, Workers
from colonnade.kit.errors import Unavailable
from support import lost_examiner
from support.lost_examiner import LOST

RULES = """
id: name-rule
version: 1
category: evasion
axis: conduct
scope: cell
confidence: 0.9
title: A name or an import is found
rationale: It is found at once, so that the processes around it can be tested.
false_alarms: Everyone; it exists in tests only.
benign_if: It is always benign.
condition: {any: [{name: '/^found_/'}, {import: found}]}
examples:
  fires: [{title: It matches, cells: ["import found"]}]
  stays_silent: [{title: It does not, cells: ["x = 1"]}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "name-rule.yaml").write_text(RULES)
    return tmp_path


@pytest.fixture
async def workers(folder: Path) -> AsyncGenerator[Workers]:
    opened = Workers(load_rules(folder), folder)
    yield opened
    await opened.close()


@pytest.fixture
async def losing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Workers]:
    """Processes that get lost in one cell, with a budget that is soon used up."""

    async def start(folder: Path) -> ExaminerProcess:
        return await ExaminerProcess.launch(lost_examiner.MODULE, str(folder))

    monkeypatch.setattr(ExaminerProcess, "start", start)
    opened = Workers(load_rules(folder), folder, seconds=0.8)
    yield opened
    await opened.close()


async def test_a_cell_is_examined(workers: Workers):
    found = await workers.examine([Cell("import found"), Cell("x = 1", 1)])
    assert [finding.rule for finding in found.findings] == ["name-rule"]
    assert found.touched
    assert not (await workers.examine([Cell("print(1)")])).touched


async def test_a_cell_that_exceeds_its_budget_is_unscannable_and_others_are_answered(
    losing: Workers,
):
    await losing.examine([Cell("print(1)")])
    slow = asyncio.create_task(losing.examine([Cell(LOST)]))
    for number in range(5):
        assert (await losing.examine([Cell(f"import found\nx = {number}")])).findings
    assert not slow.done()
    assert (await slow).unscannable == TOO_SLOW
    assert (await losing.examine([Cell(LOST)])).unscannable == TOO_SLOW
    assert (await losing.examine([Cell("import found")])).findings


async def test_a_neighbour_that_exceeds_its_budget_hides_nothing_but_itself(losing: Workers):
    cells = [Cell("x = 1"), Cell(LOST, 1), Cell("import found", 2)]
    found = await losing.examine(cells)
    assert found.unscannable is None
    assert [one.cell for one in found.findings[0].evidence] == [2]


async def test_a_process_that_died_is_started_again(workers: Workers):
    await workers.examine([Cell("print(1)")])
    for process in workers._pool._idle:  # pyright: ignore[reportPrivateUsage]
        if process is not None:
            process.process.kill()
            await process.process.wait()
    assert (await workers.examine([Cell("import found")])).findings


async def test_many_at_once_share_the_processes(workers: Workers):
    cells = [[Cell(f"import found\nx = {number}")] for number in range(40)]
    answers = await asyncio.gather(*(workers.examine(one) for one in cells))
    assert all(answer.findings for answer in answers)


async def test_rules_that_changed_on_disk_are_not_mixed_with_the_old_ones(folder: Path):
    rules = load_rules(folder)
    (folder / "name-rule.yaml").write_text(RULES.replace("version: 1", "version: 2"))
    workers = Workers(rules, folder)
    with pytest.raises(Unavailable):
        await workers.examine([Cell("'x'")])
    await workers.close()


async def test_lone_surrogates_and_large_cells_pass_the_pipe(workers: Workers):
    assert not (await workers.examine([Cell("x = '\ud800'")])).findings
    large = "# " + "x" * 500_000
    assert (await workers.examine([Cell("import found\n" + large)])).findings


async def test_a_cell_of_many_megabytes_is_not_even_sent(workers: Workers):
    huge = Cell("x" * (200 << 20))
    assert "longer than" in ((await workers.examine([huge])).unscannable or "")
    assert (await workers.examine([Cell("import found"), huge])).findings


async def test_a_lone_cell_that_no_rule_looks_at_is_known_when_it_comes_again(folder: Path):
    workers = Workers(load_rules(folder), folder, count=1)
    cells = [Cell("x = '1'"), Cell("import found"), Cell("x = 1\nimport found")]
    first = [await workers.examine([cell]) for cell in cells]
    await workers.close()
    (folder / "name-rule.yaml").write_text(RULES.replace("version: 1", "version: 2"))
    # No process can be started any more, so what is answered now is known.
    assert await workers.examine([cells[0]]) == first[0]
    for cell in cells[1:]:
        with pytest.raises(Unavailable):
            await workers.examine([cell])
    with pytest.raises(Unavailable):
        await workers.examine([cells[0], cells[1]])
