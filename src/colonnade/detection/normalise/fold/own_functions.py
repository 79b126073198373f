"""Functions of the notebook's own: called with what is known, or read with it bound.

A function is kept as its source, and read again for each call.
"""

import textwrap
from collections.abc import Sequence

from tree_sitter import Node

from colonnade.detection.normalise.fold.folder import Folder
from colonnade.detection.normalise.fold.nodes import parts_of, source_of
from colonnade.detection.normalise.fold.statements import Left, Returned, parse, run
from colonnade.detection.normalise.fold.values import Function, Value

MAX_CALLS_DEEP = 8


def apply(
    folder: Folder,
    function: Function,
    arguments: Sequence[Value | None],
    keywords: dict[str, Value | None],
) -> Value | None:
    """What the notebook's own `function` gives for these arguments, or None."""
    definition = _definition(function)
    if definition is None or folder.depth > MAX_CALLS_DEEP * 6:
        return None
    body = definition.child_by_field_name("body")
    parameters = definition.child_by_field_name("parameters")
    before = dict(folder.names.own)
    try:
        _bind_parameters(folder, parameters, arguments, keywords)
        if definition.type == "lambda":
            return folder.fold(body)
        if body is not None and "yield" in function.source:
            return _yielded(folder, body)
        if body is not None:
            run(folder, body)
    except Returned as returned:
        return returned.value
    except Left:
        return None
    finally:
        folder.names.own = before
    return None


def _yielded(folder: Folder, body: Node) -> Value | None:
    """What a generator gives that only yields, one thing after another; None for any other."""
    given: list[Node | None] = []
    for statement in parts_of(body):
        one = next(iter(statement.named_children), None)
        if one is None or one.type != "yield":
            return None
        given.append(next(iter(one.named_children), None))
    values = [folder.fold(one) for one in given]
    known = [one for one in values if one is not None]
    return known if len(known) == len(given) else None


def body_of(
    folder: Folder, function: Function, arguments: list[Value | None], keywords: dict[str, Value]
) -> str:
    """The body of `function`, with its parameters bound to what it is called with; '' if none."""
    definition = _definition(function)
    body = definition.child_by_field_name("body") if definition is not None else None
    if definition is None or body is None:
        return ""
    parameters = definition.child_by_field_name("parameters")
    _bind_parameters(folder, parameters, arguments, keywords)
    return textwrap.dedent(" " * body.start_point.column + source_of(body))


def _definition(function: Function) -> Node | None:
    """The node of its `def` or `lambda`."""
    first = next(iter(parse(function.source).named_children), None)
    is_expression = first is not None and first.type == "expression_statement"
    return first.named_children[0] if first is not None and is_expression else first


def _bind_parameters(
    folder: Folder,
    parameters: Node | None,
    arguments: Sequence[Value | None],
    keywords: dict[str, Value | None] | dict[str, Value],
) -> None:
    places = list(arguments)
    for parameter in parts_of(parameters) if parameters is not None else []:
        named = parameter.child_by_field_name("name") or parameter
        if named.type != "identifier" and parameter.named_children:
            named = parameter.named_children[0]
        name = source_of(named)
        if parameter.type == "list_splat_pattern":
            rest = [one for one in places if one is not None]
            folder.names.bind(name, rest if len(rest) == len(places) else None)
            places = []
        elif named.type == "identifier":
            default = folder.fold(parameter.child_by_field_name("value"))
            value = places.pop(0) if places else keywords.get(name, default)
            folder.names.bind(name, value)
