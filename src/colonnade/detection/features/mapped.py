"""A function that is mapped over many things, written out as the loop that it is.

`pool.map(send, people)` does for each what `for one in people: send(one)` would, and so does a
comprehension that calls or submits it. To know another way of mapping, add its last word to
`MAPS`.
"""

import re
import textwrap
from collections.abc import Iterator

from tree_sitter import Node

from colonnade.detection.normalise.fold import Folder, Function, arguments_of, source_of
from colonnade.detection.normalise.fold.statements import parse

MAPS = frozenset({"map", "amap", "imap", "imap_unordered", "starmap", "map_async", "starmap_async"})
"""Calls that run a function for each of some items."""
SUBMITS = frozenset({"submit", "apply_async", "create_task"})
"""Calls that run it once, and are themselves made for each."""
_COMPREHENSIONS = frozenset({"list_comprehension", "generator_expression", "set_comprehension"})
_RETURN = re.compile(r"^([ \t]*)return\b[ \t]*(?=(\S?))", re.MULTILINE)
MAX_ITEMS_CHARACTERS = 200


def mapped_loop(folder: Folder, call: Node, name: str) -> Node | None:
    """The `for` statement that the call of `name` amounts to, or None.

    It is one where a function of the notebook's own is given each of some items.
    """
    word, comprehension = name.rpartition(".")[2], call.parent
    given = arguments_of(call) if word in MAPS or word in SUBMITS else []
    if word in MAPS and len(given) > 1:
        return _written_out(folder, given[0], given[1])
    if comprehension is None or comprehension.type not in _COMPREHENSIONS:
        return None
    clause = next((one for one in comprehension.children if one.type == "for_in_clause"), None)
    items = clause.child_by_field_name("right") if clause is not None else None
    called = call.child_by_field_name("function")
    if word in SUBMITS and given:
        called = given[0].child_by_field_name("function") or given[0]
    return _written_out(folder, called, items)


def _written_out(folder: Folder, called: Node | None, items: Node | None) -> Node | None:
    if called is None or items is None or called.type != "identifier":
        return None
    function = folder.names.get(source_of(called))
    if not isinstance(function, Function):
        return None
    return loop_over(function, parameters_of(function), source_of(items))


def loop_over(function: Function, names: list[str], items: str) -> Node | None:
    """A `for` statement that gives `names` one of `items` after another and does what the
    function does, or None where that cannot be written."""
    definition = next(iter(parse(function.source).named_children), None)
    body = definition.child_by_field_name("body") if definition is not None else None
    if definition is None or body is None:
        return None
    text = textwrap.dedent(" " * body.start_point.column + source_of(body))
    text = _RETURN.sub(lambda found: found[1] if found[2] else f"{found[1]}pass", text)
    head = f"for {', '.join(names) or '_'} in {items[:MAX_ITEMS_CHARACTERS]}:\n"
    loop = next(iter(parse(head + textwrap.indent(text, "    ")).named_children), None)
    return loop if loop is not None and loop.type == "for_statement" else None


def parameters_of(function: Function) -> list[str]:
    """The names of what the function is given, in their order, without the object itself."""
    definition = next(iter(parse(function.source).named_children), None)
    return list(_parameters(definition)) if definition is not None else []


def _parameters(definition: Node) -> Iterator[str]:
    parameters = definition.child_by_field_name("parameters")
    for one in parameters.named_children if parameters is not None else ():
        if one.type == "identifier" and source_of(one) not in {"self", "cls"}:
            yield source_of(one)
