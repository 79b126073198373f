"""What a command is told that only floods are told: where to, by which method, from how many.

A flooder under an empty name shows itself by its arguments, and a load tool by how many it sends at
once. To know another load tool, add it to `_CROWD_OPTIONS` with the options that say how many.
"""

import re

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.own_places import OWN

_METHODS = frozenset(
    {"get", "post", "head", "stress", "udp", "tcp", "syn", "icmp", "ack", "http", "https", "tls"}
    | {"slow", "slowloris", "bypass", "cfb", "ovh", "flood", "dns", "ntp", "ping", "l4", "l7"}
)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?")
_TARGET = re.compile(rf"https?://\S+|{_ADDRESS.pattern}")
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
NOT_A_PAGE = 50
"""The second of the numbers at least: of a page and how much stands on it, one is small."""
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
    numbers = sorted(int(word) for word in given if _NUMBER.fullmatch(word))
    if len(numbers) < MANY_NUMBERS or numbers[-1] < MANY or numbers[-2] < NOT_A_PAGE:
        return False
    targets = [word for word in given if _TARGET.fullmatch(word) and not OWN.search(word)]
    by_method = any(word.lower() in _METHODS for word in given)
    bare = any(map(_ADDRESS.fullmatch, targets))
    return bool(targets) and (by_method or (bare and len(numbers) > MANY_NUMBERS))


def _crowd(program: str, words: tuple[str, ...]) -> int:
    """How many it sends at once, where it is told: `-c 900`, `-c900` or `--users=900`."""
    told = " ".join(words)
    amounts = (
        re.findall(rf"(?<!\S){one}[ =]?(\d{{1,9}})(?!\S)", told) for one in _CROWD_OPTIONS[program]
    )
    return max((int(one) for found in amounts for one in found), default=0)
