"""What every page must warn of: a machine that cannot hold code safely.

Asking the engine is a round trip to the host, so a page never waits for it: it shows what was last
heard, and an answer that is too old is asked for again in the background.
"""

import asyncio
from time import monotonic
from typing import Protocol, cast

from starlette.requests import HTTPConnection

from colonnade.kit.errors import Unavailable
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import Tier

FRESH_SECONDS = 15.0
PATIENCE_SECONDS = 5.0


class KnowsTier(Protocol):
    """The part of an engine that this needs."""

    async def tier(self) -> Tier:
        """What the machine can enforce. Raises Unavailable."""
        ...


class TierGlance:
    """The engine's tier as last heard; None before the first answer and while it is away."""

    def __init__(self, engine: KnowsTier) -> None:
        self._engine = engine
        self._heard: Tier | None = None
        self._fresh_until = 0.0
        self._asking: asyncio.Task[Tier | None] | None = None

    @property
    def tier(self) -> Tier | None:
        """What was last heard; asks again in the background when that is old."""
        idle = self._asking is None or self._asking.done()
        if idle and monotonic() >= self._fresh_until:
            self._asking = asyncio.create_task(self.ask(), name="tier-glance")
        return self._heard

    async def ask(self) -> Tier | None:
        """Ask the engine now."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                self._heard = await self._engine.tier()
        except (Unavailable, TimeoutError):
            self._heard = None
        self._fresh_until = monotonic() + FRESH_SECONDS
        return self._heard


def glance_of(connection: HTTPConnection) -> TierGlance:
    """The application's one glance, made at the first look."""
    state = connection.app.state
    if not hasattr(state, "tier_glance"):
        state.tier_glance = TierGlance(cast(KnowsTier, state.engine))
    return cast(TierGlance, state.tier_glance)


def warnings_of(connection: HTTPConnection) -> list[str]:
    """What to show in red on every page; empty on a sound machine."""
    tier = glance_of(connection).tier
    if tier is not None and not tier.sound:
        missing = [line.detail for line in tier.lines if line.level == "missing"]
        return missing or ["It cannot hold a sandbox."]
    if cast(Settings, connection.app.state.settings).unsafe_no_sandbox:
        return ["It was started with --unsafe-no-sandbox."]
    return []
