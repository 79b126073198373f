"""A tree of files as two sets of small pieces ('shingles'): of its paths, and of its code.

*Paths*: two neighbouring components of a path, and two names that stand beside each other in one
folder. The top folder has no name here, so a renamed clone has the same shingles; a renamed folder
keeps those of its contents.

*Code*: windows of `WINDOW` tokens of Python in which every name is alike and so are all texts and
all numbers; comments, docstrings and layout are left out. Renaming identifiers changes nothing, and
forks are found as well as by windows that keep the names (docs/explanation/similarity.md).

A shingle is known by the first bytes of its BLAKE2b hash, so no text can be read back. Changing
anything here makes the shipped fingerprints useless: make them again.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

HASH_BYTES = 6
"""48 bits: ten million shingles meet 50,000 others by chance 0.002 times."""
WINDOW = 24
"""Tokens in a shingle of code. 16 to 24 find forks alike; 24 shares least with other projects."""

Hashes = set[bytes]

# Each alternative that can be left open runs on instead of failing: linear on any input.
_TOKEN = re.compile(
    r'"""[\s\S]*?(?:"""|\Z)'
    r"|'''[\s\S]*?(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'(?:[^'\\\n]|\\.)*+'?"
    r"|\#[^\n]*"
    r"|[^\W\d]\w*"
    r"|\d[\w.]*"
    r"|[^\s\w]"
)
# Written out, since what Python itself lists changes with its version. At most 96 words.
_WORDS = """
False None True and as assert async await break class continue def del elif else except finally for
from global if import in is lambda nonlocal not or pass raise return try while with yield abs all
any bool bytes callable dict dir enumerate eval exec filter float format getattr hasattr hash hex id
input int isinstance issubclass iter len list map max min next object open ord pow print property
range repr reversed round self set setattr slice sorted staticmethod str sum super tuple type vars
zip
"""
_KNOWN = {word: chr(0xA0 + index) for index, word in enumerate(_WORDS.split())}
_NAME, _TEXT, _NUMBER, _OTHER = "v", '"', "0", "?"


def path_shingles(paths: Iterable[str]) -> Hashes:
    """The shingles of paths that are relative to their tree, with `/` between components."""
    folders: dict[str, set[str]] = {}
    for path in paths:
        _enter(folders, path.lower())
    return {_hash(one.encode("utf-8", "surrogatepass")) for one in _pairs(folders)}


def code_shingles(source: bytes) -> Hashes:
    """The shingles of one Python file; any bytes will do. Time and memory are linear."""
    return windows_of(tokens_of(source))


def windows_of(tokens: bytes) -> Hashes:
    """The shingles of a file whose tokens are known."""
    starts = range(len(tokens) - WINDOW + 1)
    return {_hash(tokens[start : start + WINDOW]) for start in starts}


def tokens_of(source: bytes) -> bytes:
    """One byte for each token that counts: which keyword, which sign, or that it is a name.

    A comma before a closing bracket does not count, since formatters add and remove it.
    """
    codes = _Codes(_KNOWN)
    text = "".join(map(codes.__getitem__, _TOKEN.findall(source.decode("utf-8", "replace"))))
    for bracket in ")]}":
        text = text.replace("," + bracket, bracket)
    return text.encode("latin-1")


class _Codes(dict[str, str]):
    """Token to its one character, or to none; made anew for each file, so that it stays small."""

    def __missing__(self, token: str) -> str:
        self[token] = code = _code(token)
        return code


def _code(token: str) -> str:
    first = token[0]
    if first in "\"'":
        return "" if token[:3] in {'"""', "'''"} else _TEXT
    if first in "#;\\":
        return ""
    if first == "_" or first.isalpha():
        return _NAME
    if first.isdigit():
        return _NUMBER
    return first if first.isascii() else _OTHER


def _enter(folders: dict[str, set[str]], path: str) -> None:
    """Note the path in its folder, and each folder on the way up that was not known."""
    known = False
    while path and not known:
        folder, _, name = path.rpartition("/")
        known = folder in folders
        folders.setdefault(folder, set()).add(name)
        path = folder


def _pairs(folders: Mapping[str, set[str]]) -> Iterator[str]:
    for folder, names in folders.items():
        if folder:
            last = folder.rpartition("/")[2]
            yield from (f"{last}/{name}" for name in names)
        # No path holds a NUL, so a pair of neighbours is never taken for a pair of components.
        yield from ("\0".join(pair) for pair in pairwise(sorted(names)))


def _hash(shingle: bytes) -> bytes:
    return hashlib.blake2b(shingle, digest_size=HASH_BYTES).digest()
