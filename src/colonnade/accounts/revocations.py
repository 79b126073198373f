"""Tells open sockets when the session or token behind them is dead.

A change made in this process is announced after its commit; changes by another process (the
command line) are found by one poll a second, shared by all sockets and idle when there are none.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from colonnade.accounts.identities import Identities, Key
from colonnade.accounts.identity import Identity
from colonnade.kit.log import get_logger

POLL_SECONDS = 1.0
ACTIVITY_SECONDS = 60.0
AT_ONCE = 500

log = get_logger(__name__)


class Revocations:
    """Whoever holds a socket open waits here for its end. `run` must be running."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._waiting: dict[Key, set[asyncio.Future[None]]] = defaultdict(set)
        self._news = asyncio.Event()

    async def wait(self, identity: Identity) -> None:
        """Return once the session or token behind `identity` no longer speaks for anybody."""
        key = (identity.via, identity.credential_id)
        dead: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[key].add(dead)
        self._news.set()
        try:
            await dead
        finally:
            self._waiting[key].discard(dead)
            if not self._waiting[key]:
                del self._waiting[key]

    def announce(self, session: AsyncSession) -> None:
        """Once `session` commits, let what it changed count at once."""
        event.listen(session.sync_session, "after_commit", self._changed, once=True)

    async def run(self) -> None:
        """Look after the waiting sockets, and write down activity, until cancelled."""
        written = asyncio.get_running_loop().time()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS if self._waiting else ACTIVITY_SECONDS):
                    await self._news.wait()
            self._news.clear()
            try:
                await self._look()
                if asyncio.get_running_loop().time() - written >= ACTIVITY_SECONDS:
                    written = asyncio.get_running_loop().time()
                    await self._identities.write_activity()
            except Exception as problem:
                # Whatever it was must not end the watch, or no socket would ever be closed again;
                # the next look is a second away.
                log.error("revocations-not-read", kind=type(problem).__name__)
                await asyncio.sleep(POLL_SECONDS)

    def _changed(self, _session: Session) -> None:
        self._identities.forget()
        self._news.set()

    async def _look(self) -> None:
        for via in ("session", "token"):
            ids = [id for kind, id in self._waiting if kind == via]
            for start in range(0, len(ids), AT_ONCE):
                asked = ids[start : start + AT_ONCE]
                for id in set(asked) - await self._identities.living(via, asked):
                    self._release((via, id))

    def _release(self, key: Key) -> None:
        for dead in self._waiting.get(key, ()):
            if not dead.done():
                dead.set_result(None)
