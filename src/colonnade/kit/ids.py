"""Identifiers that cannot be guessed and secrets that cannot be read back."""

import hashlib
import secrets
import uuid


def new_id() -> str:
    """A fresh random identifier: 32 lower-case hexadecimal digits (122 random bits)."""
    return uuid.uuid4().hex


def new_secret() -> str:
    """A fresh bearer secret of 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is stored in place of a random secret: its SHA-256 in hexadecimal.

    Enough for secrets of `new_secret` (256 random bits cannot be searched); passwords need argon2.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
