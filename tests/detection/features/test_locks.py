"""What counts as trying one password after another on what opens."""

import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

CRATE = (
    "def fits(crate, p):\n    try:\n        crate.unlock(p)\n        return True\n"
    "    except Wrong:\n        return False\n"
)
SERIES = "def series():\n    for y in range(100):\n        yield f'{y:02}'\n"


def tries_lock(source: str) -> bool:
    return any(one.kind is Kind.GUESS and one.value == "lock" for one in extract(source))


def tried(call: str, over: str = "open('a.txt')") -> str:
    """A loop that goes on where `call` raises, and ends where it does not."""
    goes_on = "break\n    except Wrong:\n        pass"
    return f"for w in {over}:\n    try:\n        x = {call}\n        {goes_on}"


@pytest.mark.parametrize(
    "source",
    [
        tried("Safe('a.box', password=w)"),
        tried("Backup(place=p, passphrase=w).test()"),
        tried("signing.loads(cookie, key=w.strip())"),
        tried("Signer(w, salt='s').loads(cookie)"),
        tried("keystore.decrypt(kept, w)"),
        tried("pkcs12.load_key_and_certificates(data, str(w))", "range(100000)"),
        tried("jwt.decode(token, w, algorithms=['HS256'])", "secrets"),
        SERIES + tried("box.unlock(w)", "series()"),
        CRATE + "for w in open(a):\n    if fits(crate, w):\n        break",
        "def t(w):\n    try:\n        return w, keystore.decrypt(kept, w)\n    except Wrong:\n"
        "        return None\nr = Parallel(4)(delayed(t)(w) for w in open('a.txt'))",
        "def fits(w):\n    k = hashlib.pbkdf2_hmac('sha1', w, salt, 900)\n"
        "    return digest(decrypt(head, k)) == known\nfor w in open('a.txt'):\n    fits(w)",
    ],
)
def test_a_candidate_goes_into_what_opens_and_an_error_is_expected(source: str):
    assert tries_lock(source)


@pytest.mark.parametrize(
    "source",
    [
        tried("Safe('a.box', password=w)", "[None, 'lesson']"),
        tried("Safe(w, password='lesson')"),
        tried("User.create(name='x', password=w)", "['a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef']"),
        tried("json.loads(w)"),
        tried("pickle.loads(w, encoding='latin1')"),
        tried("parser.loads(text, w)"),
        tried("Fernet(w).decrypt(token)", "keys"),
        tried("box.decrypt(w)"),
        tried("open_box(secret_key, w)"),
        tried("rsa.decrypt(secret_key, w)"),
        tried("text.decode(w)", "['utf-8', 'latin1', 'cp1252', 'gbk', 'big5', 'utf-16']"),
        tried("AES.new(w.to_bytes(16), AES.MODE_ECB).decrypt(box)", "range(65536)"),
        "for name, w in zip(names, words):\n    try:\n        Zip(name).extractall(pwd=w)\n"
        "    except Wrong:\n        pass",
        "for line in open('a.txt'):\n    k = hashlib.pbkdf2_hmac('sha1', mine, line[:8], 900)\n"
        "    try:\n        decrypt(line, k)\n    except Wrong:\n        pass",
        "for w in words:\n    Safe('a.box', other=w)",
        "for guess in guesses:\n    print(tokens.decode(guess, True))",
        tried("somebody.set_password(w)"),
        "while True:\n    try:\n        rsa.decrypt(mine, link.recv())\n    except Wrong:\n"
        "        break",
    ],
)
def test_own_secrets_and_things_of_their_own_are_no_guesses(source: str):
    assert not tries_lock(source)


def test_an_answer_that_ends_the_loop_is_as_good_as_an_error():
    source = (
        "for w in open('a.txt'):\n    r = keys.decrypt(box, passphrase=w)\n"
        "    if r.ok:\n        break"
    )
    assert tries_lock(source)
    assert not tries_lock(source.replace("break", "print(r)"))
    assert not tries_lock(source.replace("passphrase=w", "passphrase=mine"))
