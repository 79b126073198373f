"""Takes secrets out of command lines before they are kept. Pure.

Known forms go by their name (`--password x`, `TOKEN=x`, `Authorization: x`, `https://a:x@host`) or
by their look (keys of well-known services, JSON web tokens, private keys). What is long and looks
drawn at random goes too. Names of options, folders, files and hosts stay, since they tell what
runs, and so does the address of a wallet where a user is named: it is public, and tells a miner.

To add a form, add it to `_NAMES` or `_FORMS` and an example to the test.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

HIDDEN = "<redacted>"

_NAMES = (
    r"pass(?:wd|word|phrase|code)?|pwd|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|"
    r"private[_-]?key|secret[_-]?key|account[_-]?key|signing[_-]?key|encryption[_-]?key|"
    r"credentials?|auth(?:entication)?|bearer|session[_-]?(?:id|key)|jwt|sig|signature|sas|otp|"
    r"license[_-]?key|webhook|dsn|connection[_-]?string"
)
_NAME = re.compile(rf"(?:^|[-_.])(?:{_NAMES})$", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ASSIGNED = re.compile(
    rf"((?:(?<![A-Za-z0-9])(?:{_NAMES})|(?:password|passwd|secret|token|apikey))"
    r"[\"']?\s*(?:=|:|%3D)\s*[\"']?)[^\s\"'&;,]+",
    re.IGNORECASE,
)
_HEADER = re.compile(r"\b((?:proxy-)?authorization|(?:set-)?cookie)\s*[:=].*", re.I | re.DOTALL)
_IN_ADDRESS = re.compile(r"(?<=://)[^\s/?#]*@")
_FORMS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*|"
    r"\bey[JK][\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?|"
    r"\b(?:bearer|basic)\s+[\w.~+/=-]{6,}|"
    r"\b(?:gh[opusr]_|github_pat_|glpat-|hf_|sk-|[srp]k_(?:live|test)_|xox[abprs]-|npm_|pypi-|"
    r"dckr_pat_|AKIA|ASIA|AIza|ya29\.|shpat_|SG\.|r8_|nvapi-|gsk_|tskey-)[\w.-]{8,}",
    re.DOTALL,
)
_SECRET_OPTIONS = {"curl": ("-u", "-U"), "mysql": ("-p",), "sshpass": ("-p",)}
_WHO = frozenset({"-u", "--user", "-w", "--wallet", "-wal", "-user"})
_WALLET = re.compile(r"0x[0-9a-fA-F]{40}|bc1[a-z0-9]{39,59}|[1-9A-HJ-NP-Za-km-z]{26,106}")

_PLAIN = re.compile(r"[\w./-]{0,10}")
"""Too short for any key, and without a sign that would give a value a name."""
MOST_REMEMBERED_CHARACTERS = 200
_RUN = re.compile(r"[A-Za-z0-9+/=_~-]{20,}")
_ROOTS = re.compile(
    r"/(?:usr|opt|content|drive|tmp|home|root|proc|dev|etc|var|run|s?bin|lib\w*|mnt|media|data|"
    r"kaggle|workspace|srv|sys)(?:/|$)"
)
_WORDS = re.compile(
    r"(?:[A-Z]?[a-z]{2,20}){1,6}\d{0,4}|[a-z]{0,2}\d{0,6}[a-z]{0,4}|[A-Z]{1,12}\d{0,4}|\d{1,14}|"
    r"(?:\d{1,5}x)+\d{1,5}|[A-Za-z]?\d{1,6}[A-Za-z]?|",
)
_LEAST_BITS = 3.0
"""Of entropy for each character: 24 hexadecimal digits drawn at random have 3.2 and more."""


def redact(words: Sequence[str]) -> tuple[str, ...]:
    """The same words, secrets replaced by `HIDDEN`."""
    program = words[0].rsplit("/", 1)[-1] if words else ""
    telling = _SECRET_OPTIONS.get(program, ())
    kept: list[str] = []
    before = ""
    for word in words:
        if before in telling or (not _is_option(word) and _is_telling(before)):
            kept.append(HIDDEN)
        elif before in _WHO and _WALLET.fullmatch(word.partition(".")[0]):
            kept.append(word)
        elif word[:2] in telling and len(word) > 2:
            kept.append(f"{word[:2]}{HIDDEN}")
        else:
            kept.append(redact_text(word))
        before = word
    return tuple(kept)


def redact_text(text: str) -> str:
    """A text without what in it looks like a secret."""
    if _PLAIN.fullmatch(text):
        return text
    return _remembered(text) if len(text) <= MOST_REMEMBERED_CHARACTERS else _redacted(text)


def _redacted(text: str) -> str:
    text = _HEADER.sub(rf"\1: {HIDDEN}", text)
    text = _IN_ADDRESS.sub(f"{HIDDEN}@", text)
    text = _ASSIGNED.sub(rf"\1{HIDDEN}", text)
    text = _FORMS.sub(HIDDEN, text)
    return _RUN.sub(lambda found: _without_random(found[0]), text)


_remembered = lru_cache(1024)(_redacted)
"""Most command lines are of words that were there before."""


def _is_option(word: str) -> bool:
    return len(word) > 1 and word.startswith("-")


def _is_telling(option: str) -> bool:
    """Whether the word after this option is a secret."""
    named = _CAMEL.sub("-", option.lstrip("-"))
    return _is_option(option) and "=" not in option and bool(_NAME.search(named))


def _without_random(run: str) -> str:
    """A run of letters, digits and joining signs; of a path only the parts that are random go."""
    if "/" in run and (_ROOTS.match(run) or all(map(_is_words, run.split("/")))):
        parts = run.split("/")
        return "/".join(HIDDEN if len(one) >= 20 and _is_random(one) else one for one in parts)
    return HIDDEN if _is_random(run) else run


def _is_random(run: str) -> bool:
    mixed = sum(any(map(kind, run)) for kind in (str.islower, str.isupper, str.isdigit))
    return mixed >= 2 and not _is_words(run) and _bits(run) >= _LEAST_BITS


def _is_words(run: str) -> bool:
    """Whether it is made of words, versions and numbers: `face-swapper_v2-128x128`."""
    return all(map(_WORDS.fullmatch, re.split(r"[-_=+~]", run)))


def _bits(text: str) -> float:
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
