"""Constant expressions into the value that they would have, without running anything.

Knows concatenation, repetition, f-strings, slices, `join`, `replace`, `format`, `chr`, and the
usual decoders (base64, hex, ROT13, zlib). Everything else is None: not known. Budgets bound size
and work, so a decompression bomb folds to None. To undo another disguise, add a case to `_METHODS`
or `_FUNCTIONS`; the value is judged as if it had been written plainly.
"""

import base64
import binascii
import codecs
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

Value = str | bytes | int | list["Value"]

MAX_FOLDED = 1 << 18
"""Characters or bytes of any value on the way."""
MAX_STEPS = 20_000
MAX_FOLD_DEPTH = 60
MAX_CALLEE_LINKS = 24


@dataclass(slots=True)
class Folder:
    """Folds the expressions of one cell. `names` maps identifiers to the constants they hold."""

    names: dict[str, Value] = field(default_factory=dict[str, Value])
    modules: Mapping[str, str] = field(default_factory=dict[str, str])
    """Local name to the dotted name that it was imported as."""
    sequences: dict[str, Node] = field(default_factory=dict[str, Node])
    """Lists and tuples that are assigned, for commands that are put together before they run."""
    steps: int = 0
    depth: int = 0

    def text(self, node: Node | None) -> str | None:
        """The string (or decodable bytes) that `node` stands for, or None."""
        value = self.fold(node)
        if isinstance(value, bytes):
            return value.decode("utf-8", "replace")
        return value if isinstance(value, str) else None

    def fold(self, node: Node | None) -> Value | None:
        """The constant that `node` stands for, or None when it is not known."""
        self.steps += 1
        if node is None or self.steps > MAX_STEPS or self.depth > MAX_FOLD_DEPTH:
            return None
        handler = _HANDLERS.get(node.type)
        if handler is None:
            return None
        self.depth += 1
        try:
            value = handler(self, node)
        except (ValueError, TypeError, IndexError, OverflowError, zlib.error, binascii.Error):
            return None
        finally:
            self.depth -= 1
        too_long = isinstance(value, str | bytes | list) and len(value) > MAX_FOLDED
        return None if too_long else value

    def all(self, nodes: list[Node]) -> list[Value] | None:
        """Every node's value, or None when one is not known."""
        values = [self.fold(node) for node in nodes]
        known = [value for value in values if value is not None]
        return known if len(known) == len(values) else None


def callee(node: Node, modules: Mapping[str, str]) -> str:
    """The dotted name that a node goes by, aliases resolved; '' when dynamic.

    Calls on the way are looked through: `get_ipython().system` is `get_ipython.system`.
    """
    pieces: list[str] = []
    current: Node | None = node
    for _ in range(MAX_CALLEE_LINKS):
        if current is None or current.type not in {"attribute", "call"}:
            break
        if current.type == "call":
            current = current.child_by_field_name("function")
            continue
        attribute = current.child_by_field_name("attribute")
        pieces.append(source_of(attribute) if attribute else "")
        current = current.child_by_field_name("object")
    if current is None or current.type != "identifier":
        return ""
    first = source_of(current)
    return ".".join([modules.get(first, first), *reversed(pieces)])


