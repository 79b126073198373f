"""Statements over values that are known: assignments, choices, loops that build a text.

`follow` goes through a statement as far as its values are known. A condition that is not known lets
both ways count, one after the other; a loop over something unknown runs once.
"""

import contextlib

import tree_sitter_python
from tree_sitter import Language, Node, Parser

from colonnade.detection.normalise.fold.building import Building
from colonnade.detection.normalise.fold.folder import Folder
from colonnade.detection.normalise.fold.loops import bind_target, gather, target_name
from colonnade.detection.normalise.fold.methods import CHANGES, CHANGES_NEED
from colonnade.detection.normalise.fold.nodes import (
    arguments_of,
    imports_of,
    operator_of,
    parts_of,
    source_of,
)
from colonnade.detection.normalise.fold.operators import combine
from colonnade.detection.normalise.fold.values import Function, Named, Value

LANGUAGE = Language(tree_sitter_python.language())
_PARSER = Parser(LANGUAGE)
MAX_ROUNDS = 4096


class Returned(Exception):
    """A `return` was reached; `value` is what it gives."""

    def __init__(self, value: Value | None) -> None:
        super().__init__()
        self.value = value


class Left(Exception):
    """A `break` was reached."""


def parse(source: str) -> Node:
    """The root of the syntax tree of some Python; it survives what is no Python."""
    return _PARSER.parse(source.encode("utf-8", "replace")).root_node


def follow(folder: Folder, node: Node) -> bool:
    """Follow a statement, with all that is within it, as far as its values are known.

    Whether it came to its end: what a loop was left in the middle of is not known any more.
    """
    with contextlib.suppress(Returned, Left):
        return run(folder, node)
    return False


def run(folder: Folder, node: Node) -> bool:
    """Follow a statement up to what leaves it, which is raised: Returned or Left.

    Whether all of it is known to have happened, as far as it matters for loops.
    """
    folder.steps += 1
    if folder.is_spent:
        return False
    runner = _RUNNERS.get(node.type)
    if runner is not None:
        return runner(folder, node) is not False
    if node.type in _TRANSPARENT:
        for child in node.named_children:
            run(folder, child)
    return True


def assign(folder: Folder, node: Node) -> None:
    """`a = b`, `a = b = c`, `a, b = c`."""
    targets: list[Node | None] = []
    right: Node | None = node
    while right is not None and right.type == "assignment":
        targets.append(right.child_by_field_name("left"))
        right = right.child_by_field_name("right")
    value = folder.fold(right)
    for target in targets:
        bind_target(folder, target, value)
        if target is not None and target.type == "identifier" and (holder := class_of(node, 3)):
            for name in (holder, "self"):
                folder.names.bind(f".{name}.{source_of(target)}", value)


def class_of(node: Node, above: int = 2) -> str:
    """The class of which `node` makes an attribute or method, so many nodes above it, or ''."""
    holder: Node | None = node
    for _ in range(above if node.start_point.column else 0):
        holder = holder.parent if holder is not None else None
    if holder is None or holder.type != "class_definition":
        return ""
    name = holder.child_by_field_name("name")
    return source_of(name) if name is not None else ""


def augment(folder: Folder, node: Node) -> None:
    """`a += b`."""
    left = node.child_by_field_name("left")
    name = target_name(folder, left) if left is not None else ""
    if name:
        sign = operator_of(node).removesuffix("=")
        right = folder.fold(node.child_by_field_name("right"))
        value = combine(folder, sign, folder.names.get(name), right)
        folder.work += len(value) if isinstance(value, str | bytes | list) else 1
        folder.names.bind(name, None if folder.is_spent else value)


