"""Lists that are put together step by step, for commands of which only some words are known.

`run = ["tool", path]`, `run += [more]`, `run.append(one)` and `[a] + [b]` are followed in the order
of the source, whichever branch they stand in: what a command may be told counts.
"""

from collections.abc import MutableMapping
from itertools import chain

from tree_sitter import Node

from colonnade.detection.normalise.fold.nodes import arguments_of, source_of

Sequences = MutableMapping[str, tuple[Node, ...]]
"""Name to the parts of the list that it stands for."""
MAX_PARTS = 400
MAX_SUMMANDS = 60


def parts_listed(sequences: Sequences, node: Node) -> tuple[Node, ...]:
    """The parts of the list that `node` is or stands for; () where it is none."""
    found: list[tuple[Node, ...]] = []
    for _ in range(MAX_SUMMANDS):
        operator = node.child_by_field_name("operator") if node.type == "binary_operator" else None
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if operator is None or operator.type != "+" or left is None or right is None:
            break
        found.append(_parts_of(sequences, right))
        node = left
    found.append(_parts_of(sequences, node))
    return tuple(chain.from_iterable(reversed(found)))[:MAX_PARTS]


def keep_listed(sequences: Sequences, name: str, value: Node, adds: bool) -> None:
    """`name = value`, or `name += value` where it `adds`, if that is a list."""
    if parts := parts_listed(sequences, value):
        sequences[name] = ((*sequences.get(name, ()), *parts) if adds else parts)[:MAX_PARTS]


def keep_added(sequences: Sequences, call: Node) -> None:
    """`name.append(one)` and `name.extend(some)` for a list that is known."""
    function, given = call.child_by_field_name("function"), arguments_of(call)[:1]
    if function is None or function.type != "attribute" or not given:
        return
    held, word = function.child_by_field_name("object"), function.child_by_field_name("attribute")
    name = source_of(held) if held is not None and held.type == "identifier" else ""
    if name not in sequences or word is None:
        return
    if source_of(word) == "append":
        sequences[name] = (*sequences[name], *given)[:MAX_PARTS]
    elif source_of(word) == "extend":
        keep_listed(sequences, name, given[0], adds=True)


def _parts_of(sequences: Sequences, node: Node) -> tuple[Node, ...]:
    if node.type in {"list", "tuple"}:
        return tuple(one for one in node.named_children if one.type != "comment")
    return sequences.get(source_of(node), ()) if node.type == "identifier" else ()
