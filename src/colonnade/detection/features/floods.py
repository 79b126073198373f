"""What a command is told that only floods are told: where to, by which method, from how many.

A flooder under an empty name shows itself by its arguments, and a load tool by how many it sends at
once. To know another load tool, add it to `_CROWD_OPTIONS` with the options that say how many.
"""

import re

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.loops import OWN

_METHODS = frozenset(
    {"get", "post", "head", "stress", "udp", "tcp", "syn", "icmp", "ack", "http", "https", "tls"}
    | {"slow", "slowloris", "bypass", "cfb", "ovh", "flood", "dns", "ntp", "ping", "l4", "l7"}
)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?")
_HOST = re.compile(r"(?:https?://)?[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}(?::\d{1,5})?(?:/\S{0,200})?")
_FILE = re.compile(r"\.(?:py|txt|json|csv|ya?ml|sh|cfg|ini|log|js)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}")
_CROWD_OPTIONS = {
    "locust": ("-u", "--users", "-c"),
    "k6": ("-u", "--vus"),
    "wrk": ("-c", "--connections"),
    "ab": ("-c",),
    "hey": ("-c",),
    "bombardier": ("-c", "--connections"),
    "siege": ("-c", "--concurrent"),
    "h2load": ("-c", "--clients"),
    "slowhttptest": ("-c",),
    "vegeta": ("-rate",),
    "artillery": ("--count", "-c"),
}
MANY_NUMBERS = 2
MANY = 100
"""Threads, seconds or requests of a flood; the pages of a download are fewer."""
CROWD = 1000
"""Users at once that are no trial of a page."""


def read_flooding(
    collector: Collector, program: str, rest: tuple[str, ...], is_script: bool, line: int, end: int
) -> None:
    """Note `told` of a script that is told what only floods are, and `crowd` of a load tool."""
    if is_script and _is_flood(rest):
        collector.add(Kind.FLOOD, "told", line, end)
    if program in _CROWD_OPTIONS and _crowd(program, rest) >= CROWD:
        collector.add(Kind.FLOOD, "crowd", line, end)


def _is_flood(words: tuple[str, ...]) -> bool:
    """Whether they say where to, and how much: by which method, or to a bare address."""
    given = [word for word in words if not word.startswith("-")]
    numbers = [int(word) for word in given if _NUMBER.fullmatch(word)]
    if len(numbers) < MANY_NUMBERS or max(numbers) < MANY:
        return False
    if not any(_HOST.fullmatch(word) and not _is_harmless(word) for word in given):
        return False
    by_method = any(word.lower() in _METHODS for word in given)
    bare = any(map(_ADDRESS.fullmatch, given))
    return by_method or (bare and len(numbers) > MANY_NUMBERS)


def _is_harmless(word: str) -> bool:
    """Whether it is a file, a number, or a place of one's own."""
    return bool(_FILE.search(word) or OWN.search(word) or re.fullmatch(r"[\d.]{1,12}", word)) and (
        not _ADDRESS.fullmatch(word) or bool(OWN.search(word))
    )


def _crowd(program: str, words: tuple[str, ...]) -> int:
    """How many it sends at once, where it is told: `-c 900`, `-c900` or `--users=900`."""
    told = " ".join(words)
    amounts = (
        re.findall(rf"(?<!\S){one}[ =]?(\d{{1,9}})(?!\S)", told) for one in _CROWD_OPTIONS[program]
    )
    return max((int(one) for found in amounts for one in found), default=0)
