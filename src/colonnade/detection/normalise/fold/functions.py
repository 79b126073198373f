"""Functions of the standard library that texts are hidden with, over values that are known.

To undo another disguise, add the function by its dotted name; its result is judged as if it had
been written plainly. A name in `_HIDING` is noted among the ways of hiding once it was undone.
"""

import base64
import bz2
import codecs
import html
import json
import lzma
import quopri
import re
import shlex
import textwrap
import unicodedata
import urllib.parse
import zlib
from collections.abc import Callable
from typing import Any, Literal, cast

from colonnade.detection.normalise.fold.values import (
    MAX_FOLDED,
    Scalar,
    Value,
    items_of,
    joined,
    octets,
    text_of,
)

Arguments = list[Value]
MAX_RANGE = 20_000
MAX_DECOMPRESSOR_BYTES = 16 << 20
"""Memory that LZMA may take for its dictionary."""


def inflate(data: bytes, raw: bool = False) -> bytes:
    """zlib or gzip, or `raw` without a header, at most `MAX_FOLDED` bytes. Raises zlib.error."""
    return zlib.decompressobj(wbits=-15 if raw else 47).decompress(data, MAX_FOLDED)


def recode(value: Value, coding: str) -> Value | None:
    """`value` through a codec that turns bytes into bytes or texts into texts, or None."""
    coding = coding.lower().replace("-", "").replace("_", "").removesuffix("codec")
    if coding == "rot13" and isinstance(value, str):
        return codecs.encode(value, "rot13")
    if coding == "hex":
        return bytes.fromhex(octets(value).decode())
    if coding == "base64":
        return base64.b64decode(octets(value))
    if coding in {"zlib", "zip"}:
        return inflate(octets(value))
    return decode(value, coding)


_SPECIAL = re.compile(r"(?<!\\)[.^$*+?{}\[\]()|]|\\[\w\\]")
"""What makes a regular expression more than a text."""
_CODINGS = {"unicodeescape": "unicode_escape", "utf16le": "utf-16-le", "utf16be": "utf-16-be"}


def decode(value: Value, coding: str = "utf8") -> str | None:
    """Bytes as a text; an unknown character set is read as UTF-8."""
    if not isinstance(value, bytes):
        return None
    plain = coding.lower().replace("-", "").replace("_", "")
    if plain in {"latin1", "iso88591", "utf16", "utf16le", "utf16be", "unicodeescape"}:
        return value.decode(_CODINGS.get(plain, plain), "replace")
    return value.decode("utf-8", "replace")


def _unpack(kind: Literal["bz2", "lzma"]) -> Callable[[Arguments], Value]:
    def unpack(arguments: Arguments) -> Value:
        data = octets(arguments[0])
        if kind == "bz2":
            return bz2.BZ2Decompressor().decompress(data, MAX_FOLDED)
        lzma_reader = lzma.LZMADecompressor(memlimit=MAX_DECOMPRESSOR_BYTES)
        return lzma_reader.decompress(data, MAX_FOLDED)

    return unpack


def _from_hex(arguments: Arguments) -> Value:
    return bytes.fromhex(octets(arguments[0]).decode())


def _to_bytes(arguments: Arguments) -> Value | None:
    if not arguments:
        return b""
    value = arguments[0]
    if isinstance(value, list):
        return bytes([number for number in value if isinstance(number, int)])
    return octets(value) if isinstance(value, str | bytes) else None


def _to_text(arguments: Arguments) -> Value | None:
    value = arguments[0] if arguments else ""
    if isinstance(value, bytes):
        return decode(value)
    return str(value) if isinstance(value, str | int) else None


def _to_number(arguments: Arguments) -> Value | None:
    value = arguments[0]
    if isinstance(value, int):
        return int(value)
    base = arguments[1] if len(arguments) > 1 else 10
    return int(value, base) if isinstance(value, str) and isinstance(base, int) else None


def _numbers(arguments: Arguments) -> list[int]:
    values = items_of(arguments[0]) or [] if len(arguments) == 1 else arguments
    if all(isinstance(value, int) for value in values):
        return [value for value in values if isinstance(value, int)]
    raise TypeError


def _range(arguments: Arguments) -> Value | None:
    numbers = range(*[one for one in arguments if isinstance(one, int)])
    return list[Value](numbers) if len(numbers) <= MAX_RANGE else None


