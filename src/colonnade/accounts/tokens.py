"""API tokens: secrets for programs, shown once, stored as fingerprints."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.accounts import repository
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.accounts.revocations import Revocations
from colonnade.accounts.tables import ApiToken
from colonnade.kit.clock import Clock
from colonnade.kit.errors import Forbidden, Invalid, NotFound, TooMany
from colonnade.kit.ids import fingerprint, new_id, new_secret

LONGEST_LABEL = 100
MOST_TOKENS = 100


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made, with the secret that nobody can read again."""

    token: ApiToken
    secret: str


class Tokens:
    """Makes, lists and revokes tokens. Every method works in the caller's transaction."""

    def __init__(self, revocations: Revocations, clock: Clock) -> None:
        self._revocations = revocations
        self._clock = clock

    async def of(self, session: AsyncSession, person_id: str) -> Sequence[ApiToken]:
        """A person's tokens, newest first, without their secrets."""
        return await repository.tokens_of(session, person_id)

    async def create(
        self,
        session: AsyncSession,
        person_id: str,
        label: str,
        scopes: Collection[Permission] | None = None,
        lifetime: timedelta | None = None,
    ) -> NewToken:
        """A new token of the person with this identifier.

        `scopes` None gives everything of the person's role that is not delicate; `lifetime` None
        never expires. Raises Invalid, or TooMany beyond `MOST_TOKENS`.
        """
        label = label.strip()
        if not 1 <= len(label) <= LONGEST_LABEL:
            raise Invalid(
                f"A token's label has 1 to {LONGEST_LABEL} characters.", "Say what it is for."
            )
        if lifetime is not None and lifetime <= timedelta(0):
            raise Invalid("A token's lifetime is longer than nothing.")
        if len(await repository.tokens_of(session, person_id)) >= MOST_TOKENS:
            raise TooMany(f"There are {MOST_TOKENS} tokens already.", "Revoke some of them.")
        secret, now = new_secret(), self._clock()
        token = ApiToken(
            id=new_id(),
            fingerprint=fingerprint(secret),
            person_id=person_id,
            label=label,
            scopes=None if scopes is None else sorted(scope.value for scope in scopes),
            created_at=now,
            expires_at=now + lifetime if lifetime else None,
        )
        session.add(token)
        await session.flush()
        self._revocations.announce(session)
        return NewToken(token, secret)

    async def create_for(
        self,
        session: AsyncSession,
        identity: Identity,
        label: str,
        scopes: Collection[Permission] | None = None,
        lifetime: timedelta | None = None,
    ) -> NewToken:
        """A new token for whoever asks, never with more than they hold themselves.

        Raises Forbidden for scopes beyond those of `identity`; else as `create`.
        """
        if scopes is None and identity.via == "token":
            scopes = identity.permissions
        beyond = set(scopes or ()) - identity.permissions
        if beyond:
            raise Forbidden(
                f"You do not hold {', '.join(sorted(scope.value for scope in beyond))} yourself.",
                "Choose fewer scopes.",
            )
        return await self.create(session, identity.person_id, label, scopes, lifetime)

    async def revoke(self, session: AsyncSession, person_id: str, token_id: str) -> None:
        """Make one of the person's tokens worthless. Raises NotFound when it is not theirs."""
        if not await repository.drop_token(session, person_id, token_id):
            raise NotFound("There is no such token.")
        self._revocations.announce(session)
