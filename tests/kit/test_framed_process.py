"""A real process: is given up, ends, and says what is no frame."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from colonnade.detection.rulebook import default_rules
from colonnade.kit.framed_process import FramedProcess
from colonnade.kit.frames import MAX_FRAME_BYTES


@pytest.fixture
async def process() -> AsyncGenerator[FramedProcess]:
    started = await FramedProcess.launch("colonnade.enforcement.examiner")
    async with asyncio.timeout(20):
        assert (await started.receive()) == {"ready": default_rules().version}
    yield started
    await started.kill()


async def test_one_that_is_given_up_answers_no_more(process: FramedProcess):
    asyncio.get_running_loop().call_soon(process.give_up)
    with pytest.raises(TimeoutError):
        await process.receive()
    assert not process.is_usable


async def test_one_that_ends_is_noticed(process: FramedProcess):
    process.process.kill()
    with pytest.raises(EOFError):
        await process.receive()
    assert not process.is_usable


async def test_frames_may_arrive_in_any_pieces(process: FramedProcess):
    for byte in (2).to_bytes(4, "big") + b"{}" + (3).to_bytes(4, "big") + b"[1]":
        process.data_received(bytes([byte]))
    assert await process.receive() == {}
    assert await process.receive() == [1]


async def test_a_frame_that_is_too_large_is_not_waited_for(process: FramedProcess):
    process.data_received((MAX_FRAME_BYTES + 1).to_bytes(4, "big"))
    with pytest.raises(ValueError, match="too large"):
        await process.receive()
