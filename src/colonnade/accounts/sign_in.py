"""Signing in and out, and changing one's password.

These open their transactions themselves: hashing a password takes long, and no transaction is held
while it runs. Every sign-in makes a new session and ends the one that the browser came with, so a
secret planted before the sign-in is worth nothing after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.accounts import repository
from colonnade.accounts.configuration import AccountsSettings
from colonnade.accounts.identity import Identity
from colonnade.accounts.passwords import Passwords, check_new_password
from colonnade.accounts.revocations import Revocations
from colonnade.accounts.tables import Person, SignInSession
from colonnade.accounts.throttle import Throttle, network_of
from colonnade.kit.clock import Clock
from colonnade.kit.database import Database
from colonnade.kit.errors import ColonnadeError, Forbidden, NotFound, TooMany
from colonnade.kit.ids import fingerprint, new_id, new_secret
from colonnade.kit.log import get_logger

log = get_logger(__name__)

LONGEST_NAME = 64
LINK_GRACE = timedelta(hours=1)


class WrongPassword(ColonnadeError):
    """The name or the password is wrong; which of them is not said."""

    status, code = 403, "wrong-password"


class LinkSpent(ColonnadeError):
    """A sign-in link that was used, replaced, has expired, or never was."""

    status, code = 410, "link-spent"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The browser that asks to be signed in.

    address: of the network peer; agent: what it calls itself; secret: of the session that it came
    with, ended by the sign-in.
    """

    address: str = ""
    agent: str = ""
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its secret goes into the cookie and is stored nowhere."""

    person_id: str
    secret: str
    lifetime_seconds: int


class SignIns:
    """Turns passwords and links into sessions, and ends sessions."""

    def __init__(
        self,
        database: Database,
        settings: AccountsSettings,
        passwords: Passwords,
        revocations: Revocations,
        clock: Clock,
    ) -> None:
        self._database = database
        self._settings = settings
        self._passwords = passwords
        self._revocations = revocations
        self._clock = clock
        # A stranger cannot lock a person out for long: the wait by name alone is short, and the
        # long ones strike only the place that the guesses come from.
        self._by_name = Throttle(free=50, longest_seconds=60)
        self._by_place = Throttle(free=30, longest_seconds=900)
        self._by_both = Throttle(free=5, longest_seconds=900)

    async def by_password(self, name: str, password: str, visitor: Visitor) -> SignedIn:
        """Sign in with a name and a password.

        Raises TooMany (with `retry_after_seconds`) while guesses are slowed down, WrongPassword,
        and Forbidden for a suspended account whose password was right.
        """
        name = name.strip().lower()[:LONGEST_NAME]
        self._count_attempt(name, visitor)
        async with self._database.reading() as session:
            found = await repository.person_named(session, name)
        stored = found.password_hash if found else None
        if not await self._passwords.verify(stored, password):
            # Not the name: people type passwords into that field too.
            log.warning("sign-in-refused", address=visitor.address)
            raise WrongPassword("The name or the password is wrong.", "Check both and try again.")
        assert found is not None
        assert stored is not None
        self._forgive(name, visitor)
        outdated = self._passwords.is_outdated(stored)
        kept = await self._passwords.hash(password) if outdated else stored
        async with self._database.transaction() as session:
            person = await repository.person(session, found.id)
            if person is None or person.password_hash != stored:
                raise WrongPassword("The password was just changed.", "Use the new one.")
            person.password_hash = kept
            return await self._open(session, person, visitor, by_link=False)

    async def by_link(self, secret: str, visitor: Visitor) -> SignedIn:
        """Sign in with a one-time link, which is used up by it.

        Raises LinkSpent, and Forbidden for a suspended account.
        """
        async with self._database.transaction() as session:
            person_id = await repository.take_link(session, fingerprint(secret), self._clock())
            person = await repository.person(session, person_id) if person_id else None
            if person is None:
                raise LinkSpent(
                    "This sign-in link has been used, was replaced by a newer one, or is too old.",
                    "Sign in with your password, or ask an administrator for a new link.",
                )
            return await self._open(session, person, visitor, by_link=True)

    async def change_password(
        self, identity: Identity, current: str, new: str, visitor: Visitor
    ) -> SignedIn:
        """Set a new password: every session ends, and this browser gets a new one.

        `current` must be right, except while no password is set, or within `LINK_GRACE` after a
        one-time link opened the session (somebody forgot theirs). Raises Invalid for an unfit new
        password, WrongPassword, TooMany, and Forbidden for a token.
        """
        check_new_password(new, identity.name)
        stored, excused = await self._stored_password(identity)
        if stored is not None and not excused:
            self._count_attempt(identity.name, visitor)
            if not await self._passwords.verify(stored, current):
                raise WrongPassword("The current password is wrong.", "Check it and try again.")
            self._forgive(identity.name, visitor)
        hashed = await self._passwords.hash(new)
        async with self._database.transaction() as session:
            person = await repository.person(session, identity.person_id)
            if person is None or person.password_hash != stored:
                raise WrongPassword("The password was just changed elsewhere.", "Sign in again.")
            person.password_hash = hashed
            await repository.end_sessions(session, person.id)
            await repository.drop_links(session, person.id)
            return await self._open(session, person, visitor, by_link=False)

    async def sign_out(self, session: AsyncSession, identity: Identity) -> None:
        """End the session behind `identity`, in the caller's transaction."""
        await repository.end_sessions(session, identity.person_id, only=identity.credential_id)
        self._revocations.announce(session)

    async def sign_out_elsewhere(self, session: AsyncSession, identity: Identity) -> None:
        """End every other session of the person, in the caller's transaction."""
        await repository.end_sessions(session, identity.person_id, keep=identity.session_id)
        self._revocations.announce(session)

    async def sessions(self, session: AsyncSession, person_id: str) -> Sequence[SignInSession]:
        """Where a person is signed in, the most recently seen first."""
        return await repository.sessions_of(session, person_id)

    async def end(self, session: AsyncSession, identity: Identity, session_id: str) -> None:
        """End one of the person's own sessions. Raises NotFound when it is not theirs."""
        theirs = await repository.sessions_of(session, identity.person_id)
        if session_id not in {one.id for one in theirs}:
            raise NotFound("There is no such session.")
        await repository.end_sessions(session, identity.person_id, only=session_id)
        self._revocations.announce(session)

    async def _stored_password(self, identity: Identity) -> tuple[str | None, bool]:
        # With whether this session is excused from repeating it.
        async with self._database.reading() as session:
            person = await repository.person(session, identity.person_id)
            theirs = await repository.sessions_of(session, identity.person_id)
        own = next((one for one in theirs if one.id == identity.session_id), None)
        if person is None or own is None:
            raise Forbidden("A password is changed in a browser.", "Sign in there.")
        excused = own.by_link and self._clock() - own.created_at < LINK_GRACE
        return person.password_hash, excused

    async def _open(
        self, session: AsyncSession, person: Person, visitor: Visitor, *, by_link: bool
    ) -> SignedIn:
        if person.suspended_at is not None:
            raise Forbidden("This account is suspended.", "Ask an administrator about it.")
        now, secret = self._clock(), new_secret()
        if visitor.secret:
            await repository.end_session_with(session, fingerprint(visitor.secret))
        await repository.drop_expired(session, now, now - self._settings.idle_lifetime)
        session.add(
            SignInSession(
                id=new_id(),
                fingerprint=fingerprint(secret),
                person_id=person.id,
                by_link=by_link,
                agent=visitor.agent[:200],
                address=visitor.address[:64],
                created_at=now,
                last_seen_at=now,
                expires_at=now + self._settings.session_lifetime,
            )
        )
        self._revocations.announce(session)
        log.info("signed-in", person=person.id, by="link" if by_link else "password")
        lifetime_seconds = int(self._settings.session_lifetime.total_seconds())
        return SignedIn(person.id, secret, lifetime_seconds)

    def _count_attempt(self, name: str, visitor: Visitor) -> None:
        now, place = self._clock(), network_of(visitor.address)
        keyed = ((self._by_name, name), (self._by_place, place), (self._by_both, f"{name} {place}"))
        wait = ceil(max(throttle.wait_seconds(key, now) for throttle, key in keyed))
        if wait:
            raise TooMany(
                "Too many wrong passwords were tried.",
                f"Wait {_words(wait)}, then try again. A sign-in link from an administrator "
                "works at once.",
                retry_after_seconds=wait,
            )
        for throttle, key in keyed:
            throttle.count(key, now)

    def _forgive(self, name: str, visitor: Visitor) -> None:
        # The place keeps its earlier failures: signing in as oneself buys no guesses at others.
        place = network_of(visitor.address)
        self._by_name.undo(name)
        self._by_place.undo(place)
        self._by_both.forget(f"{name} {place}")


def _words(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"{ceil(seconds / 60)} minutes"
