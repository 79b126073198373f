"""What is stored of people and of the secrets that speak for them.

Secrets are stored as fingerprints only. A session, link or token that is over is deleted: what
exists and has not expired is valid, so no query can forget a flag.
"""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from colonnade.accounts.permissions import Role
from colonnade.kit.database import Table


class Person(Table):
    """Somebody with an account. Never deleted: what they did refers to them."""

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("role in ('member', 'reviewer', 'admin')", name="role"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(16), default=Role.MEMBER.value)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]


class SignInSession(Table):
    """A browser that is signed in."""

    __tablename__ = "sign_in_sessions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    by_link: Mapped[bool]
    """Signed in through a one-time link, which may set a password without knowing the old one."""
    agent: Mapped[str] = mapped_column(String(200))
    """What the browser called itself, for the person's list of sessions."""
    address: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInLink(Table):
    """A link that signs its bearer in once."""

    __tablename__ = "sign_in_links"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiToken(Table):
    """A secret for programs, shown once."""

    __tablename__ = "api_tokens"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    label: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Names of permissions; NULL for everything of the role that is not delicate."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
