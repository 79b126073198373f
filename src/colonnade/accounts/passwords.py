"""Passwords: what is accepted, and argon2 off the event loop.

Parameters are argon2-cffi's defaults: the low-memory profile of RFC 9106, section 4 (64 MiB, three
passes, four lanes). A stored hash made with other parameters is replaced at the next sign-in.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from functools import cached_property
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from colonnade.kit.errors import Invalid, Unavailable

SHORTEST = 10
LONGEST = 1000
FEWEST_DIFFERENT = 5
AT_ONCE = 2
"""Hashes computed at the same time; each takes 64 MiB and some 50 ms of a core."""
WAITING = 64

P = ParamSpec("P")
R = TypeVar("R")


class Passwords:
    """Hashes and verifies, a few at a time, in threads."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """What to store for an accepted password."""
        return await self._run(self._hasher.hash, normalise(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one behind `stored`.

        For None (no such person, or no password set) it works just as long and says no, so that
        the time taken does not tell which names exist. Raises Unavailable when too many wait.
        """
        usable = len(password) <= LONGEST
        right = await self._run(self._matches, stored, normalise(password) if usable else "")
        return right and stored is not None and usable

    def is_outdated(self, stored: str) -> bool:
        """Whether `stored` was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody's password")

    def _matches(self, stored: str | None, password: str) -> bool:
        # Made at the first sign-in whoever it is, so that the time it takes tells nothing either.
        nobody = self._nobody
        try:
            return self._hasher.verify(stored or nobody, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
        if self._waiting >= WAITING:
            raise Unavailable(
                "Too many people are signing in at this moment.", "Try again in a few seconds."
            )
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work, *given, **named)
        finally:
            self._waiting -= 1


def normalise(password: str) -> str:
    """One form for what different keyboards send for the same text (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def check_new_password(password: str, name: str) -> None:
    """Accept a new password for the person who signs in as `name`, or raise Invalid.

    Length counts, not composition (NIST SP 800-63B, 5.1.1.2): 10 to 1,000 characters, not the
    person's name, and not a handful of characters repeated.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            f"A password has {SHORTEST} to {LONGEST} characters.", "A few random words do well."
        )
    if len(set(password)) < FEWEST_DIFFERENT or name in password.lower():
        raise Invalid(
            "This password is too easy to guess: it repeats itself or contains your name.",
            "A few random words do well.",
        )
