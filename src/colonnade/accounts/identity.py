"""Who is asking: the value that every route and service receives."""

from dataclasses import dataclass
from typing import Literal

from colonnade.accounts.permissions import DELICATE, OF_ROLE, Permission, Role
from colonnade.kit.errors import Forbidden

Via = Literal["session", "token"]


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as they are signed in on one request or socket.

    Attributes:
        person_id: their identifier, 32 hexadecimal digits.
        name: what they sign in with, lower case.
        display_name: how they are shown to others.
        role: their role when this was read, at most two seconds ago.
        via: a browser's sign-in session or an API token.
        credential_id: identifier (not the secret) of that session or token.
        scopes: what a token is limited to; None is everything of the role that is not delicate.
    """

    person_id: str
    name: str
    display_name: str
    role: Role
    via: Via = "session"
    credential_id: str = ""
    scopes: frozenset[Permission] | None = None

    @property
    def session_id(self) -> str | None:
        """The sign-in session's identifier, None for a token."""
        return self.credential_id if self.via == "session" else None

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that this person may do with this session or token."""
        held = OF_ROLE[self.role]
        if self.via == "session":
            return held
        return held - DELICATE if self.scopes is None else held & self.scopes

    def may(self, permission: Permission) -> bool:
        """Whether `permission` is among `permissions`."""
        return permission in self.permissions

    def demand(self, permission: Permission) -> None:
        """Raise Forbidden unless this person may."""
        if not self.may(permission):
            raise Forbidden(
                f"This needs the permission {permission.value}, which "
                f"{'this token' if self.via == 'token' else 'your role'} does not have.",
                "Ask an administrator, or use a token whose scopes include it."
                if self.via == "token"
                else "Ask an administrator if you need it.",
                permission=permission.value,
            )
