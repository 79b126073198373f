"""People and their roles: who has an account, and what an administrator may change about it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import count

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.accounts import repository
from colonnade.accounts.configuration import AccountsSettings
from colonnade.accounts.permissions import Role
from colonnade.accounts.revocations import Revocations
from colonnade.accounts.tables import Person, SignInLink
from colonnade.kit.clock import Clock
from colonnade.kit.errors import Conflict, Invalid, NotFound
from colonnade.kit.ids import fingerprint, new_id, new_secret
from colonnade.kit.log import get_logger

log = get_logger(__name__)

NAME_FORM = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,62}")
LONGEST_DISPLAY_NAME = 100
FIRST_NAME = "admin"


def canonical_name(text: str) -> str:
    """A sign-in name in the one form that is stored. Raises Invalid."""
    name = text.strip().lower()
    if not NAME_FORM.fullmatch(name):
        raise Invalid(
            "A name has 1 to 63 of a–z, 0–9 and . _ @ + -, and starts with a letter or digit.",
            "Choose another name; the display name may be anything.",
        )
    return name


def clean_display_name(text: str, name: str) -> str:
    """How to show a person: their own words, or `name` when empty. Raises Invalid.

    Control characters and those that reverse the direction of text (Unicode categories Cc and Cf)
    are refused: they could make a name look like another's.
    """
    shown = unicodedata.normalize("NFC", text).strip() or name
    if len(shown) > LONGEST_DISPLAY_NAME:
        raise Invalid(f"A display name has at most {LONGEST_DISPLAY_NAME} characters.")
    if any(unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} for character in shown):
        raise Invalid("A display name has no invisible characters.", "Type it anew.")
    return shown


class People:
    """Creates and changes accounts. Every method works in the caller's transaction."""

    def __init__(self, settings: AccountsSettings, revocations: Revocations, clock: Clock) -> None:
        self._settings = settings
        self._revocations = revocations
        self._clock = clock

    async def all(self, session: AsyncSession) -> Sequence[Person]:
        """Everybody, by name."""
        return await repository.people(session)

    async def get(self, session: AsyncSession, person_id: str) -> Person:
        """The person with this identifier. Raises NotFound."""
        return _found(await repository.person(session, person_id))

    async def named(self, session: AsyncSession, name: str) -> Person:
        """The person who signs in as `name`. Raises NotFound."""
        return _found(await repository.person_named(session, name.strip().lower()))

    async def create(
        self, session: AsyncSession, name: str, role: Role = Role.MEMBER, display_name: str = ""
    ) -> Person:
        """A new account without a password. Raises Invalid, or Conflict when the name is taken."""
        canonical = canonical_name(name)
        taken = Conflict(f"There is already somebody named {canonical}.", "Choose another name.")
        if await repository.person_named(session, canonical):
            raise taken
        created = Person(
            id=new_id(),
            name=canonical,
            display_name=clean_display_name(display_name, canonical),
            role=Role(role).value,
            created_at=self._clock(),
        )
        session.add(created)
        try:
            await session.flush()
        except IntegrityError as problem:
            raise taken from problem
        return created

    async def issue_link(self, session: AsyncSession, person: Person) -> str:
        """The secret of a new one-time sign-in link; earlier links of the person become worthless.

        Raises Conflict for a suspended person.
        """
        if person.suspended_at is not None:
            raise Conflict(f"{person.name} is suspended.", "Reactivate the account first.")
        await repository.drop_links(session, person.id)
        secret, now = new_secret(), self._clock()
        session.add(
            SignInLink(
                id=new_id(),
                fingerprint=fingerprint(secret),
                person_id=person.id,
                created_at=now,
                expires_at=now + self._settings.link_lifetime,
            )
        )
        return secret

    async def issue_first_link(self, session: AsyncSession) -> str | None:
        """A sign-in link while no administrator can sign in by password yet, else None.

        On an empty platform this creates the first administrator, named 'admin'.
        """
        everybody = await repository.people(session)
        administrators = [one for one in everybody if one.role == Role.ADMIN.value]
        usable = [one for one in administrators if one.suspended_at is None]
        if any(one.password_hash for one in usable):
            return None
        if not usable:
            taken = {one.name for one in everybody}
            name = next(n for n in _first_names() if n not in taken)
            usable = [await self.create(session, name, Role.ADMIN, "Administrator")]
        return await self.issue_link(session, usable[0])

    async def reset(self, session: AsyncSession, person: Person) -> str:
        """Forget the password, end every session, and give a link to begin again with."""
        person.password_hash = None
        await repository.end_sessions(session, person.id)
        self._revocations.announce(session)
        return await self.issue_link(session, person)

    async def rename(self, session: AsyncSession, person: Person, display_name: str) -> None:
        """Show the person under another display name. Raises Invalid."""
        person.display_name = clean_display_name(display_name, person.name)
        self._revocations.announce(session)

    async def change_role(self, session: AsyncSession, person: Person, role: Role) -> None:
        """Give the person another role, as of now. Raises Conflict for the last administrator."""
        if role is not Role.ADMIN:
            await self._keep_an_administrator(session, person)
        person.role = role.value
        log.info("role-changed", person=person.id, role=role.value)
        self._revocations.announce(session)

    async def suspend(self, session: AsyncSession, person: Person) -> None:
        """Lock the person out: sessions end, tokens and links stop working, sockets close.

        Tokens work again after `reactivate`. Raises Conflict for the last administrator.
        """
        await self._keep_an_administrator(session, person)
        person.suspended_at = person.suspended_at or self._clock()
        await repository.end_sessions(session, person.id)
        await repository.drop_links(session, person.id)
        log.info("person-suspended", person=person.id)
        self._revocations.announce(session)

    async def reactivate(self, session: AsyncSession, person: Person) -> None:
        """Let a suspended person in again."""
        person.suspended_at = None
        log.info("person-reactivated", person=person.id)
        self._revocations.announce(session)

    async def _keep_an_administrator(self, session: AsyncSession, person: Person) -> None:
        guards = person.role == Role.ADMIN.value and person.suspended_at is None
        if guards and not await repository.other_administrators(session, person.id):
            raise Conflict(
                f"{person.name} is the last administrator.",
                "Make somebody else an administrator first.",
            )


def _first_names() -> Iterator[str]:
    yield FIRST_NAME
    yield from (f"{FIRST_NAME}-{number}" for number in count(2))


def _found(person: Person | None) -> Person:
    if person is None:
        raise NotFound("There is no such person.")
    return person
