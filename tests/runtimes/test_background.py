import asyncio

import pytest

from colonnade.runtimes import background
from colonnade.runtimes.background import Background


async def test_a_loop_that_fails_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "AGAIN_SECONDS", 0)
    third = asyncio.Event()
    runs: list[int] = []

    async def work() -> None:
        runs.append(len(runs))
        if len(runs) == 3:
            third.set()
            await asyncio.Event().wait()
        raise ValueError("a bug")

    tasks = Background()
    tasks.keep("work", work)
    await asyncio.wait_for(third.wait(), 5)
    await tasks.close()
    assert runs == [0, 1, 2]


async def test_closing_waits_for_what_cleans_up() -> None:
    cleaned: list[bool] = []
    begun = asyncio.Event()

    async def work() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append(True)

    tasks = Background()
    tasks.start("work", work())
    await begun.wait()
    await tasks.close()
    assert cleaned == [True]
