"""Whether a loop tries one candidate after another: against a hash, a lock, a log-in, an address.

A check happens once, against what somebody gave; a guess happens again and again, with another
candidate each time against the same thing. Proofs of work compare the beginning of a hash with
zeros, and checks of files compare each with its own sum: neither guesses. What opens with a
password is told by `locks`, log-ins by `logins`, keys of wallets by `keys`.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from tree_sitter import Node

from colonnade.detection.features.candidates import WORDS, are_words
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.keys import tries_keys
from colonnade.detection.features.locks import tries_lock
from colonnade.detection.features.logins import MANY_CODES, SENDS, tries_login
from colonnade.detection.features.loop import Loop, beginning_of, words_of
from colonnade.detection.features.reached import own_functions
from colonnade.detection.features.rounds import named
from colonnade.detection.features.targets import FETCHERS
from colonnade.detection.normalise.fold import Folder, arguments_of, source_of

_DIGEST = re.compile(
    r"digest\(|\bcrypt\(|\.hash\(|pbkdf2\w*\(|ntlm|nthash|md5\(|sha\d+\(", re.IGNORECASE
)
_HASHES = re.compile(
    r"^(?:target_?|leaked_?|stolen_?|shadow_?)?(?:hash(?:es)?|digests?)(?:_?list|_?set)?$"
)
_SHORTENED = re.compile(r"\bint\(|%|\)\[:|\bopen\(|\.read\w*\(")
"""A part of a hash, a number made of one, or the hash of a file: tables and checks use these."""
_CHECK = re.compile(r"(?:^|\.)(?:checkpw|check_password_hash|verify|verify_password)$")
_CANDIDATES = re.compile(
    rf"{WORDS}|readlines|open\(|\.txt|chars|letters|ascii|digit|alphab|numbers|\blines?\b"
    r"|^t?range\(|^f\w?$|^\w*list$|^(?:True|1)$"
)
_CODE = re.compile(r"gift|coupon|voucher|promo|redeem|balance|\bcodes?\b|licen[sc]e", re.IGNORECASE)
_DRAWS = re.compile(r"random|secrets|token_hex|choices\(")
"""Narrower than chance in `loops`: sought in whole functions, where `choice` may be a person's."""
_ATTACKED_WITH = re.compile(r"rockyou|\.(?:hc22000|hccapx|potfile|rule)$", re.IGNORECASE)
_WHO_OPTIONS = frozenset({"-u", "-l", "--user", "--username", "--login", "--email", "--account"})
_LIST = re.compile(
    r"rockyou|(?:^|[/_-])(?:word|pass(?:word)?s?[-_]?)lists?\b|(?:^|/)pass(?:word)?s?\.(?:txt|lst)$",
    re.IGNORECASE,
)
MANY_NUMBERS = 10_000


def read_guesses(collector: Collector, folder: Folder, loop: Loop, line: int, end: int) -> None:
    """Note against what the loop tries one candidate after another."""
    for value, is_guessed in _GUESSES.items():
        if is_guessed(folder, loop):
            collector.add(Kind.GUESS, value, line, end)


def read_attack(
    collector: Collector, program: str, words: Sequence[str], line: int, end: int
) -> None:
    """Note that a program is told what to attack and a list to do it with.

    Of a hash its kind and a way, of a log-in in whose name.
    """
    letters = {word[:2] for word in words if word[:1] == "-" and word[:2] != "--"}
    if {"-m", "-a"} <= letters and program != "git" and any(map(_ATTACKED_WITH.search, words)):
        collector.add(Kind.GUESS, "told", line, end)
    lists = [before for before, word in pairwise(words) if _LIST.search(word)]
    told = any(one.startswith("-") and one not in _WHO_OPTIONS for one in lists)
    if told and _WHO_OPTIONS & set(words) and program not in FETCHERS:
        collector.add(Kind.GUESS, "login", line, end)


