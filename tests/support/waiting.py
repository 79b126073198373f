"""Waiting for a condition, in place of sleeping for a time."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Return once `condition` holds. Raises TimeoutError when it does not within `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (what is waited for rings no bell)
            await asyncio.sleep(0.01)
