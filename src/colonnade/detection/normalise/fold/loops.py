"""Loops over values that are known: comprehensions, generator expressions, targets of loops.

A body that depends on one item is worked out once for all items that are alike: texts are hidden
letter by letter, and there are few letters.
"""

import re
from collections.abc import Callable, Iterator

from tree_sitter import Node

from colonnade.detection.normalise.fold.folder import HANDLERS, Folder
from colonnade.detection.normalise.fold.nodes import operator_of, parts_of, source_of
from colonnade.detection.normalise.fold.values import Scalar, Value, items_of, joined, size_of

ROUND_WORK = 8
"""Charged to the budget of work for a round that is like one before: it takes some 0.2 µs."""
MAX_ROW = 8
"""Items of a row that is compared with others."""


class _Unknown(Exception):
    """Something on the way is not known, so the whole comprehension is not."""


def bind_target(folder: Folder, target: Node | None, value: Value | None) -> list[str]:
    """Let the names of `target` stand for `value` or its items; gives the names."""
    if target is None:
        return []
    if target.type in {"pattern_list", "tuple_pattern", "list_pattern", "tuple", "list"}:
        parts = parts_of(target)
        items = items_of(value) if value is not None else None
        known = items if items is not None and len(items) == len(parts) else [None] * len(parts)
        pairs = zip(parts, known, strict=True)
        return [name for part, item in pairs for name in bind_target(folder, part, item)]
    name = target_name(folder, target)
    if name:
        folder.names.bind(name, value)
    elif target.type == "subscript":
        _put(folder, target, value)
    return [name] if name else []


def _put(folder: Folder, target: Node, value: Value | None) -> None:
    """`d['a'] = b`: `d` stands for the changed list or dictionary from now on."""
    holder = target.child_by_field_name("value")
    held = folder.fold(holder)
    if holder is None or holder.type != "identifier" or not isinstance(held, list | dict):
        return
    place = folder.fold(target.child_by_field_name("subscript"))
    changed: Value | None = None
    folder.work += len(held)
    if isinstance(held, dict) and isinstance(place, str | bytes | int):
        known = {key: one for key, one in held.items() if key != place}
        changed = known if value is None else {**known, place: value}
    elif isinstance(held, list) and isinstance(place, int) and value is not None:
        at = place if place >= 0 else place + len(held)
        changed = [*held[:at], value, *held[at + 1 :]] if 0 <= at < len(held) else None
    folder.names.bind(source_of(holder), None if folder.is_spent else changed)


def target_name(folder: Folder, target: Node) -> str:
    """The name that an assignment to `target` gives a value: `x`, `.opt.x`, `$X` of the
    environment, `.sys.argv` for its slices; '' for anything else."""
    if target.type == "identifier":
        return source_of(target)
    if target.type == "attribute":
        return f".{source_of(target)}"
    if target.type == "subscript":
        holder = target.child_by_field_name("value")
        if holder is not None and folder.callee(holder) == "os.environ":
            key = folder.text(target.child_by_field_name("subscript"))
            return f"${key}" if key else ""
        part = target.child_by_field_name("subscript")
        if part is not None and part.type == "slice" and holder is not None:
            return ".sys.argv" if folder.callee(holder) == "sys.argv" else ""
    return ""


def _rows(folder: Folder, clauses: list[Node]) -> Iterator[None]:
    """Once for each round of the clauses, with their names bound. Raises _Unknown."""
    if not clauses:
        yield
        return
    clause, rest = clauses[0], clauses[1:]
    if clause.type == "if_clause":
        condition = folder.fold(next(iter(parts_of(clause)), None))
        if condition is None:
            raise _Unknown
        if condition:
            yield from _rows(folder, rest)
        return
    items = folder.items(clause.child_by_field_name("right"))
    if items is None:
        raise _Unknown
    for item in items:
        folder.steps += 1
        if folder.is_spent:
            raise _Unknown
        bind_target(folder, clause.child_by_field_name("left"), item)
        yield from _rows(folder, rest)


