"""Literals: strings of every form, numbers, and the collections that are written out."""

import re
import unicodedata

from tree_sitter import Node

from colonnade.detection.normalise.fold.folder import HANDLERS, Folder
from colonnade.detection.normalise.fold.nodes import parts_of, source_of
from colonnade.detection.normalise.fold.values import MAX_FOLDED, Value, items_of, joined

_QUOTES = re.compile(r"([A-Za-z]{0,2})(\"\"\"|'''|\"|')")
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})"
    r"|N\{([A-Za-z0-9 -]{2,80})\}|([\s\S]))"
)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "\n": "", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_NUMBERS = re.compile(r"[\[(][\d,\s]*[\])]")
_LONG = 200
"""From so many characters on, a list of plain numbers is read at once and not node by node."""


def unescape(body: str) -> str:
    """`body` with the escapes of a Python string, which `printf` and `$''` share, undone."""
    return _ESCAPE.sub(_unescaped, body) if "\\" in body else body


def _unescaped(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2] or escape[3]
    if digits or escape[4]:
        code = int(digits, 16) if digits else int(escape[4], 8)
        return chr(code) if code < 0x110000 else ""
    if escape[5]:
        return unicodedata.lookup(escape[5])
    short = escape[6]
    return _SHORT.get(short, short if short in "\\'\"" else f"\\{short}")


def _string(folder: Folder, node: Node) -> Value | None:
    if any(child.type == "interpolation" for child in node.named_children):
        return joined(_piece(folder, child) for child in node.named_children)
    written = source_of(node)
    opening = _QUOTES.match(written)
    if opening is None or len(written) > MAX_FOLDED:
        return None
    prefix = opening[1].lower()
    body = written[opening.end() :].removesuffix(opening[2])
    if "r" not in prefix:
        body = unescape(body)
    return body.encode("latin-1", "replace") if "b" in prefix else body


def _piece(folder: Folder, child: Node) -> str:
    """A part of an f-string; what is not known stays as it is written, in braces."""
    if child.type == "interpolation":
        inner = child.child_by_field_name("expression")
        value = folder.fold(inner)
        if isinstance(value, str | int):
            return str(value)
        return "{" + (source_of(inner) if inner is not None else "") + "}"
    return unescape(source_of(child)) if child.type == "string_content" else ""


def _concatenated(folder: Folder, node: Node) -> Value | None:
    values = folder.all([child for child in node.named_children if child.type == "string"])
    return joined(values) if values else None


def _sequence(folder: Folder, node: Node) -> Value | None:
    written = source_of(node) if node.end_byte - node.start_byte > _LONG else ""
    if written and _NUMBERS.fullmatch(written):
        numbers: list[Value] = [int(digits) for digits in re.findall(r"\d+", written[:MAX_FOLDED])]
        return numbers
    parts = parts_of(node)
    if not any(part.type == "list_splat" for part in parts):
        return folder.all(parts)
    return _splatted(folder, parts)


def _splatted(folder: Folder, parts: list[Node]) -> Value | None:
    """`[*a, b]`."""
    found: list[Value] = []
    for part in parts:
        splat = part.type == "list_splat"
        value = folder.fold(part.named_children[0] if splat else part)
        items = items_of(value) if splat else [value] if value is not None else None
        if items is None or len(found) + len(items) > MAX_FOLDED:
            return None
        found += items
    return found


def _dictionary(folder: Folder, node: Node) -> Value | None:
    """What is known of it: a key or value that is not known is left out."""
    found: dict[str | bytes | int, Value] = {}
    for pair in parts_of(node):
        key = folder.fold(pair.child_by_field_name("key")) if pair.type == "pair" else None
        if isinstance(key, str | bytes | int):
            value = folder.fold(pair.child_by_field_name("value"))
            if value is not None:
                found[key] = value
    return found


def _inner(folder: Folder, node: Node) -> Value | None:
    return folder.fold(next(iter(parts_of(node)), None))


def _integer(_: Folder, node: Node) -> Value | None:
    return int(source_of(node), 0)


def _truth(_: Folder, node: Node) -> Value | None:
    return node.type == "true"


HANDLERS.update(
    {
        "string": _string,
        "concatenated_string": _concatenated,
        "integer": _integer,
        "true": _truth,
        "false": _truth,
        "list": _sequence,
        "tuple": _sequence,
        "set": _sequence,
        "expression_list": _sequence,
        "dictionary": _dictionary,
        "parenthesized_expression": _inner,
        "await": _inner,
    }
)
