"""Whether a loop looks for keys of wallets that are somebody else's.

Who has a wallet knows its key or its phrase. Who does not draws or counts keys, or makes them of
words and phrases, works out their addresses, and looks these up. To know another call that makes a
key of a number, add it to `_MAKES_KEY`.
"""

import re

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.handed import loops_within
from colonnade.detection.features.loop import Loop, words_of
from colonnade.detection.normalise.fold import Folder, arguments_of

_DRAWS_KEYS = re.compile(
    r"token_hex|token_bytes|urandom|getrandbits|randbits|\bKey(?:pair)?\(\w{0,20}\)"
    r"|PrivateKey\(\)|\.generate\(|\.create\(|FromWordsNumber|make_seed|to_mnemonic|from_int\("
    r"|(?:randint|randrange)\([^\n]{0,40}(?:\*\*|0x|<<|\d{12})"
)
_DRAWS_WORDS = re.compile(r"random\.sample|choices\(|permutations\(|product\(")
_OF_WORDS = re.compile(r"mnemonic|seed|phrase|priv", re.IGNORECASE)
_KEY = (
    r"(?:priv\w*key|signing_?key|\bkey(?:pair)?|scalar_?mul\w*|privatekey_to_\w+"
    r"|from_(?:valid_)?(?:int|hex|key|string|bytes|secret\w*|private\w*|seed))"
)
_MAKES_KEY = re.compile(rf"{_KEY}$", re.IGNORECASE)
_DIGEST = r"(?:sha3?_?\d+|keccak\w*|pbkdf2\w*|scrypt)\("
_HASHED = re.compile(rf"\b(\w{{1,40}})\s?=\s?[\w. ]{{0,60}}{_DIGEST}")
_KEY_OF = re.compile(rf"{_KEY}\(\s{{0,20}}([^\n()]{{0,80}})", re.IGNORECASE)
_KEY_OF_DIGEST = re.compile(rf"{_KEY}\(\s{{0,20}}[\w.]{{0,40}}{_DIGEST}", re.IGNORECASE)
_ADDRESSES = re.compile(
    r"toaddress\(|privatekey_to_\w+\(|\.address\b(?!\s*=)|to_wif|from_key\(|privatekeytoaccount"
    r"|signingkey|verifying_key|public_?key[(.]|pub_?key|hash160|h160|addr(?:ess)?\w*\(",
    re.IGNORECASE,
)
_SOUGHT = re.compile(r"\bif\b[^\n]{0,120}(?:\bin\b|==)|balance|bloom|\.check\(", re.IGNORECASE)
_LOOKED_UP = re.compile(
    r"\bif\b[^\n]{0,120}(?:\bin\b|==)|https?://|requests|urlopen|get_?balance\(|\.check\(",
    re.IGNORECASE,
)
"""Narrower than `_SOUGHT`, for keys that are made in more ways."""
_DERIVED = re.compile(
    r"\b(\w{1,60})\s{0,4}=\s{0,4}[^\n=]{0,200}(?:ToAddress\(|\.address\b|to_address\(|privatekey_to_\w+\(|hash160\()"
)
MANY_KEYS = 500
MAX_DERIVED = 30


def read_sought(collector: Collector, source: str) -> None:
    """Note that an address which was worked out is looked for among others."""
    if "ddress" not in source and "hash160" not in source:
        return
    for found in list(_DERIVED.finditer(source))[:MAX_DERIVED]:
        if re.search(rf"\bif\b[^\n]{{0,200}}\b{re.escape(found[1])}\s+in\s+\w", source):
            collector.add(Kind.GUESS, "address", source.count("\n", 0, found.start()) + 1)
            return


def tries_keys(folder: Folder, loop: Loop) -> bool:
    """Whether one key after another is made into an address, and this is looked up."""
    if not _ADDRESSES.search(loop.text) or not _SOUGHT.search(loop.text):
        return False
    drawn = _DRAWS_WORDS.search(loop.text) and _OF_WORDS.search(loop.text)
    if drawn or _DRAWS_KEYS.search(loop.text):
        return True
    if (loop.rounds is not None and loop.rounds < MANY_KEYS) or not _LOOKED_UP.search(loop.text):
        return False
    within = loops_within(folder, loop, lambda function: bool(_KEY_OF.search(function.source)))
    return _are_phrases(loop) or any(_is_key_itself(folder, one) for one in (loop, *within))


def _is_key_itself(folder: Folder, loop: Loop) -> bool:
    """Whether what is drawn or counted is handed to what makes a key of it."""
    ranges = re.search(r"\b(?:t?range|count)\(", loop.over)
    tried = loop.by_chance | loop.counted | (loop.variables if ranges else set[str]())
    return any(
        any(tried & words_of(one) for one in arguments_of(call))
        for call in loop.calls
        if _MAKES_KEY.search(folder.callee(call))
    )


def _are_phrases(loop: Loop) -> bool:
    """Whether what is gone through is hashed, and the hash becomes a key."""
    if _KEY_OF_DIGEST.search(loop.text):
        return True
    hashed = set(_HASHED.findall(loop.text))
    given = (name for one in _KEY_OF.findall(loop.text) for name in re.findall(r"\w+", one))
    return bool(hashed) and any(name in hashed for name in given)
