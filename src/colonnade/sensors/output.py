"""Forms of progress in what a program prints, told by their structure and not by a tool's name.

A program that was renamed still counts its work aloud: two losses behind a bare counter, frames a
second behind a bar, a rate of hashes. Training in general (epochs, steps, one loss) is no form
here. Pure, and linear in the text, which came from a runtime and may be anything; what is told of
it has its words dropped. To add a form, list it in `FORMS`, with a line that has it and a lookalike
that has not in the tests.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import re2

MAX_CHARACTERS = 8192
MAX_LINE_CHARACTERS = 400
EXAMPLE_CHARACTERS = 100
FEW = 3
"""Lines, in two looks or more, before a form is told: a lecture shows one, a program goes on."""
AGAIN_SECONDS = 60.0
FORGET_SECONDS = 600.0

MEMORY_BYTES = 32 << 20
"""For the automaton: it is built as texts ask for it, and gives up when it has no room."""

_BAR = r"\d{1,3}%\|[^|\n]*\| *\d+/\d+ \["
_RATE = r"\b\d+(?:\.\d+)? ?[kmgt]?i?"
FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("paired-losses", (r"\[[\d:]{8}\] ?\[#\d+\] ?\[\d+(?:\.\d+)?m?s\](?: ?\[\d+\.\d+\]){2}",)),
    (
        "paired-losses",
        (r"\[[\d:]{8}\] ?\[#\d+\] .*\ba\W{1,3}\d+\.\d+.*\bb\W{1,3}\d+\.\d+",),
    ),
    ("faces-extracted", (r"extract\w* [^|\n]{0,30}\bfaces?\b[^|\n]{0,20}" + _BAR,)),
    ("frames-merged", (r"^\s*(?:merging|blending)\W{1,3}" + _BAR,)),
    ("frames-swapped", (r"swap\w*[^|\n]{0,30}" + _BAR,)),
    (
        "frames-swapped",
        (_BAR + r"[^\]\n]*" + _RATE + r"frames?/s[^\]\n]*(?:threads|providers?)\b",),
    ),
    ("hash-rate", (_RATE + r"h/s\b",)),
    ("accepted-shares", (r"\baccepted\W{1,4}\d+/\d+", r"\bdiff\b|\b\d+ ?ms\b|h/s\b")),
    ("accepted-shares", (r"\bshares?\b[^\n]{0,20}\baccepted\b|\baccepted\b[^\n]{0,9}\bshare\b",)),
    ("torrent", (r"\[#[0-9a-f]{6} [^\]\n]*\bsd:\d+",)),
    (
        "torrent",
        (r"\b(?:peers?|seeds|seeders)\b", r"\d%", _RATE + r"b/s\b"),
    ),
    ("cracking-speed", (r"\bspeed\.#?\d*\W+" + _RATE + r"h/s\b",)),
    ("cracking-speed", (r"\b\d+g \d+:\d\d:\d\d:\d\d\b", _RATE + r"p/s\b", _RATE + r"c/s\b")),
    ("cracking-speed", (r"\b\d+(?:\.\d+)? tries/min\b",)),
    ("cracking-speed", (r"\bkeys tested \(" + _RATE + r" ?k/s\)",)),
    ("packet-flood", (r"\bpps\W{1,3}[\d.,]+", r"\bbps\W{1,3}[\d.,]+")),
)
"""Names, and expressions of RE2 that must all be found in one line, whatever the letters' case."""
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])")
_QUOTED = (("\\u001b", "\x1b"), ("\\r", "\n"), ("\\n", "\n"), ("\\t", " "), ('\\"', '"'))
_WORDS = re.compile(r"[^\W\d_]+|[^ -~]+")


@dataclass(frozen=True)
class Recognised:
    """A form that was seen `count` times since it was last told; `example` is without words."""

    form: str
    count: int
    example: str


class _Set:
    """All expressions of all forms, matched in one pass."""

    def __init__(self) -> None:
        options = cast("Any", re2).Options()
        options.case_sensitive = False
        options.log_errors, options.max_mem = False, MEMORY_BYTES
        self._set = cast("Any", re2).Set.SearchSet(options)
        self._needs: list[tuple[str, frozenset[int]]] = []
        for name, patterns in FORMS:
            numbers = frozenset(int(self._set.Add(f"(?m){one}")) for one in patterns)
            self._needs.append((name, numbers))
        self._set.Compile()

    def forms(self, text: str) -> set[str]:
        """Names of the forms whose every expression is found in `text`."""
        found = frozenset(cast("list[int] | None", self._set.Match(text)) or ())
        return {name for name, numbers in self._needs if numbers <= found}


_SET = _Set()


def forms_in(text: str) -> Iterator[tuple[str, str]]:
    """Form and line of each line that has one; `text` may be quoted as in JSON."""
    plain = _plain(text)
    if not _SET.forms(plain):
        return
    for line in plain.split("\n"):
        found = _SET.forms(line[:MAX_LINE_CHARACTERS])
        if "cracking-speed" in found:
            found.discard("hash-rate")
        for form in sorted(found):
            yield form, line


def redacted(line: str) -> str:
    """The line's form: digits and signs without the words, at most `EXAMPLE_CHARACTERS`."""
    return " ".join(_WORDS.sub("", line[:MAX_LINE_CHARACTERS]).split())[:EXAMPLE_CHARACTERS]


class Progress:
    """What one kernel or terminal prints, look by look; times are seconds of one clock."""

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}

    def take(self, text: str, now: float) -> list[Recognised]:
        """Look at a piece of output; what is to be told now."""
        seen: dict[str, _Count] = {}
        for form, line in forms_in(text):
            count = self._counts.setdefault(form, _Count(first_at=now, looked_at=now))
            if now - count.looked_at > FORGET_SECONDS:
                self._counts[form] = count = _Count(first_at=now, looked_at=now)
            count.add(line, now)
            seen[form] = count
        return [told for form, one in seen.items() if (told := one.tell(form, now)) is not None]


@dataclass
class _Count:
    first_at: float
    looked_at: float
    count: int = 0
    example: str = ""
    told_at: float | None = None

    def add(self, line: str, now: float) -> None:
        self.count += 1
        self.looked_at, self.example = now, line

    def tell(self, form: str, now: float) -> Recognised | None:
        lasting = self.count >= FEW and now > self.first_at
        due = lasting if self.told_at is None else now - self.told_at >= AGAIN_SECONDS
        if not due:
            return None
        told = Recognised(form, self.count, redacted(self.example))
        self.told_at, self.count = now, 0
        return told


def _plain(text: str) -> str:
    """Lines without quoting, escape sequences and returns, bounded."""
    text = text[-MAX_CHARACTERS:].encode("utf-8", "replace").decode("utf-8")
    for quoted, meant in _QUOTED:
        text = text.replace(quoted, meant)
    return _ESCAPES.sub("", text).replace("\r", "\n").replace("\0", "")