def _comprehension(folder: Folder, node: Node) -> Value | None:
    body = node.child_by_field_name("body")
    if body is None:
        return None
    clauses = [one for one in node.named_children if one.type in {"for_in_clause", "if_clause"}]
    before = dict(folder.names.own)
    try:
        if node.type == "dictionary_comprehension":
            return dict(_pair(folder, body) for _ in _rows(folder, clauses))
        if len(clauses) == 1:
            series = folder.items(clauses[0].child_by_field_name("right"))
            return _bodies(folder, clauses[0].child_by_field_name("left"), series, body)
        return [_known(folder.fold(body)) for _ in _rows(folder, clauses)]
    except _Unknown:
        return None
    finally:
        folder.names.own = before


def each(
    folder: Folder,
    series: Value | None,
    work_out: Callable[[Value], Value | None],
    once: bool = True,
) -> list[Value] | None:
    """What every item of `series` becomes, or None when one of them is not known.

    once: items that are alike become the same.
    """
    items = items_of(series)
    if items is None:
        return None
    known: dict[tuple[object, ...], Value] = {}
    found: list[Value] = []
    for item in items:
        key = _key(item) if once else None
        value = known.get(key) if key is not None else None
        if value is None:
            folder.steps += 1
            value = work_out(item)
        else:
            folder.work += ROUND_WORK
        if value is None or folder.is_spent:
            return None
        found.append(value)
        if key is not None:
            known[key] = value
    return found


def _key(item: Value) -> tuple[object, ...] | None:
    """What tells an item from others: of a row, as `zip` gives it, all that is in it."""
    if isinstance(item, str | bytes | int):
        return type(item), item
    if isinstance(item, list) and len(item) <= MAX_ROW:
        keys = [_key(one) for one in item]
        return tuple(keys) if None not in keys else None
    return None


def _bodies(
    folder: Folder, target: Node | None, series: Value | None, body: Node
) -> list[Value] | None:
    """`body` for every item that `target` stands for."""

    def work_out(item: Value) -> Value | None:
        bind_target(folder, target, item)
        return folder.fold(body)

    return each(folder, series, work_out, once=b":=" not in (body.text or b""))


def gather(folder: Folder, target: Node | None, items: list[Value], block: Node) -> bool:
    """`text += chr(x)` and nothing else in a loop's block: a comprehension that is added up.

    Gives whether the sum is known; else nothing has changed.
    """
    added = _only_sum(block)
    left, right = (added.child_by_field_name(side) if added else None for side in ("left", "right"))
    if left is None or right is None or left.type != "identifier":
        return False
    name = source_of(left)
    before = folder.names.get(name)
    if not isinstance(before, str | bytes) or re.search(rf"\b{name}\b", source_of(right)):
        return False
    values = _bodies(folder, target, items, right)
    whole = joined([before, *values]) if values is not None else None
    if whole is None:
        return False
    folder.work += size_of(whole)
    folder.names.bind(name, whole)
    return True


def _only_sum(block: Node) -> Node | None:
    """The `a += b` that a block consists of, if it does."""
    statements = parts_of(block)
    inner = parts_of(statements[0]) if len(statements) == 1 else []
    is_sum = len(inner) == 1 and inner[0].type == "augmented_assignment"
    return inner[0] if is_sum and operator_of(inner[0]) == "+=" else None


def _known(value: Value | None) -> Value:
    if value is None:
        raise _Unknown
    return value


def _pair(folder: Folder, body: Node) -> tuple[Scalar, Value]:
    key = folder.fold(body.child_by_field_name("key"))
    if not isinstance(key, str | bytes | int):
        raise _Unknown
    return key, _known(folder.fold(body.child_by_field_name("value")))


HANDLERS.update(
    {
        "list_comprehension": _comprehension,
        "generator_expression": _comprehension,
        "set_comprehension": _comprehension,
        "dictionary_comprehension": _comprehension,
    }
)
