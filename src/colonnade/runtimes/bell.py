"""Something has changed: whoever waits looks again."""

import asyncio


class Bell:
    """Wakes everybody who waits at the moment it is rung."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake them."""
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    def listen(self) -> asyncio.Event:
        """What will be set at the next ring: taken before looking, it misses none."""
        return self._rung

    async def heard(self, seconds: float, rung: asyncio.Event | None = None) -> bool:
        """Wait until it is rung (since `rung` was taken), at most so long; whether it was."""
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await (rung or self._rung).wait()
        except TimeoutError:
            return False
        return True
