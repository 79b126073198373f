"""A function that is mapped over many things, written out as the loop that it is.

`pool.map(send, people)` does for each what `for one in people: send(one)` would, and so does a
comprehension that calls or submits it; and what a loop calls or starts is written out in it. To
know another way of mapping, add its last word to `MAPS`.
"""

import re
import textwrap
from collections.abc import Callable, Iterator

from tree_sitter import Node

from colonnade.detection.features.loop import Loop, words_of
from colonnade.detection.normalise.fold import Folder, Function, arguments_of, source_of
from colonnade.detection.normalise.fold.nodes import keywords_of, parts_of
from colonnade.detection.normalise.fold.statements import parse

MAPS = frozenset({"map", "amap", "imap", "imap_unordered", "starmap", "map_async", "starmap_async"})
"""Calls that run a function for each of some items."""
SUBMITS = frozenset({"submit", "apply_async", "create_task"})
"""Calls that run it once, and are themselves made for each."""
STARTS = frozenset({"Thread", "Process", "Timer"})
"""Calls that run it elsewhere, by the name of `target`."""
_COMPREHENSIONS = frozenset({"list_comprehension", "generator_expression", "set_comprehension"})
_LOOPS = frozenset({"for_statement", "while_statement"})
_RETURN = re.compile(r"^([ \t]*)return\b[ \t]*(?=(\S?))", re.MULTILINE)
MAX_ITEMS_CHARACTERS = 200


def mapped_loop(folder: Folder, call: Node, name: str) -> Node | None:
    """The `for` statement that the call of `name` amounts to, or None.

    It is one where a function of the notebook's own is given each of some items.
    """
    word, comprehension = name.rpartition(".")[2], call.parent
    given = arguments_of(call) if word in MAPS or word in SUBMITS or word in STARTS else []
    if word in MAPS and len(given) > 1:
        return _over(folder, given[0], given[1])
    if word == "apply" and (told := arguments_of(call)):
        table = call.child_by_field_name("function")
        return _over(folder, told[0], table.child_by_field_name("object") if table else None)
    if comprehension is None or comprehension.type not in _COMPREHENSIONS:
        return None
    clause = next((one for one in comprehension.children if one.type == "for_in_clause"), None)
    items = clause.child_by_field_name("right") if clause is not None else None
    return _over(folder, started(call)[0], items)


def called_loop(
    folder: Folder, loop: Loop, call: Node, may_matter: Callable[[str], object]
) -> Node | None:
    """The loop that `loop` is with the function written out that `call` in it calls or starts.

    None where that is none of the notebook's own, or its source cannot matter.
    """
    called, given = started(call)
    function = _own(folder, called) if called is not None else None
    if function is not None and not may_matter(function.source):
        return None
    turn = loop.varied | loop.by_chance | loop.counted | loop.made.keys()
    over = loop.over[:MAX_ITEMS_CHARACTERS]

    def head(parameters: list[str]) -> str:
        """Only what is given something else in each round is a variable of the loop."""
        told = zip(parameters, given, strict=False)
        names = [one for one, argument in told if turn & words_of(argument) or _is_made(argument)]
        if loop.node.type == "while_statement":
            return f"while {over}:\n" + "".join(f"    {one} = next(_)\n" for one in names)
        return for_each(names, over)

    return _written_out(folder, called, head)


def _is_made(argument: Node) -> bool:
    """Whether an argument is made anew in each round."""
    value = argument.child_by_field_name("value")
    return (value or argument).type in {"call", "string", "binary_operator"} and (
        "(" in source_of(argument)[:MAX_ITEMS_CHARACTERS]
    )


def started(call: Node) -> tuple[Node | None, list[Node]]:
    """The function that a call calls, submits or starts, and what that is given."""
    function, given = call.child_by_field_name("function"), arguments_of(call)
    word = source_of(function)[:200].rpartition(".")[2] if function is not None else ""
    if word in STARTS:
        keys = dict(keywords_of(call))
        inner = keys.get("args")
        return keys.get("target"), parts_of(inner) if inner is not None else []
    if word in SUBMITS and given:
        return given[0].child_by_field_name("function") or given[0], given[1:]
    if function is not None and function.type == "call":
        return next(iter(arguments_of(function)), None), given  # As in `delayed(send)(one)`.
    return function, given


def _over(folder: Folder, called: Node | None, items: Node | None) -> Node | None:
    if items is None:
        return None
    return _written_out(folder, called, lambda names: for_each(names, source_of(items)))


def _written_out(
    folder: Folder, called: Node | None, head: Callable[[list[str]], str]
) -> Node | None:
    """A function of the notebook's own as the body of a loop, whose head follows its parameters."""
    if called is not None and called.type == "lambda":
        return _lambda_written_out(called, head)
    function = _own(folder, called) if called is not None else None
    return loop_of_function(function, head(parameters_of(function))) if function else None


def _own(folder: Folder, called: Node) -> Function | None:
    """The notebook's own function or method of that name, or None."""
    if called.type not in {"identifier", "attribute"}:
        return None
    holder, _, name = source_of(called)[:200].rpartition(".")
    function = folder.names.get(name)
    if not isinstance(function, Function) or (holder and not function.is_method):
        return None
    return function


def _lambda_written_out(called: Node, head: Callable[[list[str]], str]) -> Node | None:
    body = called.child_by_field_name("body")
    given = called.child_by_field_name("parameters")
    names = [source_of(one) for one in given.named_children] if given is not None else []
    said = source_of(body) if body is not None else ""
    if not said or not all(map(str.isidentifier, names)):
        return None
    loop = next(iter(parse(f"{head(names)}    ({said})\n").named_children), None)
    return loop if loop is not None and loop.type in _LOOPS else None


def for_each(names: list[str], items: str) -> str:
    """The head of a `for` statement that gives `names` one of `items` after another."""
    return f"for {', '.join(names) or '_'} in {items[:MAX_ITEMS_CHARACTERS]}:\n"


def loop_of_function(function: Function, head: str) -> Node | None:
    """A loop with such a head that does what the function does; None where none can be written."""
    definition = next(iter(parse(function.source).named_children), None)
    body = definition.child_by_field_name("body") if definition is not None else None
    if definition is None or body is None:
        return None
    text = textwrap.dedent(" " * body.start_point.column + source_of(body))
    text = _RETURN.sub(lambda found: found[1] if found[2] else f"{found[1]}pass", text)
    text = head + textwrap.indent(text, "    ")
    loop = next(iter(parse(text).named_children), None)
    return loop if loop is not None and loop.type in _LOOPS else None


def parameters_of(function: Function) -> list[str]:
    """The names of what the function is given, in their order, without the object itself."""
    definition = next(iter(parse(function.source).named_children), None)
    return list(_parameters(definition)) if definition is not None else []


def _parameters(definition: Node) -> Iterator[str]:
    parameters = definition.child_by_field_name("parameters")
    for one in parameters.named_children if parameters is not None else ():
        name = one.child_by_field_name("name")
        if name is None and one.type == "typed_parameter":
            name = one.named_children[0]
        name = name or one
        if name.type == "identifier" and source_of(name) not in {"self", "cls"}:
            yield source_of(name)
