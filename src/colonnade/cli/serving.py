"""From settings to a served platform: lock, socket, environment, database, link, server.

The order matters. The port is bound before the application is made, since the two origins are part
of it; the environments and the host come before the first person can ask for a runtime; the sign-in
link and the line `ready:` are printed only once requests are answered.
"""

import asyncio
import fcntl
import os
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import IO

import uvicorn
import uvloop

from colonnade.accounts.configuration import AccountsSettings
from colonnade.accounts.service import Accounts
from colonnade.app import build
from colonnade.cli.database import opened
from colonnade.cli.environments import build_missing, names_in_use
from colonnade.cli.links import link_with, note_origins
from colonnade.cli.soundness import demand_one_local_person, demand_sandbox
from colonnade.kit.database import Database
from colonnade.kit.errors import Invalid, Unavailable
from colonnade.kit.settings import Origins, Settings

MESSAGE_BYTES = 72 << 20
"""Largest WebSocket message from a browser, before it is even looked at.

The gate refuses above 64 MB and says so; a little above that, it is the gate that speaks, and no
message takes more memory than the gate allows.
"""
GRACE_SECONDS = 3


def serve_until_stopped(settings: Settings) -> None:
    """Serve until a signal says stop. Raises Invalid or Unavailable when it cannot start."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = _lock(settings)
    listener = _bind(settings)
    origins = settings.origins(listener.getsockname()[1])
    for name in names_in_use(settings):
        build_missing(settings, name)
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, origins, listener))
    lock.close()


async def _serve(settings: Settings, origins: Origins, listener: socket.socket) -> None:
    if not settings.unsafe_no_sandbox:
        await demand_sandbox(settings)
    async with opened(settings) as database:
        link = await _first_sign_in(settings, database)
        server = _AnnouncingServer(
            uvicorn.Config(
                build(settings, origins, database),
                http="httptools",
                ws="websockets-sansio",
                ws_max_size=MESSAGE_BYTES,
                ws_per_message_deflate=False,
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        note_origins(settings, origins)
        server.lines = [
            *([f"sign in as administrator: {link_with(settings, link)}"] if link else []),
            f"ready: {origins.app}{settings.base_url}",
        ]
        await server.serve(sockets=[listener])


async def _first_sign_in(settings: Settings, database: Database) -> str | None:
    accounts = Accounts(database, settings.table("accounts", AccountsSettings))
    async with database.transaction() as session:
        if settings.unsafe_no_sandbox:
            await demand_one_local_person(settings, accounts, session)
        return await accounts.people.issue_first_link(session)


class _AnnouncingServer(uvicorn.Server):
    """Prints its lines once it answers requests."""

    lines: list[str]

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Let a signal end the serving, and nothing else: parts close in peace afterwards.

        uvicorn's own raises the signal once more, which would cancel the closing.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print("\n".join(self.lines), flush=True)


def _lock(settings: Settings) -> IO[str]:
    lock = (settings.data / "serve.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Unavailable(
            f"Another `colonnade serve` already uses {settings.data}.",
            "Stop it first, or choose another folder with --data.",
        ) from None
    return lock


def _bind(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as problem:
        raise Invalid(
            f"Cannot listen on {settings.host}:{settings.port}: {os.strerror(problem.errno or 0)}.",
            "Choose another --port (0 takes a free one) or --host.",
        ) from problem
    listener.set_inheritable(False)
    return listener