def change(folder: Folder, call: Node) -> None:
    """`a.append(b)` and kin: the name stands for the changed value from now on."""
    function = call.child_by_field_name("function")
    if function is None or function.type != "attribute":
        return
    held, attribute = (function.child_by_field_name(part) for part in ("object", "attribute"))
    name = source_of(attribute) if attribute is not None else ""
    changing = CHANGES.get(name)
    if changing is None or held is None or held.type != "identifier":
        return
    value = folder.fold(held)
    if value is None or isinstance(value, Named):
        return
    arguments = folder.all(arguments_of(call))
    enough = arguments is not None and len(arguments) >= CHANGES_NEED.get(name, 1)
    changed = changing(value, arguments or []) if enough else None
    folder.work += len(changed) if isinstance(changed, list | dict | bytes) else 1
    folder.names.bind(source_of(held), None if folder.is_spent else changed)


def _loop(folder: Folder, node: Node) -> bool:
    """Whether every round was gone through; else what it changes by and by is forgotten."""
    body, left = node.child_by_field_name("body"), node.child_by_field_name("left")
    items = folder.items(node.child_by_field_name("right"))
    if body is None or (items and gather(folder, left, items, body)):
        return True
    building = Building(folder)
    with contextlib.suppress(Left):
        for item in [None] if items is None else items[:MAX_ROUNDS]:
            building.targets = bind_target(folder, left, item)
            run(folder, body)
            if not building.goes_on():
                break
        else:
            if items is not None and len(items) <= MAX_ROUNDS:
                return True
        forget(folder, body)
    return False


def _while(folder: Folder, node: Node) -> bool:
    body = node.child_by_field_name("body")
    if body is None:
        return True
    building = Building(folder)
    with contextlib.suppress(Left):
        for _ in range(MAX_ROUNDS):
            if not (condition := folder.fold(node.child_by_field_name("condition"))):
                if condition is None:
                    break
                return True
            run(folder, body)
            if not building.goes_on():
                break
        forget(folder, body)
    return False


def forget(folder: Folder, node: Node) -> None:
    """What is assigned by and by within `node` is not known after it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type == "augmented_assignment":
            left = one.child_by_field_name("left")
            if left is not None and left.type == "identifier":
                folder.names.bind(source_of(left), None)
        elif one.type in _TRANSPARENT or one.type in {"if_statement", "for_statement"}:
            waiting.extend(one.named_children)


def _choose(folder: Folder, node: Node) -> None:
    """`if`: the way that is known to be taken, or every way in turn."""
    condition = folder.fold(node.child_by_field_name("condition"))
    consequence = node.child_by_field_name("consequence")
    if condition is None or condition:
        if consequence is not None:
            run(folder, consequence)
        if condition is not None:
            return
    for other in node.children_by_field_name("alternative"):
        if other.type == "elif_clause":
            decided = folder.fold(other.child_by_field_name("condition"))
            if decided is None or decided:
                run(folder, other.named_children[-1])
            if decided:
                return
        else:
            run(folder, other)


def define(folder: Folder, node: Node, longest: int = 4000) -> None:
    """`def f(…)`: its source is kept, and read again when it is called with known values."""
    name = node.child_by_field_name("name")
    if name is not None:
        short = node.end_byte - node.start_byte <= longest
        called = source_of(name)
        function = Function(called, source_of(node)) if short else None
        folder.names.bind(called, function)
        if holder := class_of(node):
            folder.names.bind(f".{holder}.{called}", function)


def bring_in(folder: Folder, node: Node) -> None:
    """`import a as b`: `b` is what goes by the name of `a`."""
    for local, dotted in imports_of(node):
        if local:
            folder.names.bind(local, Named(dotted))


def _return(folder: Folder, node: Node) -> None:
    raise Returned(folder.fold(next(iter(parts_of(node)), None)))


def _leave(_: Folder, __: Node) -> None:
    raise Left


_RUNNERS = {
    "assignment": assign,
    "augmented_assignment": augment,
    "call": change,
    "for_statement": _loop,
    "while_statement": _while,
    "if_statement": _choose,
    "function_definition": define,
    "return_statement": _return,
    "break_statement": _leave,
    "import_statement": bring_in,
    "import_from_statement": bring_in,
}
_TRANSPARENT = frozenset(
    {"module", "block", "expression_statement", "with_statement", "try_statement", "else_clause"}
    | {"finally_clause", "except_clause"}
)
