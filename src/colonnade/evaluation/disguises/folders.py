"""Clones that go by another name on disk."""

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

from colonnade.evaluation.disguises.spelling import fresh

_CLONE = re.compile(
    r"""(?P<before>\bgit[ \t]+clone\b(?:[ \t]+[^\s;|&'"]+){0,8}?[ \t]+)
        (?P<quote>['"]?)(?P<url>(?:(?:https?|git|ssh|file)://|git@)[^\s;|&'"{}$()]++)(?![{$])(?P=quote)
        (?P<folder>[ \t]+(?!-)[\w./~-]++(?![>{$]))?""",
    re.VERBOSE,
)
_ADDRESS = re.compile(r"\b(?:\w+://|git@)[^\s'\"]+")
_ROOTS = r"(?:content|working|workspace|tmp|MyDrive|drive|\.{1,2}|~|\})/"
_IN_PATH = rf"(?:^|[\s'\"=(,:}}]|(?:^|[\s'\"=(/.~}}]){_ROOTS}|[\s'\"=(}}]/)"
_CALLS = r"(?:chdir|Path|isdir|exists|listdir|append|join|rmtree|insert)"
_IN_PYTHON = rf"(?:{_CALLS}\((?:\d, ?)?['\"]|\bcd |{_ROOTS})"
_PACKAGE = re.compile(r"(?:\s-m|\binstall|\bimport|\bfrom)\s*$")

MAX_MENTIONS = 5
"""How often one shell line may name a folder by itself; each pass finds the first that is left."""
Namer = Callable[[str], str]


def rename_clones(cells: Sequence[str], namer: Namer) -> list[list[str]]:
    """Every folder that `git clone` makes by the name that `namer` gives it, wherever it is used.

    The path of a file, the folder of a command and the like follow; packages, addresses and other
    texts that happen to have the same name do not.
    """
    names: dict[str, str] = {}
    cloned = [_CLONE.sub(lambda clone: _named(clone, names, namer), cell) for cell in cells]
    used = [(re.compile(_pattern(old)), new) for old, new in names.items()]
    return [[_follow(cell, used)] for cell in cloned]


def _named(clone: re.Match[str], names: dict[str, str], namer: Namer) -> str:
    written = (clone["folder"] or "").strip()
    parent, _, old = (written or clone["url"]).rstrip("/").rpartition("/")
    old = old if written else old.removesuffix(".git")
    if not old.strip(".~"):
        return clone[0]
    new = names.setdefault(old, namer(old))
    folder = f"{parent}/{new}" if written and parent else new
    return f"{clone['before']}{clone['quote']}{clone['url']}{clone['quote']} {folder}"


def _pattern(old: str) -> str:
    name = re.escape(old)
    return (
        rf"(?P<path>{_IN_PATH}){name}(?=/)"
        rf"|(?P<python>{_IN_PYTHON}){name}(?=$|[\s'\";&)])"
        rf"|(?P<shell>^[ \t]*[!%].*?[\s='\"]){name}(?=$|[\s;&)'\"])"
    )


def _follow(cell: str, used: Sequence[tuple[re.Pattern[str], str]]) -> str:
    script = cell.lstrip().startswith(("%%bash", "%%sh"))
    return "\n".join(_follow_line(line, used, script) for line in cell.split("\n"))


def _follow_line(line: str, used: Sequence[tuple[re.Pattern[str], str]], script: bool) -> str:
    for pattern, new in used:
        text = f"!{line}" if script else line
        pieces: list[str] = []
        position = 0
        for start, end in _outside_addresses(text):
            pieces += (text[position:start], _renamed(text[start:end], pattern, new))
            position = end
        text = "".join(pieces) + text[position:]
        line = text[1:] if script else text
    return line


def _renamed(text: str, pattern: re.Pattern[str], new: str) -> str:
    def replace(found: re.Match[str]) -> str:
        before = found["path"] or found["python"] or found["shell"] or ""
        return found[0] if _PACKAGE.search(before) else before + new

    for _ in range(MAX_MENTIONS):
        before, text = text, pattern.sub(replace, text)
        if text == before:
            break
    return text


def _outside_addresses(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for address in _ADDRESS.finditer(text):
        yield position, address.start()
        position = address.end()
    yield position, len(text)


def renamed_clone(cells: Sequence[str], random: Random) -> list[list[str]]:
    """Every clone lies in a folder with a random name, and all paths follow."""
    everything = "\n".join(cells)
    return rename_clones(cells, lambda _: fresh(random, everything))
