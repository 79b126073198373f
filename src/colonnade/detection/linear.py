"""Whether a regular expression is matched in linear time, whatever it is matched against.

Python's engine backtracks: `(a+)+$` takes time that doubles with each letter. The rules meet what
others write, so `colonnade rules check` refuses an expression that could do this. (One that was
never checked costs its author the budget of the examining process, and nobody else anything.)
"""

import importlib
from collections.abc import Iterator
from typing import Any, cast

_parser: Any = importlib.import_module("re._parser")
"""The standard library's own reading of an expression; private, and the same from 3.11 to 3.14."""

MAX_OPEN_REPEATS = 2
"""Endless repeats one after the other; each multiplies the steps by the length of one value."""


def backtracks(expression: str) -> str:
    """Why `expression` is not linear, or ''. Raises re.error for what is no expression.

    Refused are: an endless repeat, or a choice, within an endless repeat; a back-reference; a look
    around; more than `MAX_OPEN_REPEATS` endless repeats on one way through.
    """
    parsed = _parser.parse(expression)
    nodes = list(_nodes(parsed))
    if any(operator.startswith(("GROUPREF", "ASSERT")) for operator, _ in nodes):
        return "a back-reference or a look around is not linear"
    for operator, argument in nodes:
        if _is_endless(operator, argument):
            within = list(_nodes(argument[2]))
            if any(_is_endless(*inner) or inner[0] == "BRANCH" for inner in within):
                return "a repeat or a choice within an endless repeat is not linear"
    if _longest(parsed) > MAX_OPEN_REPEATS:
        return f"more than {MAX_OPEN_REPEATS} endless repeats in a row are not linear"
    return ""


def _is_endless(operator: str, argument: Any) -> bool:
    """More than ten rounds count as endless: `(a{1,99}){1,99}` is as slow as `(a+)+`."""
    return operator.endswith("_REPEAT") and argument[1] > 10


def _nodes(parsed: Any) -> Iterator[tuple[str, Any]]:
    """Every node below `parsed`: the name of its operator, and its argument."""
    for operator, argument in parsed:
        yield str(operator), argument
        for below in _parts(str(operator), argument):
            yield from _nodes(below)


def _parts(operator: str, argument: Any) -> list[Any]:
    """The sequences that a node holds: several for a choice, none for a letter."""
    if operator == "BRANCH":
        return cast("list[Any]", argument[1])
    if operator.endswith("_REPEAT"):
        return [argument[2]]
    if operator == "ATOMIC_GROUP":
        return [argument]
    return [argument[-1]] if operator == "SUBPATTERN" else []


def _longest(parsed: Any) -> int:
    """The most endless repeats that lie on one way through."""
    total = 0
    for operator, argument in parsed:
        name = str(operator)
        below = [_longest(part) for part in _parts(name, argument)]
        total += max(below, default=0) + int(_is_endless(name, argument))
    return total
