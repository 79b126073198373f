"""Loops over values that are known: comprehensions, generator expressions, targets of loops."""

from collections.abc import Iterator

from tree_sitter import Node

from colonnade.detection.normalise.fold.folder import HANDLERS, Folder
from colonnade.detection.normalise.fold.nodes import parts_of, source_of
from colonnade.detection.normalise.fold.values import Scalar, Value, items_of


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
    items = items_of(folder.fold(clause.child_by_field_name("right")))
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
        return [_known(folder.fold(body)) for _ in _rows(folder, clauses)]
    except _Unknown:
        return None
    finally:
        folder.names.own = before


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
