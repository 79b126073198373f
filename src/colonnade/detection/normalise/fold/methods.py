"""Methods of texts, bytes, lists and dictionaries, over values that are known.

To undo another disguise, add the method by its name. A method gets what it is called on, then the
arguments.
"""

from collections.abc import Callable, Mapping
from string import Formatter, Template

from colonnade.detection.normalise.fold.functions import Arguments, decode, recode
from colonnade.detection.normalise.fold.values import (
    MAX_FOLDED,
    Scalar,
    Value,
    items_of,
    joined,
    size_of,
    text_of,
)

Method = Callable[[Value, Arguments], Value | None]


def _decode(held: Value, arguments: Arguments) -> Value | None:
    coding = text_of(arguments[0]) if arguments else None
    if isinstance(held, bytes) and (coding is None or "rot" not in coding):
        return decode(held, coding or "utf8")
    return recode(held, coding) if coding else None


def _encode(held: Value, arguments: Arguments) -> Value | None:
    coding = str(arguments[0]).lower() if arguments else "utf8"
    if not isinstance(held, str):
        return None
    known = coding if coding in {"latin1", "latin-1", "utf-16", "utf-16le"} else "utf-8"
    return held.encode(known, "replace")


def _join(held: Value, arguments: Arguments) -> Value | None:
    items = items_of(arguments[0])
    return joined(items, held) if items is not None and isinstance(held, str | bytes) else None


def _replace(held: Value, arguments: Arguments) -> Value | None:
    old, new = arguments[0], arguments[1]
    if isinstance(held, bytes) and isinstance(old, bytes) and isinstance(new, bytes):
        return held.replace(old, new) if _grown(held, held.count(old), new) else None
    if isinstance(held, str) and isinstance(old, str) and isinstance(new, str):
        return held.replace(old, new) if _grown(held, held.count(old), new) else None
    return None


def _grown(held: str | bytes, times: int, new: str | bytes) -> bool:
    return len(held) + times * len(new) <= MAX_FOLDED


def fill(held: str, arguments: Arguments, keywords: dict[str, Value]) -> str | None:
    """`held.format(…)`: what is known is filled in, what is not stays; at most 200 places."""
    pieces: list[str] = []
    for count, (text, name, _, _) in enumerate(Formatter().parse(held)):
        pieces.append(text)
        if name is None or count >= 200:
            continue
        name, _, place = name.partition("[") if name.endswith("]") else (name, "", "")
        position = int(name) if name.isdigit() else sum(1 for one in pieces if one == "\0")
        value = keywords.get(name)
        if value is None and (not name or name.isdigit()) and position < len(arguments):
            value = arguments[position]
        if not name:
            pieces.append("\0")
        if place and value is not None:
            value = _item(value, place.removesuffix("]"))
        pieces.append(str(value) if isinstance(value, str | int) else "{" + name + "}")
    whole = joined(one for one in pieces if one != "\0")
    return whole if isinstance(whole, str) else None


def substitute(held: str, given: Mapping[Scalar, Value]) -> str | None:
    """`Template(held).substitute(…)`; what is not known stays."""
    known = {str(key): str(one) for key, one in given.items() if isinstance(one, str | int)}
    if len(held) + sum(map(len, known.values())) * held.count("$") > MAX_FOLDED:
        return None
    return Template(held).safe_substitute(known)


def _item(value: Value, place: str) -> Value | None:
    """`{0[1]}`, `{x[key]}`. Raises IndexError, KeyError."""
    if isinstance(value, list) and place.isdigit() and len(place) < 6:
        return value[int(place)]
    return value[place] if isinstance(value, dict) else None


def _parted(held: Value, arguments: Arguments, last: bool) -> Value | None:
    separator = arguments[0]
    if not isinstance(held, str) or not isinstance(separator, str):
        return None
    return list[Value](held.rpartition(separator) if last else held.partition(separator))


def _split_from_end(held: Value, arguments: Arguments) -> Value | None:
    match arguments:
        case [str() as separator, int() as times] if isinstance(held, str):
            return list[Value](held.rsplit(separator, times))
        case _:
            return _split(held, arguments)


def _asked(ask: Callable[[str], bool]) -> Method:
    return lambda held, _: ask(held) if isinstance(held, str) else None


def _begins(held: Value, arguments: Arguments, ends: bool) -> Value | None:
    affix = arguments[0]
    if not isinstance(held, str) or not isinstance(affix, str):
        return None
    return held.endswith(affix) if ends else held.startswith(affix)


def _split(held: Value, arguments: Arguments) -> Value | None:
    if not isinstance(held, str):
        return None
    match arguments:
        case []:
            return list[Value](held.split())
        case [str() as separator]:
            return list[Value](held.split(separator))
        case [str() as separator, int() as times, *_]:
            return list[Value](held.split(separator, times))
        case _:
            return None


def _strip(side: str) -> Method:
    def strip(held: Value, arguments: Arguments) -> Value | None:
        letters = arguments[0] if arguments else None
        if isinstance(held, str) and (letters is None or isinstance(letters, str)):
            return {"l": held.lstrip, "r": held.rstrip, "": held.strip}[side](letters)
        if isinstance(held, bytes) and (letters is None or isinstance(letters, bytes)):
            return {"l": held.lstrip, "r": held.rstrip, "": held.strip}[side](letters)
        return None

    return strip


