"""From a secret to the person it speaks for, cheaply, on every request.

One indexed read, remembered for `REMEMBERED_SECONDS`: a change made by this process forgets what is
remembered at once, one made by another process (`colonnade user suspend`) counts within that time.
When a session or token was last used is noted in memory and written once a minute, so reading never
turns into writing.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection
from datetime import datetime
from time import monotonic

from colonnade.accounts import repository
from colonnade.accounts.configuration import AccountsSettings
from colonnade.accounts.credentials import Credential
from colonnade.accounts.identity import Identity, Via
from colonnade.accounts.permissions import Permission, Role
from colonnade.accounts.tables import ApiToken, Person, SignInSession
from colonnade.kit.clock import Clock
from colonnade.kit.database import Database
from colonnade.kit.ids import fingerprint

REMEMBERED_SECONDS = 1.0
REMEMBERED_ENTRIES = 4096

Key = tuple[Via, str]
"""How a credential is carried and its identifier."""


class Identities:
    """Finds out whom a credential speaks for, and notes when it was used."""

    def __init__(
        self,
        database: Database,
        settings: AccountsSettings,
        clock: Clock,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._timer = timer
        self._remembered: OrderedDict[Key, tuple[float, Identity | None]] = OrderedDict()
        self._used: dict[Key, datetime] = {}

    async def identify(self, credential: Credential) -> Identity | None:
        """Whom `credential` speaks for at this moment, or None when it is not (or no longer) valid.

        Raises nothing for whatever a stranger sends: a secret is only ever hashed and compared.
        """
        key = (credential.via, fingerprint(credential.secret))
        until, identity = self._remembered.get(key, (0.0, None))
        if until <= self._timer():
            identity = await self._read(*key)
            self._remember(key, identity)
        if identity is not None:
            self._used[identity.via, identity.credential_id] = self._clock()
        return identity

    async def living(self, via: Via, ids: Collection[str]) -> set[str]:
        """Which of these sessions or tokens (identifiers) are still valid, read afresh."""
        now = self._clock()
        idle = self._settings.idle_lifetime
        async with self._database.reading() as session:
            return await repository.living_ids(session, via, ids, now, now - idle)

    def forget(self) -> None:
        """Remember nothing: something about people or credentials has changed."""
        self._remembered.clear()

    async def write_activity(self) -> None:
        """Write when each session and token was last used."""
        used, self._used = self._used, {}
        if not used:
            return
        async with self._database.transaction() as session:
            for (via, credential_id), moment in used.items():
                await repository.record_activity(session, via, credential_id, moment)

    async def _read(self, via: Via, printed: str) -> Identity | None:
        now = self._clock()
        async with self._database.reading() as session:
            row = await repository.living_credential(
                session, via, printed, now, now - self._settings.idle_lifetime
            )
        return _identity(*row) if row else None

    def _remember(self, key: Key, identity: Identity | None) -> None:
        self._remembered[key] = (self._timer() + REMEMBERED_SECONDS, identity)
        self._remembered.move_to_end(key)
        while len(self._remembered) > REMEMBERED_ENTRIES:
            self._remembered.popitem(last=False)


def _identity(credential: SignInSession | ApiToken, person: Person) -> Identity:
    token = credential if isinstance(credential, ApiToken) else None
    return Identity(
        person_id=person.id,
        name=person.name,
        display_name=person.display_name,
        role=Role(person.role),
        via="token" if token else "session",
        credential_id=credential.id,
        scopes=_scopes(token.scopes) if token and token.scopes is not None else None,
    )


def _scopes(names: list[str]) -> frozenset[Permission]:
    # A permission that a later version dropped is no permission, and no reason to refuse the rest.
    known = {permission.value: permission for permission in Permission}
    return frozenset(known[name] for name in names if name in known)
