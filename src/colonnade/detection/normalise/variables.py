"""What the variables of a shell text stand for, and the text with them put in.

Everything is text: nothing is run. What a variable holds is what the text itself assigns, reads or
loops over, then what `Constants` knows; `${x,,}`, `${x/a/b}`, `${x:-y}` and their kind are worked
out. To know another expansion, add its sign to `_CHANGES`.
"""

import fnmatch
import re
import shlex
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol

from colonnade.detection.limits import Unscannable
from colonnade.detection.normalise.fold.literals import unescape

MAX_EXPANDED = 100_000
_TOO_MUCH = f"its variables stand for more than {MAX_EXPANDED} characters"
LINE_BREAK = "\v"
"""Stands for a line break within a value, so that the lines of the text stay as they are."""


class Constants(Protocol):
    """What is known of variables; a dictionary is one."""

    def get(self, key: str, /) -> str | None:
        """The text that a variable or an expression in braces stands for, or None."""
        ...


_VARIABLE = re.compile(
    r"\"\$\{?[@*]\}?\"|\$\{(?P<indirect>!?)(?P<changed>\w+)(?P<change>[:/#%,^@-][^{}\n]{0,200})?\}"
    r"|\$?\{(?P<expression>[^{}\n$]{1,200})\}|\$(?P<name>\w+|[@*])"
)
"""`${x}`, `${x:1:2}`, `${!x}`, IPython's `{x}` and `{x + '/y'}`, `$x`, `"$@"`."""
_BRACES = re.compile(r"(?<![^\s;&|(])\{([^{}\s,'\":]+(?:,[^{}\s,'\"]+)+)\}(?![^\s;&|)])")
"""`{git,clone,x}` as a word by itself, which is three."""
_ASSIGNED = re.compile(
    r"(?:^|[;&\s])([A-Za-z_]\w*)(\+?)="
    r"(\$?'[^'\n]*'|\"[^\"\n]*\"|\$\([^()\n]{1,20000}\)|[^\s;&|'\"]+)",
    re.MULTILINE,
)
_LOOPED = re.compile(r"\bfor[ \t]+(\w+)[ \t]+in[ \t]+([^;\n]{1,2000})(?=;|\n)")
_READ = re.compile(r"\bread((?:[ \t]+[\w-]+)+)[ \t]*<<<[ \t]*(\"[^\"\n]*\"|'[^'\n]*'|[^\s;]+)")
_PRINTED = re.compile(r"\bprintf[ \t]+-v[ \t]+(\w+)[ \t]+['\"]?%[sb]['\"]?[ \t]+([^\s;&|]+)")
_SET = re.compile(r"\bset[ \t]+--[ \t]+([^;&|\n]{1,2000})")
_HOLDS_DOCUMENT = re.compile(r"(\w+)=\"?\$\([ \t]*cat[ \t]*$|\bread\b[^;|&\n]*[ \t](\w+)[ \t]*$")
"""`CODE=$(cat <<EOF`, `read -r -d '' CODE <<EOF`, without the `<<EOF`."""
_LOOPING = "for "
"""Before the name of a loop's variable: its first word, where it is a part of a longer one."""
_SLICE = re.compile(r":[ \t]*(\d{1,6})(?::(\d{1,6}))?")


def assigned(
    text: str,
    documents: Mapping[int, str],
    constants: Constants,
    substitute: Callable[[str], str],
) -> dict[str, str]:
    """Variables that the text gives a value; each may be made of those before it.

    documents: here-documents by the line that they are asked on, which has lost its `<<`.
    substitute: puts in what `$(…)` prints.
    Raises Unscannable above `MAX_EXPANDED`.
    """
    held = _documents_held(text, documents) if documents else {}
    found = dict(held)
    if "=" in text:
        for match in _ASSIGNED.finditer(text):
            if match[1] in held:
                continue
            value = _value(match[3], found, constants, substitute)
            if match[2]:
                value = found.get(match[1], "") + value
            if len(value) > MAX_EXPANDED:
                raise Unscannable(_TOO_MUCH)
            found[match[1]] = value
    if "$" in text:
        _take_given(text, found, lambda written: _value(written, found, constants, substitute))
    return found


def _documents_held(text: str, documents: Mapping[int, str]) -> dict[str, str]:
    lines = text.split("\n")
    held = ((_HOLDS_DOCUMENT.search(lines[line - 1]), body) for line, body in documents.items())
    return {found[1] or found[2]: body for found, body in held if found}


def _value(
    written: str, found: Mapping[str, str], constants: Constants, substitute: Callable[[str], str]
) -> str:
    value = written.strip("'\"")
    if written.startswith("$'"):
        return unescape(written[2:-1])
    if not written.startswith("'") and ("$" in value or "`" in value):
        return substitute(expand(value, found, constants))
    return value


