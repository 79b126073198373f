"""Operators: sums, arithmetic, comparison, indexing, choices."""

import re
from collections.abc import Callable

from tree_sitter import Node

from colonnade.detection.normalise.fold.folder import HANDLERS, Folder
from colonnade.detection.normalise.fold.nodes import operator_of, parts_of, source_of
from colonnade.detection.normalise.fold.values import (
    MAX_BITS,
    MAX_FOLDED,
    Function,
    Named,
    Value,
    joined,
    size_of,
)

_NUMBERS: dict[str, Callable[[int, int], int]] = {
    "-": lambda a, b: a - b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    ">>": lambda a, b: a >> b,
}
_PLACE = re.compile(r"%(?:\((\w+)\))?([-#0 +]*\d{0,2}(?:\.\d{1,2})?)([diouxXcrsa%])")
MAX_PLACES = 10_000
"""Of a text that is filled in with `%`."""


def combine(folder: Folder, sign: str, left: Value | None, right: Value | None) -> Value | None:
    """What `left sign right` gives. A sum of texts carries what is known of it."""
    if sign == "+":
        return _sum([left, right])
    if sign == "%" and isinstance(left, str | bytes):
        return _percent(left, right)
    if left is None or right is None:
        return None
    if sign == "/" and isinstance(right, str) and isinstance(left, str):
        return f"{left.rstrip('/')}/{right}"
    if isinstance(left, int) and isinstance(right, int):
        if sign == "^":
            folder.undone.add("xor")
        return _number(sign, left, right)
    if sign == "*":
        return _repeat(left, right) if isinstance(right, int) else _repeat(right, left)
    if sign == "|" and isinstance(left, dict) and isinstance(right, dict):
        return {**left, **right}
    return None


def _sum(values: list[Value | None]) -> Value | None:
    known = [value for value in values if value is not None]
    complete = len(known) == len(values)
    if complete and all(isinstance(value, int) for value in known):
        return sum(value for value in known if isinstance(value, int))
    if any(isinstance(value, str) for value in known):
        return joined(value for value in known if isinstance(value, str))
    if complete and all(isinstance(value, list) for value in known):
        if sum(map(size_of, known)) > MAX_FOLDED:
            return None
        return [item for value in known if isinstance(value, list) for item in value]
    return joined(known) if complete else None


def _percent(left: str | bytes, right: Value | None) -> Value | None:
    """`'%s' % x`, with what is known of `x`."""
    if isinstance(left, bytes):
        return None
    values = iter(right if isinstance(right, list) else [right])

    def filled(place: re.Match[str]) -> str:
        if place[3] == "%":
            return "%"
        value = right.get(place[1]) if isinstance(right, dict) and place[1] else next(values, None)
        if isinstance(value, int) and place[3] not in "sra":
            return f"%{place[2]}{place[3]}" % value
        return str(value) if isinstance(value, str | int) else place[0]

    return _PLACE.sub(filled, left, count=MAX_PLACES)


def _number(sign: str, left: int, right: int) -> int | None:
    if sign == "*":
        return left * right
    if sign in {"**", "<<"}:
        bits = right * left.bit_length() if sign == "**" else right + left.bit_length()
        if not 0 <= right <= MAX_BITS or bits > MAX_BITS:
            return None
        return left**right if sign == "**" else left << right
    return _NUMBERS[sign](left, right) if sign in _NUMBERS else None


def _repeat(value: Value, times: Value) -> Value | None:
    if not isinstance(times, int) or not isinstance(value, str | bytes | list):
        return None
    return value * times if 0 <= times * len(value) <= MAX_FOLDED else None


def _binary(folder: Folder, node: Node) -> Value | None:
    """A chain of `+` is walked, not recursed into: it may be long. Others fold in pairs."""
    operands: list[Node | None] = []
    current: Node | None = node
    while current is not None and current.type == "binary_operator" and operator_of(current) == "+":
        operands.append(current.child_by_field_name("right"))
        current = current.child_by_field_name("left")
    if operands:
        return _sum([folder.fold(one) for one in (current, *reversed(operands))])
    left = folder.fold(node.child_by_field_name("left"))
    right = folder.fold(node.child_by_field_name("right"))
    return combine(folder, operator_of(node), left, right)


