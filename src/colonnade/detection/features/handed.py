"""What the notebook's own functions do with each candidate that a loop hands to them.

`for word in words: attempt(word)` does for each what `attempt` says, so that is read as the body of
a loop in which only what was a candidate differs.
"""

from collections.abc import Callable, Iterator

from tree_sitter import Node

from colonnade.detection.features.loop import Loop
from colonnade.detection.features.loops import loop_of
from colonnade.detection.features.mapped import for_each, loop_of_function, parameters_of, started
from colonnade.detection.features.reached import own_functions
from colonnade.detection.normalise.fold import Folder, Function, source_of

MAX_FUNCTIONS = 8


def loops_within(
    folder: Folder, loop: Loop, may_matter: Callable[[Function], bool]
) -> Iterator[Loop]:
    """For each of the notebook's own functions that is given a candidate, what it does with it."""
    if not own_functions(folder, loop):
        return
    seen: set[str] = set()
    for call in loop.calls:
        called, values = started(call)
        name = folder.callee(called).removeprefix("self.") if called is not None else ""
        function = folder.names.get(name) if name not in seen else None
        if not isinstance(function, Function) or not any(map(loop.is_candidate, values)):
            continue
        seen.add(name)
        if len(seen) > MAX_FUNCTIONS:
            return
        if not may_matter(function):
            continue
        tried = [one for one, value in _told(function, values) if loop.is_candidate(value)]
        written = loop_of_function(function, for_each(tried, loop.over))
        if written is not None:
            inner = loop_of(folder, written)
            inner.before = loop.before
            yield inner


def _told(function: Function, values: list[Node]) -> Iterator[tuple[str, Node]]:
    """The function's parameters, and what they are given."""
    names = iter(parameters_of(function))
    for one in values:
        key, value = one.child_by_field_name("name"), one.child_by_field_name("value")
        if one.type == "keyword_argument" and key is not None and value is not None:
            yield source_of(key), value
        elif (name := next(names, None)) is not None:
            yield name, one