def source_of(node: Node) -> str:
    """The text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def arguments_of(call: Node) -> list[Node]:
    """The argument nodes of a call, keyword arguments included."""
    holder = call.child_by_field_name("arguments")
    return [node for node in holder.named_children if node.type != "comment"] if holder else []


_QUOTES = re.compile(r"([A-Za-z]{0,2})(\"\"\"|'''|\"|')")
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))"
)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "\n": "", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def _string(folder: Folder, node: Node) -> Value | None:
    if any(child.type == "interpolation" for child in node.named_children):
        return "".join(_piece(folder, child) for child in node.named_children)
    written = source_of(node)
    opening = _QUOTES.match(written)
    if opening is None or len(written) > MAX_FOLDED:
        return None
    prefix = opening[1].lower()
    body = written[opening.end() :].removesuffix(opening[2])
    if "\\" in body and "r" not in prefix:
        body = _ESCAPE.sub(_unescape, body)
    return body.encode("latin-1", "replace") if "b" in prefix else body


def _unescape(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2] or escape[3]
    if digits or escape[4]:
        code = int(digits, 16) if digits else int(escape[4], 8)
        return chr(code) if code < 0x110000 else ""
    return _SHORT.get(escape[5], escape[5])


def _piece(folder: Folder, child: Node) -> str:
    if child.type == "interpolation":
        inner = child.child_by_field_name("expression")
        value = folder.fold(inner)
        if isinstance(value, str | int):
            return str(value)
        return "{" + (source_of(inner) if inner else "") + "}"
    return source_of(child) if child.type == "string_content" else ""


def _concatenated(folder: Folder, node: Node) -> Value | None:
    values = folder.all([child for child in node.named_children if child.type == "string"])
    return _joined(values, "") if values else None


def _joined(values: list[Value], separator: str | bytes) -> Value | None:
    if isinstance(separator, bytes):
        return separator.join([value for value in values if isinstance(value, bytes)])
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) == len(values):
        return separator.join(texts)
    if all(isinstance(value, bytes) for value in values):
        return b"".join([value for value in values if isinstance(value, bytes)])
    return None


def _binary(folder: Folder, node: Node) -> Value | None:
    """A chain of `+` is walked, not recursed into: it may be long. Others fold in pairs."""
    operands: list[Node | None] = []
    current: Node | None = node
    while current is not None and _sign(current) == "+":
        operands.append(current.child_by_field_name("right"))
        current = current.child_by_field_name("left")
    if operands:
        return _sum([folder.fold(one) for one in (current, *reversed(operands))])
    left = folder.fold(node.child_by_field_name("left"))
    right = folder.fold(node.child_by_field_name("right"))
    if _sign(node) == "%" and isinstance(left, str):
        return left.replace("%s", str(right), 1) if isinstance(right, str | int) else left
    return None if left is None or right is None else _arithmetic(_sign(node), left, right)


def _sign(node: Node) -> str:
    operator = node.child_by_field_name("operator") if node.type == "binary_operator" else None
    return source_of(operator) if operator is not None else ""


def _sum(values: list[Value | None]) -> Value | None:
    """The sum; a text that is known in part still carries what is known of it."""
    known = [value for value in values if value is not None]
    if len(known) == len(values) and all(isinstance(value, int) for value in known):
        return sum(value for value in known if isinstance(value, int))
    if any(isinstance(value, str) for value in known):
        return "".join(value for value in known if isinstance(value, str))
    if len(known) == len(values) and all(isinstance(value, list) for value in known):
        return [item for value in known if isinstance(value, list) for item in value]
    return _joined(known, b"") if len(known) == len(values) else None


def _arithmetic(sign: str, left: Value, right: Value) -> Value | None:
    if sign == "*" and isinstance(right, int) and not isinstance(left, list):
        size = 1 if isinstance(left, int) else len(left)
        return left * right if 0 <= right * size <= MAX_FOLDED else None
    if isinstance(left, int) and isinstance(right, int) and sign in {"-", "^"}:
        return left - right if sign == "-" else left ^ right
    return None


def _subscript(folder: Folder, node: Node) -> Value | None:
    value = folder.fold(node.child_by_field_name("value"))
    index = node.child_by_field_name("subscript")
    if not isinstance(value, str | bytes | list) or index is None:
        return None
    if index.type != "slice":
        place = folder.fold(index)
        return value[place] if isinstance(place, int) else None
    bounds: list[int | None] = [None]
    for child in index.children:
        if child.type == ":":
            bounds.append(None)
        else:
            bound = folder.fold(child)
            if not isinstance(bound, int):
                return None
            bounds[-1] = bound
    return value[slice(*bounds)] if len(bounds) <= 3 else None


def _sequence(folder: Folder, node: Node) -> Value | None:
    return folder.all([child for child in node.named_children if child.type != "comment"])


def _unary(folder: Folder, node: Node) -> Value | None:
    value = folder.fold(node.child_by_field_name("argument"))
    return -value if isinstance(value, int) and source_of(node).startswith("-") else None


def _call(folder: Folder, node: Node) -> Value | None:
    function = node.child_by_field_name("function")
    if function is None:
        return None
    nodes = [one for one in arguments_of(node) if one.type != "keyword_argument"]
    arguments = folder.all(nodes)
    name = callee(function, folder.modules)
    if arguments is not None and name in _FUNCTIONS:
        return _FUNCTIONS[name](arguments)
    if function.type == "attribute" and arguments is not None:
        held = folder.fold(function.child_by_field_name("object"))
        attribute = function.child_by_field_name("attribute")
        method = _METHODS.get(source_of(attribute) if attribute else "")
        return method(held, arguments) if method and held is not None else None
    return None


def _octets(value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("ascii", "strict")
    raise TypeError


def _inflate(arguments: list[Value]) -> Value:
    return zlib.decompressobj(wbits=47).decompress(_octets(arguments[0]), MAX_FOLDED)


def _recode(arguments: list[Value]) -> Value | None:
    value, coding = arguments[0], str(arguments[1]).lower().replace("-", "").replace("_", "")
    if coding == "rot13" and isinstance(value, str):
        return codecs.encode(value, "rot13")
    if coding in {"hex", "hexcodec"}:
        return bytes.fromhex(_octets(value).decode())
    if coding in {"base64", "base64codec"}:
        return base64.b64decode(_octets(value))
    return None


def _from_hex(arguments: list[Value]) -> Value:
    return bytes.fromhex(_octets(arguments[0]).decode())


def _character(arguments: list[Value]) -> Value | None:
    return chr(arguments[0]) if isinstance(arguments[0], int) else None


def _to_bytes(arguments: list[Value]) -> Value | None:
    value = arguments[0]
    if isinstance(value, list):
        return bytes([number for number in value if isinstance(number, int)])
    return _octets(value) if isinstance(value, str | bytes) else None


def _decode(held: Value, arguments: list[Value]) -> Value | None:
    if not isinstance(held, bytes):
        return _recode([held, *arguments]) if arguments else None
    return held.decode("utf-8", "replace")


def _encode(held: Value, arguments: list[Value]) -> Value | None:
    return held.encode("utf-8", "replace") if isinstance(held, str) else None


def _join(held: Value, arguments: list[Value]) -> Value | None:
    items = arguments[0]
    if not isinstance(held, str | bytes):
        return None
    pieces: list[Value] = (
        list(items) if isinstance(items, str) else items if isinstance(items, list) else []
    )
    return _joined(pieces, held)


def _replace(held: Value, arguments: list[Value]) -> Value | None:
    old, new = arguments[0], arguments[1]
    if not (isinstance(held, str) and isinstance(old, str) and isinstance(new, str)):
        return None
    grown = len(held) + held.count(old) * len(new)
    return held.replace(old, new) if grown <= MAX_FOLDED else None


def _format(held: Value, arguments: list[Value]) -> Value | None:
    if not isinstance(held, str):
        return None
    for argument in arguments:
        held = held.replace("{}", str(argument), 1)
    return held


def _split(held: Value, arguments: list[Value]) -> Value | None:
    separator = arguments[0] if arguments else None
    if isinstance(held, str) and (separator is None or isinstance(separator, str)):
        return list[Value](held.split(separator))
    return None


def _same_text(change: Callable[[str], str]) -> Callable[[Value, list[Value]], Value | None]:
    return lambda held, _: change(held) if isinstance(held, str) else None


_FUNCTIONS: dict[str, Callable[[list[Value]], Value | None]] = {
    "base64.b64decode": lambda a: base64.b64decode(_octets(a[0])),
    "base64.standard_b64decode": lambda a: base64.b64decode(_octets(a[0])),
    "base64.decodebytes": lambda a: base64.b64decode(_octets(a[0])),
    "base64.urlsafe_b64decode": lambda a: base64.urlsafe_b64decode(_octets(a[0])),
    "base64.b32decode": lambda a: base64.b32decode(_octets(a[0])),
    "base64.b16decode": _from_hex,
    "base64.b85decode": lambda a: base64.b85decode(_octets(a[0])),
    "binascii.a2b_base64": lambda a: base64.b64decode(_octets(a[0])),
    "binascii.unhexlify": _from_hex,
    "bytes.fromhex": _from_hex,
    "zlib.decompress": _inflate,
    "gzip.decompress": _inflate,
    "codecs.decode": _recode,
    "codecs.encode": _recode,
    "chr": _character,
    "bytes": _to_bytes,
    "bytearray": _to_bytes,
    "str": lambda a: str(a[0]) if isinstance(a[0], str | int) else _decode(a[0], []),
    "reversed": lambda a: a[0][::-1] if isinstance(a[0], str | bytes | list) else None,
    "os.path.join": lambda a: "/".join(str(piece) for piece in a),
    "pathlib.Path": lambda a: "/".join(str(piece) for piece in a),
}

_METHODS: dict[str, Callable[[Value, list[Value]], Value | None]] = {
    "decode": _decode,
    "encode": _encode,
    "join": _join,
    "replace": _replace,
    "format": _format,
    "split": _split,
    "strip": _same_text(str.strip),
    "lower": _same_text(str.lower),
    "upper": _same_text(str.upper),
    "hex": lambda held, _: held.hex() if isinstance(held, bytes) else None,
}

_HANDLERS: dict[str, Callable[[Folder, Node], Value | None]] = {
    "string": _string,
    "concatenated_string": _concatenated,
    "integer": lambda _, node: int(source_of(node), 0),
    "identifier": lambda folder, node: folder.names.get(source_of(node)),
    "binary_operator": _binary,
    "unary_operator": _unary,
    "subscript": _subscript,
    "list": _sequence,
    "tuple": _sequence,
    "parenthesized_expression": lambda folder, node: folder.fold(
        node.named_children[0] if node.named_children else None
    ),
    "call": _call,
}
