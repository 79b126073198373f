"""Two decoders over one encoder: how a face swap is learned, whatever its parts are called.

Both decoders are built in the same way with the same arguments, and both are applied to what one
encoder gives. Networks with several tasks have decoders of unequal build; an encoder of variations
has two plain layers, not two decoders.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.normalise.fold.nodes import arguments_of, source_of

_GROWING = re.compile(
    r"ConvTranspose|Conv2DTranspose|Upsampl|UpSampl|PixelShuffle|depth_to_space|upscale|interpolate"
    r"|[Dd]ecod"
)
"""What a decoder is made of: without any of it in a cell there is nothing to look for."""
_CALLED_DECODER = re.compile(r"(?<![.\w])[Dd]ec(?!ode\()\w{0,20}\s?[\[(=]")
"""Or one that was built in another cell is used under its name."""
_NO_DECODER = re.compile(
    r"(?:^|\.)(?:Linear|Dense|Conv\w*|Dropout|\w*Norm\w*|Embedding|LSTM|GRU)$"
    r"|[Dd]iscriminator|[Cc]ritic|[Cc]lassif"
)
"""Plain layers, and the judges of adversarial networks, which come in pairs as well."""
_TWIN_NAME = re.compile(r"(?P<stem>\w{0,40}[Dd]ec\w{0,20}?)_?(?:[abAB12]|src|dst|source|target)")
_ENCODER_NAME = re.compile(r"(?:^|_)enc|[Ee]ncoder")
_TEXT = re.compile(r"""["'][^"']{0,40}["']""")
MAX_CALLS = 2000
MAX_MADE = 400
MAX_ANCESTORS = 40


@dataclass(slots=True)
class _Built:
    """What stands in names: how it was made, and what each network was applied to."""

    made: dict[str, str] = field(default_factory=dict[str, str])
    """Name of a network: its constructor with its arguments, as written."""
    given_by: dict[str, list[tuple[int, str]]] = field(
        default_factory=dict[str, list[tuple[int, str]]]
    )
    """Variable: where it was assigned, and the network whose output it holds from there on."""
    twins: dict[str, Node] = field(default_factory=dict[str, Node])
    """Name of a dictionary or list of networks of one build: where it is made."""
    applied: dict[str, dict[str, Node]] = field(default_factory=dict[str, dict[str, Node]])
    """Name of an encoder: the networks that were applied to what it gives."""


def read_training(
    collector: Collector, source: str, assignments: Sequence[Node], calls: Sequence[Node]
) -> None:
    """Note two decoders of one build over one encoder; nodes are in the order of the source."""
    if len(calls) > MAX_CALLS or not (_GROWING.search(source) or _CALLED_DECODER.search(source)):
        return
    built = _Built()
    for node in assignments[:MAX_MADE]:
        for name, value in _pairs_of(node):
            _remember(built, name, value)
    for call in calls:
        _apply(built, call)
    for encoder, networks in built.applied.items():
        known = encoder in built.made or _ENCODER_NAME.search(encoder)
        if known and len(twins := _twins(built.made, networks)) > 1:
            lines = [node.start_point.row + 1 for node in twins]
            collector.add(Kind.TRAINING, "two-decoders", min(lines), max(lines))
    if any(map(_ENCODER_NAME.search, (*built.made, *built.applied))):
        for name, node in built.twins.items():
            if "dec" in name.lower():
                lines = node.start_point.row + 1, node.end_point.row + 1
                collector.add(Kind.TRAINING, "two-decoders", *lines)


def _pairs_of(node: Node) -> list[tuple[Node, Node]]:
    """What an assignment gives to what: `a, b = f(), g()` are two."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return []
    if left.type == "pattern_list" and right.type in {"expression_list", "tuple"}:
        return list(zip(left.named_children, right.named_children, strict=False))
    return [(left, right)]


def _remember(built: _Built, left: Node, right: Node) -> None:
    if left.type not in {"identifier", "attribute"}:
        return
    name, network = source_of(left), ""
    function = right.child_by_field_name("function") if right.type == "call" else None
    if function is not None:
        network = source_of(function)
        if right.end_byte - right.start_byte <= 2000 and not _NO_DECODER.search(network):
            built.made.setdefault(name, _build_of(right))
    if _are_twins(right):
        built.twins.setdefault(name, right)
    built.given_by.setdefault(name, []).append((right.end_byte, network))


def _build_of(call: Node) -> str:
    """How a network is built; what it is called is no part of that."""
    return _TEXT.sub("''", "".join(source_of(call).split()))


def _are_twins(right: Node) -> bool:
    """Whether it is a dictionary or list of two or more networks of one build."""
    if right.type == "call":
        right = next(iter(arguments_of(right)), right)
    if right.type == "dictionary":
        held = [one.child_by_field_name("value") for one in right.named_children]
    else:
        held = right.named_children if right.type == "list" else []
    builds = [_build_of(one) for one in held if one is not None and one.type == "call"]
    return 1 < len(builds) == len(held) and len(set(builds)) == 1


def _apply(built: _Built, call: Node) -> None:
    function = call.child_by_field_name("function")
    name = source_of(function) if function is not None else ""
    argument = next(iter(arguments_of(call)), None)
    if argument is None or not (name in built.made or _TWIN_NAME.fullmatch(name)):
        return
    encoder = ""
    if argument.type == "call":
        inner = argument.child_by_field_name("function")
        encoder = source_of(inner) if inner is not None else ""
    elif argument.type == "attribute" and source_of(argument).endswith(".output"):
        encoder = source_of(argument).removesuffix(".output")
    elif argument.type in {"identifier", "attribute"}:
        encoder = _origin(built.given_by.get(source_of(argument), []), call)
    if encoder and name != encoder:
        built.applied.setdefault(encoder, {}).setdefault(name, call)


def _origin(assigned: Sequence[tuple[int, str]], call: Node) -> str:
    """The network whose output the argument of `call` holds: `else` does not see what `if` did."""
    hidden: list[tuple[int, int]] = []
    node = call.parent
    for _ in range(MAX_ANCESTORS):
        if node is None or node.type in {"function_definition", "module"}:
            break
        if node.type in {"else_clause", "elif_clause"} and node.parent is not None:
            hidden.append((node.parent.start_byte, node.start_byte))
        node = node.parent
    seen = [
        network
        for at, network in assigned
        if at < call.start_byte and not any(first < at <= last for first, last in hidden)
    ]
    return seen[-1] if seen else ""


def _twins(made: Mapping[str, str], networks: Mapping[str, Node]) -> list[Node]:
    """Where the networks of the build that occurs most often are applied."""
    by_build: dict[str, list[Node]] = {}
    for name, node in networks.items():
        twin = _TWIN_NAME.fullmatch(name)
        build = made.get(name) or (twin["stem"] if twin else name)
        by_build.setdefault(build, []).append(node)
    return max(by_build.values(), key=len)
