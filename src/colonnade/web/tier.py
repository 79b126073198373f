"""What every page must warn of: a machine that cannot hold code safely.

Asking the engine costs a round trip to the host, so the answer is remembered for a while.
"""

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol, cast

from starlette.requests import HTTPConnection

from colonnade.kit.errors import Unavailable
from colonnade.runtimes.engine import Tier

REMEMBERED_SECONDS = 15.0
PATIENCE_SECONDS = 2.0


class KnowsTier(Protocol):
    """The part of an engine that this needs."""

    async def tier(self) -> Tier:
        """What the machine can enforce. Raises Unavailable."""
        ...


@dataclass
class TierGlance:
    """The engine's tier, at most `REMEMBERED_SECONDS` old; None while the engine is away."""

    engine: KnowsTier
    _until: float = 0.0
    _tier: Tier | None = field(default=None)

    async def look(self) -> Tier | None:
        """The tier as last heard."""
        if monotonic() >= self._until:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    self._tier = await self.engine.tier()
            except (Unavailable, TimeoutError):
                self._tier = None
            self._until = monotonic() + REMEMBERED_SECONDS
        return self._tier


def glance_of(connection: HTTPConnection) -> TierGlance:
    """The application's one glance, made at the first look."""
    state = connection.app.state
    if not hasattr(state, "tier_glance"):
        state.tier_glance = TierGlance(cast(KnowsTier, state.engine))
    return cast(TierGlance, state.tier_glance)


async def warnings_of(connection: HTTPConnection) -> list[str]:
    """What to show in red on every page; empty on a sound machine."""
    tier = await glance_of(connection).look()
    if tier is None or tier.sound:
        return []
    missing = [line.detail for line in tier.lines if line.level == "missing"]
    return missing or ["This machine cannot isolate code."]
