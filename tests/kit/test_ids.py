"""Identifiers and secrets."""

from colonnade.kit.ids import fingerprint, new_id, new_secret


def test_identifiers_are_32_hexadecimal_digits_and_differ() -> None:
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(one) == 32 and int(one, 16) >= 0 for one in made)


def test_a_secret_is_known_again_by_its_fingerprint_only() -> None:
    secret = new_secret()
    assert fingerprint(secret) == fingerprint(secret) != fingerprint(new_secret())
    assert secret not in fingerprint(secret)
