"""Addresses, weight files, folders, pools, wallets and magnets in any text."""

import re
from functools import lru_cache
from typing import Literal

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.mining import read_pool_text
from colonnade.detection.features.programs import read_program
from colonnade.detection.features.roles import folder_of
from colonnade.detection.features.tunnels import read_settings
from colonnade.detection.features.voices import is_ready_made
from colonnade.detection.features.waiting import read_presence
from colonnade.detection.limits import MAX_STRING_CHARACTERS
from colonnade.detection.normalise.urls import addresses, canonical, project, repository, tree

_WEIGHTS = re.compile(
    r"[\w.\-+]{1,100}\.(?:onnx|pth\.tar|pth|pt|ckpt|safetensors|h5|hdf5|dfm|caffemodel|pb|tflite"
    r"|engine|pak)(?![\w.])",
    re.IGNORECASE,
)
_PATHLIKE = re.compile(
    r"(?:(?<![\w.\-~])[\w.\-~]++)?+(?:/[\w.\- ]++)++|\b[A-Za-z]+(?:_[A-Za-z0-9]+)+\b"
)
"""A path begins where a word does: tried at every letter, 20,000 letters of Base64 took 1.7 s."""
_POOL = re.compile(
    r"\b(stratum\d?\+?(?:tcp|tls|ssl)?|ethproxy|daggerhashimoto)(?:\+\w+)*://", re.IGNORECASE
)
_WALLET = re.compile(
    r"\b(?:0x[0-9a-fA-F]{40}|4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}|bc1[a-z0-9]{39,59})\b"
)
_SHORTENERS = frozenset(
    {"bit.ly", "tinyurl.com", "t.ly", "is.gd", "v.gd", "cutt.ly", "rb.gy", "goo.gl", "t.co", "s.id"}
    | {"ow.ly", "tiny.cc", "shorturl.at", "rebrand.ly", "shorturl.com", "urlz.fr", "clck.ru"}
)
MAX_PATHS = 200
LEAST_ENCODED = 24
"""Letters of what may be a piece of Base64: in shorter words chance decides."""


def read_text(
    collector: Collector,
    text: str,
    line: int,
    end_line: int | None = None,
    where: Literal["literal", "argument"] = "literal",
) -> None:
    """Note what `text` points at; `where` tells a command's word from a Python string."""
    text = text[:MAX_STRING_CHARACTERS]
    found = addresses(text)
    for address in found:
        if _POOL.match(address):
            collector.add(Kind.POOL, where, line, end_line)
        else:
            point_at(collector, Kind.URL, address, line, end_line)
    if "." in text:
        for match in _WEIGHTS.finditer(text):
            collector.add(Kind.WEIGHTS, match[0], line, end_line)
        if is_ready_made(text):
            collector.add(Kind.ROLE, "ready-voice", line, end_line)
    if "magnet:?" in text:
        collector.add(Kind.MAGNET, where, line, end_line)
    if len(text) >= 40 and _WALLET.search(text):
        collector.add(Kind.WALLET, where, line, end_line)
    read_pool_text(collector, text, line, end_line or line)
    read_program(collector, text, line, end_line or line)
    read_settings(collector, text, line, end_line or line)
    read_presence(collector, text, line, end_line or line)
    for address in found:
        text = text.replace(address, " ")
    if "/" in text or "_" in text:
        _paths(collector, text, line, end_line)


_SWITCH = re.compile(r"[a-z](?=[A-Z\d])|\d(?=[A-Za-z])|[A-Z](?=\d)")


def is_encoded(word: str) -> bool:
    """Whether a word without a sign in it is a piece of Base64 or a key, and says nothing.

    Names change between small letters, capitals and digits where a word begins, codes all the time.
    """
    return len(word) >= LEAST_ENCODED and len(_SWITCH.findall(word)) * 4 > len(word)


def point_at(
    collector: Collector, kind: Kind, address: str, line: int, end_line: int | None = None
) -> None:
    """Note a canonical address as `kind`, and the project on a forge that it belongs to.

    Who fetches the archive of a whole tree has what a clone gives.
    """
    plain = canonical(address)
    if kind in {Kind.CLONE, Kind.INSTALL}:
        plain = repository(plain)
    collector.add(kind, plain, line, end_line)
    if kind is Kind.DOWNLOAD and (whole := tree(plain)):
        collector.add(Kind.CLONE, whole, line, end_line)
    if plain.partition("/")[0] in _SHORTENERS:
        collector.add(Kind.DISGUISE, "short-address", line, end_line)
    collector.add(Kind.PROJECT, project(plain), line, end_line)


_folder_of = lru_cache(4096)(folder_of)


def _paths(collector: Collector, text: str, line: int, end_line: int | None) -> None:
    for count, match in enumerate(_PATHLIKE.finditer(text)):
        if count >= MAX_PATHS:
            return
        for written in match[0].split("/"):
            # Of a whole command, what follows is the next option.
            component = written.partition(" -")[0]
            if 2 < len(component) <= 80 and not component.isdigit():
                collector.add(Kind.PATH, component.strip(), line, end_line)
                collector.add(Kind.FOLDER, _folder_of(component.strip()), line, end_line)
