"""A real process: answers, ends, is given up, and says what is no frame."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from colonnade.detection.cells import Cell
from colonnade.detection.rulebook import default_rules
from colonnade.enforcement.examiner import key_of
from colonnade.enforcement.examiner_process import ExaminerProcess

CELL = Cell("print(1)")
ASKED = [(key_of(CELL), CELL)]


@pytest.fixture
async def process() -> AsyncGenerator[ExaminerProcess]:
    started = await ExaminerProcess.start(None)
    async with asyncio.timeout(20):
        assert (await started.receive()) == {"ready": default_rules().version}
    yield started
    await started.kill()


async def test_it_answers_and_remembers_what_it_was_told(process: ExaminerProcess):
    for _ in range(2):
        process.ask(ASKED)
        assert (await process.receive())["unscannable"] is None
    process.forget([key_of(CELL)])
    process.ask(ASKED)
    assert (await process.receive())["findings"] == []
    assert process.is_usable
