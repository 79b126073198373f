"""A real process: answers, ends, is given up, and says what is no frame."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from colonnade.detection.cells import Cell
from colonnade.detection.rulebook import default_rules
from colonnade.enforcement.examiner import MAX_FRAME_BYTES, key_of
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


async def test_one_that_is_given_up_answers_no_more(process: ExaminerProcess):
    asyncio.get_running_loop().call_soon(process.give_up)
    with pytest.raises(TimeoutError):
        await process.receive()
    assert not process.is_usable


async def test_one_that_ends_is_noticed(process: ExaminerProcess):
    process.process.kill()
    with pytest.raises(EOFError):
        await process.receive()
    assert not process.is_usable


async def test_frames_may_arrive_in_any_pieces(process: ExaminerProcess):
    for byte in (2).to_bytes(4, "big") + b"{}" + (3).to_bytes(4, "big") + b"[1]":
        process.data_received(bytes([byte]))
    assert await process.receive() == {}
    assert await process.receive() == [1]


async def test_a_frame_that_is_too_large_is_not_waited_for(process: ExaminerProcess):
    process.data_received((MAX_FRAME_BYTES + 1).to_bytes(4, "big"))
    with pytest.raises(ValueError, match="too large"):
        await process.receive()
