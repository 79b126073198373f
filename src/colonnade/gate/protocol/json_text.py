"""JSON read once, within bounds, with one meaning; and written again.

Different readers disagree about duplicate keys, so those are refused: what was judged is what the
kernel reads. Depth and size are bounded before `json` sees the text, because its recursion is
Python's. `NaN`, `Infinity` and `-Infinity`, which Python's `json` writes and reads although the
standard has no such words, stay floats and are written by the same words: kernels read with
Python's `json` too, and a widget's state may hold them.
"""

import json
import re
from typing import Any, cast

from colonnade.gate.protocol.errors import ProtocolError

Object = dict[str, Any]

MAX_JSON_BYTES = 4 << 20
"""The JSON parts of one message together. Larger data travels in binary buffers."""
MAX_DEPTH = 128
MAX_VALUES = 200_000
"""Members and elements of one text; bounds the time that parsing takes from other people."""

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_OPENING = frozenset(b"[{")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def read_object(raw: bytes) -> Object:
    """The JSON object in `raw`. Raises ProtocolError for anything else, and beyond the bounds."""
    value = _read(raw)
    if not isinstance(value, dict):
        raise ProtocolError("A part of the message is not a JSON object.")
    return cast(Object, value)


def read_array(raw: bytes) -> list[Any]:
    """The JSON array in `raw`. Raises ProtocolError for anything else, and beyond the bounds."""
    value = _read(raw)
    if not isinstance(value, list):
        raise ProtocolError("The message is not a JSON array.")
    return cast("list[Any]", value)


def write(value: object) -> bytes:
    """`value` as compact JSON in UTF-8; lone surrogates, which UTF-8 cannot hold, as escapes."""
    try:
        return _plain.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        return _escaping.encode(value).encode("ascii")


def _read(raw: bytes) -> Any:
    _check_bounds(raw)
    try:
        return _decoder.decode(raw.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise ProtocolError(f"A part of the message is not valid JSON ({_why(problem)}).") from None


def _unique(pairs: list[tuple[str, Any]]) -> Object:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


_decoder = json.JSONDecoder(object_pairs_hook=_unique)
_plain = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_escaping = json.JSONEncoder(ensure_ascii=True, check_circular=False, separators=(",", ":"))


def _why(problem: Exception) -> str:
    # The exceptions' own words may quote the text, which must not reach a log.
    if isinstance(problem, json.JSONDecodeError):
        return f"at character {problem.pos}"
    if isinstance(problem, UnicodeDecodeError):
        return "not UTF-8"
    return "a duplicate key, or a number too long"


def _check_bounds(raw: bytes) -> None:
    if len(raw) > MAX_JSON_BYTES:
        raise ProtocolError(f"A message's JSON exceeds {MAX_JSON_BYTES >> 20} MB.", 1009)
    opened = raw.count(b"[") + raw.count(b"{")
    if opened <= MAX_DEPTH and raw.count(b",") <= MAX_VALUES:
        return
    bare = _STRING.sub(b"", raw)
    if bare.count(b",") + bare.count(b"[") + bare.count(b"{") > MAX_VALUES:
        raise ProtocolError(f"A message has more than {MAX_VALUES} values.", 1009)
    depth = 0
    for bracket in bare.translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in _OPENING else -1
        if depth > MAX_DEPTH:
            raise ProtocolError(f"A message is nested deeper than {MAX_DEPTH} levels.", 1009)
