"""The accounts room as one part, as `app.py` builds it and other rooms receive it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from colonnade.accounts.configuration import AccountsSettings
from colonnade.accounts.credentials import Credential
from colonnade.accounts.identities import Identities
from colonnade.accounts.identity import Identity
from colonnade.accounts.passwords import Passwords
from colonnade.accounts.people import People
from colonnade.accounts.revocations import Revocations
from colonnade.accounts.sign_in import SignIns
from colonnade.accounts.tokens import Tokens
from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.database import Database


class Accounts:
    """Who there is, who is asking, and how they prove it.

    Attributes:
        people: create and change accounts.
        sign_ins: passwords, links, sessions.
        tokens: API tokens.
        revocations: tells sockets when their session or token is dead.
    """

    def __init__(
        self,
        database: Database,
        settings: AccountsSettings | None = None,
        clock: Clock = utcnow,
        passwords: Passwords | None = None,
    ) -> None:
        chosen = settings or AccountsSettings()
        self._identities = Identities(database, chosen, clock)
        self.revocations = Revocations(self._identities)
        self.people = People(chosen, self.revocations, clock)
        self.tokens = Tokens(self.revocations, clock)
        self.sign_ins = SignIns(database, chosen, passwords or Passwords(), self.revocations, clock)

    async def identify(self, credential: Credential) -> Identity | None:
        """Whom `credential` speaks for, or None when it is not (or no longer) valid."""
        return await self._identities.identify(credential)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Watch for revocations inside the block; write down activity at its end."""
        watch = asyncio.create_task(self.revocations.run(), name="accounts-revocations")
        try:
            yield
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            with suppress(SQLAlchemyError):
                await self._identities.write_activity()