def _list(arguments: Arguments) -> Value | None:
    items = items_of(arguments[0]) if arguments else []
    return list(items) if items is not None else None


def _is_negative(arguments: Arguments) -> bool:
    return any(isinstance(one, int) and one < 0 for one in arguments)


def _first(row: Value) -> int:
    """The number that a row begins with; rows are sorted by it. Raises TypeError."""
    items = items_of(row)
    if items and isinstance(items[0], int):
        return items[0]
    raise TypeError


def _sorted(arguments: Arguments) -> Value | None:
    items = items_of(arguments[0]) or []
    if items and isinstance(items[0], list):
        return sorted(items, key=_first)
    if all(isinstance(one, int) for one in items):
        return sorted(items, key=lambda one: one if isinstance(one, int) else 0)
    texts = all(isinstance(one, str) for one in items)
    return sorted(items, key=lambda one: str(text_of(one))) if texts else None


def _enumerated(arguments: Arguments) -> Value | None:
    start = arguments[1] if len(arguments) > 1 else 0
    items = items_of(arguments[0])
    if items is None or not isinstance(start, int):
        return None
    return [[number, item] for number, item in enumerate(items, start)]


def _mapping(arguments: Arguments) -> Value | None:
    """`dict` of pairs or of another dictionary."""
    source = arguments[0] if arguments else {}
    if isinstance(source, dict):
        return dict(source)
    rows = items_of(source)
    if rows is None or not all(isinstance(row, list) and len(row) == 2 for row in rows):
        return None
    pairs = [row for row in rows if isinstance(row, list)]
    return {key: value for key, value in pairs if isinstance(key, str | bytes | int)}


def _translation(arguments: Arguments) -> Value | None:
    if isinstance(arguments[0], dict):
        return arguments[0]
    texts = [one for one in arguments if isinstance(one, str)]
    if len(texts) != len(arguments) or len(texts) < 2 or len(texts[0]) != len(texts[1]):
        return None
    table: dict[Scalar, Value] = {ord(old): new for old, new in zip(*texts[:2], strict=True)}
    return {**table, **{ord(letter): "" for letter in texts[2:3] for letter in letter}}


def _from_json(arguments: Arguments) -> Value | None:
    text = text_of(arguments[0]) or ""
    return _plain(json.loads(text)) if len(text) <= MAX_FOLDED >> 2 else None


def _plain(value: object, depth: int = 0) -> Value | None:
    if isinstance(value, str | int):
        return value
    if depth > 5:
        return None
    if isinstance(value, list):
        items = [_plain(one, depth + 1) for one in cast("list[object]", value)]
        return [one for one in items if one is not None]
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        known = {key: _plain(one, depth + 1) for key, one in pairs}
        return {key: one for key, one in known.items() if one is not None}
    return None


def _normalized(arguments: Arguments) -> Value | None:
    form, text = arguments
    if isinstance(text, str) and len(text) <= MAX_FOLDED >> 3 and (form in {"NFKC", "NFKD"}):
        return unicodedata.normalize("NFKC" if form == "NFKC" else "NFKD", text)
    return text


def _packed(arguments: Arguments) -> Value | None:
    """`struct.pack('3B', 97, 98, 99)`."""
    form, *numbers = arguments
    if not isinstance(form, str) or not re.fullmatch(r"[<>=!@]?\d*[bB]", form):
        return None
    return bytes([one for one in numbers if isinstance(one, int)])


def _substituted(arguments: Arguments) -> Value | None:
    """`re.sub('x', '', text)` with a pattern that is a plain text."""
    match arguments[:3]:
        case [str() as pattern, "", str() as text] if not _SPECIAL.search(pattern):
            return text.replace(pattern.replace("\\", ""), "") if pattern else text
        case _:
            return None


def _path(arguments: Arguments) -> Value | None:
    pieces = [str(one) for one in arguments if isinstance(one, str)]
    return "/".join(pieces) if len(pieces) == len(arguments) else None


def _of_text(change: Callable[[str], Value]) -> Callable[[Arguments], Value | None]:
    return lambda arguments: change(arguments[0]) if isinstance(arguments[0], str) else None


def _of_number(change: Callable[[int], Value]) -> Callable[[Arguments], Value | None]:
    return lambda arguments: change(arguments[0]) if isinstance(arguments[0], int) else None


