"""Which networks a cell builds, under which names: one, several of one build, or any number.

How a network is built is its constructor with its arguments, as written; what it is called is no
part of that.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from colonnade.detection.normalise.fold.nodes import arguments_of, source_of

_NO_DECODER = re.compile(
    r"(?:^|\.)(?:Linear|Dense|Conv\w*|Dropout|\w*Norm\w*|Embedding|LSTM|GRU)$"
    r"|[Dd]iscriminator|[Cc]ritic|[Cc]lassif"
)
"""Plain layers, and the judges of adversarial networks, which come in pairs as well."""
ROUNDS = frozenset(
    {"list_comprehension", "dictionary_comprehension", "generator_expression", "for_statement"}
)
_TEXT = re.compile(r"""["'][^"']{0,40}["']""")
_WORD = re.compile(r"\w+")
MAX_MADE = 400
MAX_BUILD_BYTES = 2000


@dataclass(slots=True)
class Built:
    """What stands in names: how it was made, and what each network was applied to."""

    made: dict[str, str] = field(default_factory=dict[str, str])
    """Name of a network: its constructor with its arguments, as written."""
    given_by: dict[str, list[tuple[int, str]]] = field(
        default_factory=dict[str, list[tuple[int, str]]]
    )
    """Variable: where it was assigned, and the network whose output it holds from there on."""
    twins: dict[str, Node] = field(default_factory=dict[str, Node])
    """Name of a dictionary or list of networks of one build: where it is made."""
    many: set[str] = field(default_factory=set[str])
    """Name of what holds any number of networks of one build."""
    applied: dict[str, dict[str, Node]] = field(default_factory=dict[str, dict[str, Node]])
    """Name of an encoder: the networks that were applied to what it gives."""


def built_in(assignments: Sequence[Node]) -> Built:
    """What stands in names after these assignments, in the order of the source."""
    built = Built()
    for node in assignments[:MAX_MADE]:
        for name, value in _pairs_of(node):
            _remember(built, name, value)
    return built


def build_of(call: Node) -> str:
    """How a network is built."""
    return _TEXT.sub("''", "".join(source_of(call).split()))


def words_in_order(node: Node | None) -> list[str]:
    """The words in the source of `node`, in their order."""
    return words_in(source_of(node)) if node is not None else []


def words_in(source: str) -> list[str]:
    """The words in `source`, in their order."""
    return _WORD.findall(source)


def maker_of(call: Node) -> str:
    """The name of what is called."""
    function = call.child_by_field_name("function")
    return source_of(function) if function is not None else ""


def _pairs_of(node: Node) -> list[tuple[Node, Node]]:
    """What an assignment gives to what: `a, b = f(), g()` are two."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return []
    if left.type == "pattern_list" and right.type in {"expression_list", "tuple"}:
        return list(zip(left.named_children, right.named_children, strict=False))
    return [(left, right)]


def _remember(built: Built, left: Node, right: Node) -> None:
    if left.type not in {"identifier", "attribute"}:
        return
    name, network = source_of(left), maker_of(right)
    short = right.end_byte - right.start_byte <= MAX_BUILD_BYTES
    if network and short and not _NO_DECODER.search(network):
        built.made.setdefault(name, build_of(right))
    if _are_twins(right):
        built.twins.setdefault(name, right)
    elif _are_many(right):
        built.many.add(name)
    built.given_by.setdefault(name, []).append((right.end_byte, network))


def _are_twins(right: Node) -> bool:
    """Whether it is a dictionary or list of two or more networks of one build."""
    if right.type == "call":
        right = next(iter(arguments_of(right)), right)
    if right.type == "dictionary":
        held = [one.child_by_field_name("value") for one in right.named_children]
    else:
        held = right.named_children if right.type == "list" else []
    builds = [build_of(one) for one in held if one is not None and one.type == "call"]
    return 1 < len(builds) == len(held) and len(set(builds)) == 1


def _are_many(right: Node) -> bool:
    """Whether networks of one build are made in a comprehension, as the layers of one are too."""
    if right.type == "call":
        right = next(iter(arguments_of(right)), right)
    body = right.child_by_field_name("body") if right.type in ROUNDS else None
    made = body.child_by_field_name("value") if body is not None and body.type == "pair" else body
    clause = next((one for one in right.named_children if one.type == "for_in_clause"), None)
    if made is None or made.type != "call" or clause is None or _NO_DECODER.search(maker_of(made)):
        return False
    varied = words_in_order(clause.child_by_field_name("left"))
    return not set(varied) & set(words_in_order(made))
