"""Which networks are applied to what an encoder gives, in the ways in which that is written.

A decoder may stand under a name, be one of several that are chosen by whose face it is, be made
anew in every round of a loop, or be the same code with other parameters. To know another way, give
it a function here and a case in `apply`.
"""

import re
from collections.abc import Sequence

from tree_sitter import Node

from colonnade.detection.features.networks import ROUNDS, Built, build_of, words_in, words_in_order
from colonnade.detection.normalise.fold.nodes import arguments_of, source_of

TWIN_NAME = re.compile(r"(?P<stem>\w{0,40}[Dd]ec\w{0,20}?)_?(?:[abAB12]|src|dst|source|target)")
ENCODER_NAME = re.compile(r"(?:^|_)enc|[Ee]ncoder")
_DECODER_NAME = re.compile(r"(?:^|[._])dec|[Dd]ecod|Dec")
MAX_ANCESTORS = 40


def apply(built: Built, call: Node) -> None:
    """Note in `built` whether `call` applies a network to what an encoder gives."""
    function, argument = call.child_by_field_name("function"), next(iter(arguments_of(call)), None)
    if function is None or argument is None:
        return
    name = source_of(function)
    with_parameters = _DECODER_NAME.search(name) and argument.type == "subscript"
    if name.endswith(".apply") or with_parameters:
        _apply_parameters(built, name, call)
    elif function.type == "subscript":
        _apply_chosen(built, function, argument, call)
    elif function.type == "call":
        _apply_new(built, function, argument, call)
    elif name in built.made or TWIN_NAME.fullmatch(name):
        _apply_named(built, name, argument, call)
    elif argument.type == "call" and (built.twins or built.many):
        # Not `x = layer(x)`: what is put on top of each other is one decoder.
        _note_twins(built, _gone_through(name, call), argument, call)


def _note(built: Built, encoder: str, networks: Sequence[str], call: Node) -> None:
    for network in networks if encoder else ():
        if network != encoder:
            built.applied.setdefault(encoder, {}).setdefault(network, call)


def _apply_named(built: Built, name: str, argument: Node, call: Node) -> None:
    encoder = _encoder_of(built, argument, call)
    _note(built, encoder, (name,), call)
    if _is_remade(built, name, encoder, call):
        again = f"{name} again"
        built.made[again] = built.made[name]
        _note(built, encoder, (again,), call)


def _apply_chosen(built: Built, function: Node, argument: Node, call: Node) -> None:
    """`decoders[who](encoder(x))`: one of several of one build, for each person another."""
    value = function.child_by_field_name("value")
    if value is not None:
        _note_twins(built, source_of(value), argument, call)


def _note_twins(built: Built, held: str, argument: Node, call: Node) -> None:
    if held in built.twins or held in built.many:
        twins = f"{held}[0]", f"{held}[1]"
        built.made.update(dict.fromkeys(twins, held))
        _note(built, _encoder_of(built, argument, call), twins, call)


def _apply_new(built: Built, function: Node, argument: Node, call: Node) -> None:
    """`decoder()(encoder(x))`: each time another of the same build, as in a comprehension."""
    maker = function.child_by_field_name("function")
    if maker is None or not _DECODER_NAME.search(source_of(maker)):
        return
    build, times = build_of(function), 2 if _rounds_around(call) else 1
    networks = [f"{build} {call.start_byte} {number}" for number in range(times)]
    built.made.update(dict.fromkeys(networks, build))
    _note(built, _encoder_of(built, argument, call), networks, call)


def _apply_parameters(built: Built, name: str, call: Node) -> None:
    """`decoder.apply(his, encoder.apply(shared, x))`: what tells decoders apart is a parameter.

    Whose these are says the last word of `state.params["his"]`.
    """
    given = arguments_of(call)
    encoder = _encoder_of(built, given[1], call) if len(given) > 1 else ""
    if encoder.endswith(".apply") or ENCODER_NAME.search(encoder):
        network = f"{name} {words_in_order(given[0])[-1:]}"
        built.made.setdefault(network, name)
        if encoder != name:
            _note(built, encoder, (network,), call)


def _encoder_of(built: Built, argument: Node, call: Node) -> str:
    """The network whose output `argument` of `call` is, or ''."""
    if argument.type == "call":
        inner = argument.child_by_field_name("function")
        return source_of(inner) if inner is not None else ""
    if argument.type == "attribute" and source_of(argument).endswith(".output"):
        return source_of(argument).removesuffix(".output")
    if argument.type in {"identifier", "attribute"}:
        return _origin(built.given_by.get(source_of(argument), []), call)
    return ""


def _gone_through(name: str, call: Node) -> str:
    """What a loop around `call` goes through, where `name` is each of it in turn; or ''."""
    for node in _rounds_around(call):
        clauses = [one for one in node.named_children if one.type == "for_in_clause"]
        clause = next(iter(clauses), node)
        right = clause.child_by_field_name("right")
        if right is not None and name in words_in_order(clause.child_by_field_name("left")):
            return source_of(right).removesuffix(".values()")
    return ""


def _is_remade(built: Built, name: str, encoder: str, call: Node) -> bool:
    """Whether a loop makes another decoder in each round, over the encoder that was there."""
    if name not in built.made or not _DECODER_NAME.search(name):
        return False
    made, shared = ([at for at, _ in built.given_by.get(one, [])] for one in (name, encoder))
    for node in _rounds_around(call):
        within = range(node.start_byte, node.end_byte)
        varied = set(words_in_order(node.child_by_field_name("left")))
        if any(at in within for at in made) and not varied & set(words_in(built.made[name])):
            return bool(shared) and not any(at in within for at in shared)
    return False


def _rounds_around(call: Node) -> list[Node]:
    """The loops and comprehensions around `call` within its function, innermost first."""
    found: list[Node] = []
    node = call.parent
    for _ in range(MAX_ANCESTORS):
        if node is None or node.type in {"function_definition", "module"}:
            break
        if node.type in ROUNDS:
            found.append(node)
        node = node.parent
    return found


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