FUNCTIONS: dict[str, Callable[[Arguments], Value | None]] = {
    "base64.b64decode": lambda a: base64.b64decode(octets(a[0])),
    "base64.standard_b64decode": lambda a: base64.b64decode(octets(a[0])),
    "base64.decodebytes": lambda a: base64.b64decode(octets(a[0])),
    "base64.urlsafe_b64decode": lambda a: base64.urlsafe_b64decode(octets(a[0])),
    "base64.b32decode": lambda a: base64.b32decode(octets(a[0])),
    "base64.b16decode": _from_hex,
    "base64.b85decode": lambda a: base64.b85decode(octets(a[0])),
    "base64.a85decode": lambda a: base64.a85decode(octets(a[0])),
    "base64.b64encode": lambda a: base64.b64encode(octets(a[0])),
    "binascii.a2b_base64": lambda a: base64.b64decode(octets(a[0])),
    "binascii.unhexlify": _from_hex,
    "binascii.a2b_hex": _from_hex,
    "bytes.fromhex": _from_hex,
    "bytearray.fromhex": _from_hex,
    "zlib.decompress": lambda a: inflate(octets(a[0]), _is_negative(a[1:2])),
    "quopri.decodestring": lambda a: quopri.decodestring(octets(a[0])),
    "operator.add": lambda a: joined(a) if all(isinstance(one, str) for one in a) else None,
    "gzip.decompress": lambda a: inflate(octets(a[0])),
    "bz2.decompress": _unpack("bz2"),
    "lzma.decompress": _unpack("lzma"),
    "codecs.decode": lambda a: recode(a[0], str(a[1]) if len(a) > 1 else "utf8"),
    "codecs.encode": lambda a: recode(a[0], str(a[1])) if len(a) > 1 else None,
    "urllib.parse.unquote": _of_text(urllib.parse.unquote),
    "html.unescape": _of_text(html.unescape),
    "string.Template": _of_text(str),
    "textwrap.dedent": _of_text(textwrap.dedent),
    "shlex.split": _of_text(lambda text: list[Value](shlex.split(text))),
    "shlex.quote": _of_text(str),
    "json.loads": _from_json,
    "chr": _of_number(chr),
    "ord": lambda a: ord(a[0]) if isinstance(a[0], str | bytes) else None,
    "format": lambda a: _to_text(a) if len(a) == 1 or not a[1] else None,
    "re.sub": _substituted,
    "struct.pack": _packed,
    "repr": lambda a: repr(a[0]) if isinstance(a[0], str | bytes | int) else None,
    "hex": _of_number(hex),
    "oct": _of_number(oct),
    "bin": _of_number(bin),
    "abs": _of_number(abs),
    "int": _to_number,
    "len": lambda a: len(a[0]) if isinstance(a[0], str | bytes | list | dict) else None,
    "sum": lambda a: sum(_numbers(a[:1])),
    "min": lambda a: min(_numbers(a)),
    "max": lambda a: max(_numbers(a)),
    "bytes": _to_bytes,
    "bytearray": _to_bytes,
    "array.array": lambda a: _to_bytes(a[1:]) if a[0] in {"b", "B"} else None,
    "unicodedata.normalize": _normalized,
    "str": _to_text,
    "list": _list,
    "tuple": _list,
    "set": _list,
    "iter": _list,
    "dict": _mapping,
    "range": _range,
    "sorted": _sorted,
    "enumerate": _enumerated,
    "reversed": lambda a: (items_of(a[0]) or [])[::-1],
    "next": lambda a: (items_of(a[0]) or [])[0],
    "str.maketrans": _translation,
    "os.path.join": _path,
    "os.path.expanduser": _path,
    "os.path.abspath": _path,
    "os.fspath": _path,
    "pathlib.Path": _path,
    "pathlib.PurePosixPath": _path,
}

_HIDING: tuple[tuple[str, str], ...] = (
    ("base64.", "base64"),
    ("binascii.a2b_base64", "base64"),
    ("binascii.", "hex"),
    ("bytes.fromhex", "hex"),
    ("bytearray.fromhex", "hex"),
    ("zlib.", "zlib"),
    ("gzip.", "zlib"),
    ("bz2.", "zlib"),
    ("lzma.", "zlib"),
    ("chr", "codes"),
    ("codecs.", "rot13"),
    ("str.maketrans", "rot13"),
)


def way_of_hiding(name: str) -> str:
    """What undoing by the function of this name counts as (`base64`), or ''."""
    return next((way for prefix, way in _HIDING if name.startswith(prefix)), "")
