"""What is accepted as a password, and how it is kept."""

import asyncio

import pytest
from argon2 import PasswordHasher

from colonnade.accounts.passwords import LONGEST, WAITING, Passwords, check_new_password
from colonnade.kit.errors import Invalid, Unavailable

GOOD = "correct horse battery"


@pytest.mark.parametrize(
    "password", ["short", "a" * 20, "abcabcabcabcabc", "I am adalovelace!", "x y" * LONGEST]
)
def test_easy_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        check_new_password(password, "adalovelace")


def test_length_is_enough() -> None:
    check_new_password(GOOD, "ada")
    check_new_password("päßwörtér ünïcode", "ada")


async def test_only_the_right_password_verifies(passwords: Passwords) -> None:
    stored = await passwords.hash(GOOD)
    assert stored.startswith("$argon2id$")
    assert await passwords.verify(stored, GOOD)
    assert not await passwords.verify(stored, GOOD + " ")
    assert not await passwords.verify(stored, GOOD + "x" * LONGEST)
    assert not await passwords.verify(None, GOOD)
    assert not await passwords.verify("not a hash", GOOD)


async def test_the_same_text_from_another_keyboard_is_the_same_password(
    passwords: Passwords,
) -> None:
    stored = await passwords.hash("caf\u00e9 in the morning")
    assert await passwords.verify(stored, "cafe\u0301 in the morning")


async def test_hashes_of_other_parameters_are_outdated(passwords: Passwords) -> None:
    stored = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(GOOD)
    assert passwords.is_outdated(stored)
    assert not passwords.is_outdated(await passwords.hash(GOOD))


async def test_a_flood_of_passwords_is_turned_away(passwords: Passwords) -> None:
    asked = [passwords.verify(None, GOOD) for _ in range(WAITING + 1)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(answer, Unavailable) for answer in answers) == 1
