"""What counts as looking for other people's keys, and what is having wallets of one's own."""

import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

ADDRESS = (
    "def address(n):\n    k = SigningKey.from_string(n.to_bytes(32, 'big'))\n"
    "    return hash160(k.verifying_key)\n"
)


def seeks_keys(source: str) -> bool:
    return any(one.kind is Kind.GUESS and one.value == "key" for one in extract(source))


@pytest.mark.parametrize(
    "source",
    [
        "while True:\n    n = random.randint(low, high)\n    h = curve.privatekey_to_h160(0, n)\n"
        "    if h in held:\n        print(n)",
        "while True:\n    n = randrange(a, b)\n    p = curve.scalar_multiplication(n)\n"
        "    if curve.pubkey_to_h160(p) in held:\n        print(n)",
        ADDRESS + "for n in range(2**40, 2**41):\n    if address(n) == wanted:\n        print(n)",
        "while n < end:\n    n += 1\n"
        "    if PrivateKey(n).public_key.address in held:\n        print(n)",
        "for w in open('songs.txt'):\n    s = hashlib.sha256(w.encode()).hexdigest()\n"
        "    if Key.from_hex(s).address in held:\n        print(w)",
        "for w in open('songs.txt'):\n    a = Account.from_key(Web3.keccak(text=w)).address\n"
        "    if requests.get(page + a).json()['balance'] > 0:\n        print(w)",
    ],
)
def test_keys_that_are_drawn_counted_or_made_of_words_are_looked_up(source: str):
    assert seeks_keys(source)


@pytest.mark.parametrize(
    "source",
    [
        "for k in mine:\n    a = Account.from_key(k)\n"
        "    if get_balance(a.address) > 0:\n        print(a)",
        "for i in range(20):\n    a = known.AddressIndex(i).PublicKey().ToAddress()\n"
        "    if get_balance(a) > 0:\n        print(a)",
        "for k in range(1, 10):\n    s = SigningKey.from_secret_exponent(k)\n"
        "    if s.verifying_key in seen:\n        print(k)",
        "for n in range(100):\n    a, b = random.sample(people, 2)\n"
        "    if balance[a.verifying_key] > n:\n        chain.add(a, b)",
        "s = hashlib.sha256(b'four words of a lesson').hexdigest()\nprint(Key.from_hex(s).address)",
        "for i in range(1000):\n    s = SigningKey.from_string(sha256(f'user{i}'))\n"
        "    if balance.get(i, 0) > 5:\n        sign(s, s.verifying_key)",
    ],
)
def test_wallets_of_ones_own_and_lessons_are_not(source: str):
    assert not seeks_keys(source)