def _take_given(text: str, found: dict[str, str], value: Callable[[str], str]) -> None:
    """What `for`, `read` and `set --` give to variables; a loop's has all its words at once."""
    for loop in _LOOPED.finditer(text):
        words = value(loop[2].strip())
        if not any(sign in words for sign in "$`{"):
            found.setdefault(loop[1], words)
            found.setdefault(_LOOPING + loop[1], words.split(maxsplit=1)[0] if words else "")
    for read in _READ.finditer(text):
        names = [name for name in read[1].split() if not name.startswith("-")]
        words = value(read[2]).split(None, max(len(names) - 1, 0))
        found.update(zip(names, words, strict=False))
    for printed in _PRINTED.finditer(text):
        found[printed[1]] = value(printed[2])
    for given in _SET.finditer(text):
        found["@"] = found["*"] = given[1].strip()
        with suppress(ValueError):
            words = shlex.split(value(given[1].strip()))
            found.update((str(place), word) for place, word in enumerate(words, 1))


def expand(text: str, own: Mapping[str, str], constants: Constants) -> str:
    """Replace variables as IPython does: as text, before the shell sees it. Lines are kept.

    Raises Unscannable above `MAX_EXPANDED`.
    """
    if "$" not in text and "{" not in text:
        return text
    room = MAX_EXPANDED

    def known_as(name: str) -> str | None:
        if name == "IFS":
            return own.get(name, " ")
        known = own.get(name)
        return constants.get(name) if known is None else known

    def value(variable: re.Match[str]) -> str:
        nonlocal room
        name = variable["changed"] or variable["expression"] or variable["name"] or "@"
        known = known_as(name)
        if variable["indirect"]:
            known = known_as(known) if known else None
        elif _LOOPING + name in own and not _is_word(variable):
            known = own[_LOOPING + name]
        if variable["change"]:
            known = _changed(known, variable["change"])
        if known is None:
            return variable[0]
        room -= len(known)
        if room < 0:
            raise Unscannable(_TOO_MUCH)
        return known.replace("\n", LINE_BREAK)

    expanded = _VARIABLE.sub(value, text)
    return _BRACES.sub(lambda found: found[1].replace(",", " "), expanded)


def _is_word(variable: re.Match[str]) -> bool:
    """Whether nothing stands directly beside it: in a loop it is then each word in turn."""
    text, (start, end) = variable.string, variable.span()
    return not (
        text[start - 1 : start].strip(" \t\n\"'") or text[end : end + 1].strip(" \t\n;&|\"'")
    )


def _changed(known: str | None, change: str) -> str | None:
    """`${x<change>}` for the `known` x; None when that is not known."""
    if change.startswith((":-", ":=", "-")):
        return known or change.lstrip(":").lstrip("-=")
    if known is None or len(known) > MAX_EXPANDED:
        return None
    if found := _SLICE.fullmatch(change):
        start = int(found[1])
        return known[start : start + int(found[2])] if found[2] else known[start:]
    for sign, work_out in _CHANGES.items():
        if change.startswith(sign):
            return work_out(known, change[len(sign) :])
    return None


def _replaced(known: str, rest: str, times: int) -> str:
    old, _, new = rest.partition("/")
    return known.replace(old, new, times) if old and len(new) < 100 else known


def _without(known: str, pattern: str, from_end: bool, longest: bool) -> str:
    """Without the shortest or longest beginning, or end, that fits a pattern of a file's name."""
    if len(known) > MAX_TRIMMED or pattern.count("*") > 1:
        return known
    fits = re.compile(fnmatch.translate(pattern))
    lengths = range(len(known) + 1)
    for length in reversed(lengths) if longest else lengths:
        piece = known[len(known) - length :] if from_end else known[:length]
        if fits.match(piece):
            return known[: len(known) - length] if from_end else known[length:]
    return known


MAX_TRIMMED = 300
_CHANGES: dict[str, Callable[[str, str], str | None]] = {
    ",,": lambda known, _: known.lower(),
    "^^": lambda known, _: known.upper(),
    ",": lambda known, _: known[:1].lower() + known[1:],
    "^": lambda known, _: known[:1].upper() + known[1:],
    "//": lambda known, rest: _replaced(known, rest, -1),
    "/": lambda known, rest: _replaced(known, rest, 1),
    "##": lambda known, rest: _without(known, rest, from_end=False, longest=True),
    "#": lambda known, rest: _without(known, rest, from_end=False, longest=False),
    "%%": lambda known, rest: _without(known, rest, from_end=True, longest=True),
    "%": lambda known, rest: _without(known, rest, from_end=True, longest=False),
    ":+": lambda _, rest: rest,
    "@": lambda known, _: known,
}
"""By the sign after the name; the longer signs come before those that they begin with."""
