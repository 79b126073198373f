"""Form fields of a notebook: what they are, what they are called, and which media they ask for.

Colab writes them as comments: `path = "" #@param {type: "string"}`.
"""

import re

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.roles import is_voice, medium_of, pairs, parts_of
from colonnade.detection.features.voices import is_named

_FIELD = re.compile(r"^[ \t]*(\w{1,80})[ \t]*=[ \t]*([^\n]{0,400}?)#[ \t]*@param\b([^\n]{0,2000})")
_TYPE = re.compile(r"type['\"]?[ \t]*:[ \t]*['\"]([\w-]{1,20})")
_CHOICE = re.compile(r"['\"]([^'\"\n]{1,80})['\"]")
_ADDRESS = re.compile(r"url|link|address|youtube", re.IGNORECASE)
MAX_FIELDS = 200


def read_forms(collector: Collector, source: str) -> frozenset[str]:
    """Note every form field in `source`, and the unequal media that the fields ask for.

    Returns the fields that ask for a recording and stand empty: somebody fills them in.
    """
    if "@param" not in source:
        return frozenset()
    names: list[str] = []
    empty: set[str] = set()
    first = last = 0
    for number, line in enumerate(source.split("\n"), 1):
        field = _FIELD.match(line) if "@param" in line else None
        if field is None or len(names) >= MAX_FIELDS:
            continue
        name, value, options = field[1], field[2], field[3]
        collector.add(Kind.FORM, f"{_kind(options)} {name}", number)
        for choice in _CHOICE.findall(options) if options.lstrip().startswith("[") else ():
            collector.add(Kind.CHOICE, choice, number)
        for medium in _media(name, value):
            collector.add(Kind.INPUT, f"form-{medium}", number)
        names.append(name)
        if value.strip() in {"''", '""'} and is_voice(name):
            empty.add(name)
        first, last = first or number, number
    for pair in pairs(names):
        collector.add(Kind.ASKED, pair, first, last)
    return frozenset(empty)


def _kind(options: str) -> str:
    if options.lstrip().startswith("["):
        return "dropdown"
    stated = _TYPE.search(options)
    return stated[1].lower() if stated else "string"


def _media(name: str, value: str) -> set[str]:
    found = {medium for medium in ("still", "video", "audio") if medium in parts_of(name)}
    stated = value.strip().strip("'\"")
    if medium := medium_of(stated):
        found.add(medium)
    elif is_named(stated):
        found.discard("audio")  # A voice of that name.
    if _ADDRESS.search(name):
        found.add("address")
    return found
