"""A guest's listener and the sessions that came in through it."""

import asyncio
import socket
from contextlib import suppress

from colonnade.host.egress.errors import Refusal
from colonnade.host.egress.guest import Guest, now
from colonnade.host.egress.session import BUFFER_BYTES, Session
from colonnade.runtimes.egress.reasons import Reason


class Door:
    """Everything that comes in on its listener is the guest's."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest
        self._sessions: dict[Session, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None

    async def open(self, listener: socket.socket) -> None:
        """Serve what connects to `listener`, which belongs to the door from now on."""
        self._server = await asyncio.start_server(self._serve, sock=listener, limit=BUFFER_BYTES)

    async def close(self) -> None:
        """Cut everything and give the last report."""
        if self._server is not None:
            self._server.close()
        tasks = list(self._sessions.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.guest.report(last=True)

    def sweep(self) -> None:
        """Cut connections on which nothing has moved for too long."""
        before = now() - self.guest.terms.idle_seconds
        for session, task in self._sessions.items():
            if session.moved_at < before:
                task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._sessions) >= self.guest.terms.connections:
            self.guest.refused(Refusal(Reason.CONNECTIONS))
            writer.transport.abort()
            return
        session, task = Session(self.guest, reader, writer), asyncio.current_task()
        assert task is not None
        self._sessions[session] = task
        # Cut by `close` or `sweep`: nobody waits for this task to hear of it.
        with suppress(asyncio.CancelledError):
            try:
                await session.serve()
            finally:
                writer.transport.abort()
                del self._sessions[session]