def _hash(folder: Folder, loop: Loop) -> bool:
    words = are_words(folder, loop)
    if not words and not _CANDIDATES.search(loop.over):
        return False
    for call, _ in named(folder, loop, _CHECK):
        if len(arguments_of(call)) > 1:
            tried, against = arguments_of(call)[:2]
            if loop.is_candidate(tried) and not loop.differs(against):
                return True
    hashing = {one.name for one in own_functions(folder, loop) if _DIGEST.search(one.source)}
    return any(_compares(loop, one, hashing, words) for one in loop.compared)


def _compares(loop: Loop, node: Node, hashing: set[str], words: bool) -> bool:
    """`digest(candidate) == the same hash`, in either order, or one of a list of hashes.

    `words` says that the loop goes through words of a list.
    """
    sides = node.named_children
    is_equal = any(child.type == "==" for child in node.children)
    is_listed = any(child.type == "in" for child in node.children)
    if len(sides) != 2 or not (is_equal or is_listed) or _is_passed_over(node):
        return False
    if is_listed and not (
        words or _HASHES.search(source_of(sides[1])[:60]) or _counts_up(loop, sides[1])
    ):
        return False
    for tried, against in (tuple(sides), tuple(reversed(sides))):
        made = loop.made.get(source_of(tried), tried)
        if against.type not in {"identifier", "attribute", "string", "subscript"}:
            continue
        if _DIGEST.search(f"{loop.before.get(source_of(against), '')}("):
            continue  # It was hashed here, for the exercise.
        text = source_of(made)[:400]
        own = made.type == "call" and text.partition("(")[0] in hashing
        if not (own or _DIGEST.search(text)) or made.type == "subscript" or _SHORTENED.search(text):
            continue
        if loop.is_candidate(made) and not loop.differs(against) and not _grows(loop, against):
            return True
    return False


def _counts_up(loop: Loop, among: Node) -> bool:
    """Whether very many numbers are gone through, and `among` was read from a file."""
    if (loop.rounds or 0) < MANY_NUMBERS or among.type != "identifier":
        return False
    cell = loop.node
    while cell.parent is not None:
        cell = cell.parent
    read = rf"^[ \t]*{re.escape(source_of(among))}\s?=\s?[^\n]{{0,200}}(?:\bopen\(|read)"
    return bool(re.search(read, beginning_of(cell), re.MULTILINE))


def _numbers(folder: Folder, loop: Loop) -> bool:
    """Each of very many numbers is hashed and looked for among hashes from a file."""
    listed = (one.named_children[-1] for one in loop.compared if " in " in source_of(one)[:200])
    return any(_counts_up(loop, one) for one in listed) and _hash(folder, loop)


def _is_passed_over(node: Node) -> bool:
    """`if …: continue`: what was done before is left out."""
    asked = node.parent
    then = asked.child_by_field_name("consequence") if asked is not None else None
    return then is not None and source_of(then)[:40].strip().startswith("continue")


def _grows(loop: Loop, node: Node) -> bool:
    """Whether the loop itself fills what is looked in."""
    name = re.escape(source_of(node)[:60])
    return bool(re.search(rf"{name}(?:\[[^\]]*\]\s*=[^=]|\.(?:add|append|update)\()", loop.text))


def _code(folder: Folder, loop: Loop) -> bool:
    """Codes that are drawn are handed to a service, to see which of them are worth something."""
    few = loop.rounds is not None and loop.rounds < MANY_CODES
    if few or not _CODE.search(loop.text):
        return False
    drawing = {one.name for one in own_functions(folder, loop) if _DRAWS.search(one.source)}
    drawn = loop.by_chance | {
        name
        for name, made in loop.made.items()
        if source_of(made)[:80].partition("(")[0] in drawing
    }
    return any(
        any(drawn & words_of(one) for one in arguments_of(call) if "prox" not in source_of(one))
        for call, _ in named(folder, loop, SENDS)
    )


_GUESSES: dict[str, Callable[[Folder, Loop], bool]] = {
    "hash": _hash,
    "numbers": _numbers,
    "lock": tries_lock,
    "login": tries_login,
    "key": tries_keys,
    "code": _code,
}