def _subscript(folder: Folder, node: Node) -> Value | None:
    value = folder.fold(node.child_by_field_name("value"))
    index = node.child_by_field_name("subscript")
    if value is None or index is None:
        return None
    if index.type == "slice":
        return _slice(folder, value, index)
    place = folder.fold(index)
    if isinstance(value, str | bytes | list) and isinstance(place, int):
        return value[place]
    if isinstance(value, dict) and isinstance(place, str | bytes | int):
        return value[place]
    return _reached(folder, value, place) if isinstance(place, str) else None


def _reached(folder: Folder, value: Value, name: str) -> Value | None:
    """`os.environ['X']`, `sys.modules['os']`, `globals()['exec']`, `os.__dict__['system']`."""
    if not isinstance(value, Named):
        return None
    if value.dotted == "os.environ":
        return folder.names.get(f"${name}")
    folder.undone.add("dynamic-attribute")
    if value.dotted in {"sys.modules", "globals", "locals"}:
        return folder.names.get(name) or Named(name)
    return Named(f"{value.dotted.removesuffix('.__dict__')}.{name}")


def _slice(folder: Folder, value: Value, index: Node) -> Value | None:
    bounds: list[int | None] = [None]
    for child in index.children:
        if child.type == ":":
            bounds.append(None)
        else:
            bound = folder.fold(child)
            if not isinstance(bound, int):
                return None
            bounds[-1] = bound
    if not isinstance(value, str | bytes | list) or len(bounds) > 3:
        return None
    if bounds[2:] == [-1]:
        folder.undone.add("reversed")
    return value[slice(*bounds)]


def _unary(folder: Folder, node: Node) -> Value | None:
    value = folder.fold(node.child_by_field_name("argument"))
    sign = operator_of(node)
    if not isinstance(value, int) or sign not in {"-", "~", "+"}:
        return None
    return {"-": -value, "~": ~value, "+": value}[sign]


def _not(folder: Folder, node: Node) -> Value | None:
    value = folder.fold(node.child_by_field_name("argument"))
    return None if value is None else not _truth(value)


def _truth(value: Value) -> bool:
    return True if isinstance(value, Named | Function) else bool(value)


def _boolean(folder: Folder, node: Node) -> Value | None:
    left = folder.fold(node.child_by_field_name("left"))
    if left is None:
        return None
    decided = _truth(left) == (operator_of(node) == "or")
    return left if decided else folder.fold(node.child_by_field_name("right"))


def _comparison(folder: Folder, node: Node) -> Value | None:
    """One comparison of texts or numbers; chains are not known."""
    operands = folder.all(parts_of(node))
    operator = " ".join(source_of(child) for child in node.children if not child.is_named)
    if operands is None or len(operands) != 2:
        return None
    left, right = operands
    if operator in {"in", "not in"} and isinstance(left, str) and isinstance(right, str):
        return (left in right) == (operator == "in")
    if isinstance(left, int) and isinstance(right, int):
        orders = {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}
        if operator in orders:
            return orders[operator]
    plain = isinstance(left, str | bytes | int) and isinstance(right, str | bytes | int)
    if plain and operator in {"==", "!="}:
        return (left == right) == (operator == "==")
    return None


def _conditional(folder: Folder, node: Node) -> Value | None:
    """`a if c else b`: the one that is known to be chosen, or the first that is known."""
    chosen, condition, otherwise = (*parts_of(node), None, None, None)[:3]
    decided = folder.fold(condition)
    if decided is not None:
        return folder.fold(chosen if _truth(decided) else otherwise)
    return folder.fold(chosen) or folder.fold(otherwise)


def _walrus(folder: Folder, node: Node) -> Value | None:
    name, value = node.child_by_field_name("name"), folder.fold(node.child_by_field_name("value"))
    if name is not None:
        folder.names.bind(source_of(name), value)
    return value


HANDLERS.update(
    {
        "binary_operator": _binary,
        "subscript": _subscript,
        "unary_operator": _unary,
        "not_operator": _not,
        "boolean_operator": _boolean,
        "comparison_operator": _comparison,
        "conditional_expression": _conditional,
        "named_expression": _walrus,
    }
)