def _translate(held: Value, arguments: Arguments) -> Value | None:
    table = arguments[0]
    if not isinstance(held, str) or not isinstance(table, dict):
        return None
    plain = {key: one for key, one in table.items() if isinstance(key, int)}
    return held.translate({key: one for key, one in plain.items() if isinstance(one, str | int)})


def _get(held: Value, arguments: Arguments) -> Value | None:
    key = arguments[0]
    if not isinstance(held, dict) or not isinstance(key, str | bytes | int):
        return None
    return held.get(key, arguments[1] if len(arguments) > 1 else None)


def _items(held: Value, _: Arguments) -> Value | None:
    if not isinstance(held, dict):
        return None
    return [[key, value] for key, value in held.items()]


def _affix(held: Value, arguments: Arguments, remove: Callable[[str, str], str]) -> Value | None:
    affix = arguments[0]
    return remove(held, affix) if isinstance(held, str) and isinstance(affix, str) else None


def _path_part(place: int) -> Method:
    """`with_name` and kin would change it; `joinpath` adds to it."""

    def add(held: Value, arguments: Arguments) -> Value | None:
        pieces = [one for one in (held, *arguments[place:]) if isinstance(one, str)]
        return "/".join(pieces) if len(pieces) == len(arguments) + 1 else None

    return add


def _to_bytes(held: Value, arguments: Arguments) -> Value | None:
    length = arguments[0] if arguments else 1
    order = text_of(arguments[1]) if len(arguments) > 1 else "big"
    if not isinstance(held, int) or not isinstance(length, int) or length > MAX_FOLDED:
        return None
    return held.to_bytes(length, "little" if order == "little" else "big")


def _same_text(change: Callable[[str], Value]) -> Method:
    return lambda held, _: change(held) if isinstance(held, str) else None


def _index(held: Value, arguments: Arguments) -> Value | None:
    sought = arguments[0]
    if isinstance(held, str) and isinstance(sought, str):
        return held.find(sought)
    return None


METHODS: dict[str, Method] = {
    "decode": _decode,
    "encode": _encode,
    "join": _join,
    "replace": _replace,
    "split": _split,
    "rsplit": _split_from_end,
    "partition": lambda held, a: _parted(held, a, last=False),
    "rpartition": lambda held, a: _parted(held, a, last=True),
    "islower": _asked(str.islower),
    "isupper": _asked(str.isupper),
    "isalpha": _asked(str.isalpha),
    "isdigit": _asked(str.isdigit),
    "isalnum": _asked(str.isalnum),
    "isspace": _asked(str.isspace),
    "startswith": lambda held, a: _begins(held, a, ends=False),
    "endswith": lambda held, a: _begins(held, a, ends=True),
    "format_map": lambda held, a: (
        fill(held, [], {str(key): one for key, one in a[0].items()})
        if isinstance(held, str) and isinstance(a[0], dict)
        else None
    ),
    "__add__": lambda held, a: (
        joined([held, a[0]]) if isinstance(held, str) and isinstance(a[0], str) else None
    ),
    "strip": _strip(""),
    "lstrip": _strip("l"),
    "rstrip": _strip("r"),
    "translate": _translate,
    "get": _get,
    "items": _items,
    "keys": lambda held, _: list(held) if isinstance(held, dict) else None,
    "values": lambda held, _: list(held.values()) if isinstance(held, dict) else None,
    "copy": lambda held, _: held,
    "find": _index,
    "index": _index,
    "lower": _same_text(str.lower),
    "upper": _same_text(str.upper),
    "title": _same_text(str.title),
    "swapcase": _same_text(str.swapcase),
    "casefold": _same_text(str.casefold),
    "capitalize": _same_text(str.capitalize),
    "splitlines": _same_text(lambda text: list[Value](text.splitlines())),
    "removeprefix": lambda held, a: _affix(held, a, str.removeprefix),
    "removesuffix": lambda held, a: _affix(held, a, str.removesuffix),
    "zfill": lambda held, a: (
        held.zfill(a[0]) if isinstance(held, str) and isinstance(a[0], int) and a[0] < 99 else None
    ),
    "hex": lambda held, _: held.hex() if isinstance(held, bytes) else None,
    "to_bytes": _to_bytes,
    "tobytes": lambda held, _: held if isinstance(held, bytes) else None,
    "joinpath": _path_part(0),
    "as_posix": lambda held, _: held if isinstance(held, str) else None,
}

CHANGES: dict[str, Method] = {
    "append": lambda held, a: [*held, a[0]] if isinstance(held, list) else None,
    "extend": lambda held, a: _extended(held, a[0]),
    "insert": lambda held, a: (
        [*held[: a[0]], a[1], *held[a[0] :]]
        if isinstance(held, list) and isinstance(a[0], int)
        else None
    ),
    "reverse": lambda held, _: held[::-1] if isinstance(held, list) else None,
    "update": lambda held, a: (
        {**held, **a[0]} if isinstance(held, dict) and isinstance(a[0], dict) else None
    ),
}
"""Methods that change what they are called on; each gives the changed value."""
CHANGES_NEED = {"reverse": 0, "insert": 2}
"""How many arguments; one where nothing is said."""


def _extended(held: Value, added: Value) -> Value | None:
    items = items_of(added)
    if isinstance(held, bytes) and isinstance(added, bytes):
        return held + added
    if not isinstance(held, list) or items is None or size_of(held) + len(items) > MAX_FOLDED:
        return None
    return [*held, *items]
