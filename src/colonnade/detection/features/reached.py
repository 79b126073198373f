"""The notebook's own functions that run in the rounds of a loop, however many others call them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from tree_sitter import Node

from colonnade.detection.features.loop import MAX_TEXT, Loop
from colonnade.detection.features.walk import nodes_in
from colonnade.detection.normalise.fold import Folder, Function, arguments_of, source_of
from colonnade.detection.normalise.fold.statements import parse

MAX_OWN_CALLS, MAX_OWN_FUNCTIONS = 60, 8
"""Calls that are looked at for functions of the notebook's own, and functions that are."""
MAX_REACHED = 12
_CALLED = re.compile(r"(?:\btarget=|\b(?=[^\W\d]\w{0,60}\())([^\W\d]\w{0,60})")


def own_functions(folder: Folder, loop: Loop) -> list[Function]:
    """The notebook's own functions that are called in the loop, or handed to something there."""
    if loop.own is None:
        loop.own = list(islice(_own_functions(folder, loop), MAX_OWN_FUNCTIONS))
    return loop.own


def _own_functions(folder: Folder, loop: Loop) -> Iterator[Function]:
    found: set[str] = set()
    for call in loop.calls[:MAX_OWN_CALLS]:
        pieces = [call.child_by_field_name("function"), *arguments_of(call)]
        for piece in pieces:
            text = source_of(piece)[:200] if piece is not None else ""
            holder, _, name = text.rpartition("=")[2].strip().rpartition(".")
            value = folder.names.get(name) if name.isidentifier() and name not in found else None
            if isinstance(value, Function) and (value.is_method if holder else True):
                found.add(name)
                yield value


def feeds(loop: Loop, function: Function) -> bool:
    """Whether it only gives what the loop goes through: it reads outside of the rounds."""
    called = f"{function.name}("
    if loop.node.type != "for_statement" or called not in loop.over:
        return called in loop.over and "yield" in function.source
    return loop.own_text.count(called) == loop.over.count(called)


def reached_functions(folder: Folder, loop: Loop) -> list[Function]:
    """The notebook's own functions that run in each round, however many others call them."""
    if loop.reached is None:
        loop.reached = list(islice(_reached(folder, loop), MAX_REACHED))
    return loop.reached


def _reached(folder: Folder, loop: Loop) -> Iterator[Function]:
    found: set[str] = set()
    waiting = [one for one in own_functions(folder, loop) if not feeds(loop, one)]
    while waiting:
        function = waiting.pop(0)
        if function.name in found:
            continue
        found.add(function.name)
        yield function
        for name in _called_in(function.source):
            value = folder.names.get(name)
            if isinstance(value, Function) and name not in found:
                waiting.append(value)


@lru_cache(1024)
def _called_in(source: str) -> tuple[str, ...]:
    """The last names of what a function calls, or hands on."""
    return tuple(dict.fromkeys(_CALLED.findall(source[:MAX_TEXT])))


def calls_within(loop: Loop, functions: list[Function]) -> list[Node]:
    """The calls of the loop and of functions."""
    inner = (nodes_in(parse(one.source)).get("call", []) for one in functions)
    return [*loop.calls, *(call for calls in inner for call in calls)]


def calls_in_turn(folder: Folder, loop: Loop, word: str = "") -> list[Node]:
    """The calls of a loop, and those of the notebook's own functions there that say `word`."""
    return calls_within(loop, [one for one in own_functions(folder, loop) if word in one.source])
