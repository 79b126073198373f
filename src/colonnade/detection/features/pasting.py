"""A piece of one picture that is set into another, by coordinates: the plainest way to swap faces.

Libraries spell it in few ways: a slice over rows and columns that is assigned to such a slice of
another array, or `crop` and `paste`. What is cut out and set in again within one picture is
retouching and is not meant. To know another way of taking a piece along, add its last word to
`_CARRYING`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.normalise.fold.nodes import arguments_of, source_of

_CARRYING = frozenset({"resize", "copy", "array", "asarray", "astype", "convert", "flip", "rotate"})
"""Last words of calls that give back the piece they were given, in another size or form."""
MAX_ASSIGNMENTS = 2000
MAX_CARRIED = 4
"""Calls around a piece that are looked through: `cv2.resize(face.copy(), size)`."""


@dataclass(slots=True)
class _Pieces:
    """Which picture each name holds a piece of, and what was set into what."""

    collector: Collector
    cut_from: dict[str, str] = field(default_factory=dict[str, str])
    set_into: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    """(picture, picture that the piece is from): the line where that is done."""

    def taken(self, node: Node, name: str, value: Node) -> None:
        """`name = value`: a piece, what was one, or something else."""
        origin = self.origin_of(value)
        self.cut_from.pop(name, None)
        if origin and origin != name:
            self.cut_from[name] = origin
            self._add("crop-taken", node)

    def set_in(self, node: Node, into: str, value: Node) -> None:
        """A piece is set into the picture `into`; of one from another cell little is known."""
        origin = self.origin_of(value)
        if origin and origin != into:
            self.set_into.setdefault((into, origin), node.start_point.row + 1)
            self._add("crop-pasted", node)
            if (origin, into) in self.set_into:
                self._add("crops-exchanged", node)
        elif not origin and self._is_carried(value):
            self._add("crop-set", node)

    def origin_of(self, value: Node, depth: int = 0) -> str:
        """The picture that `value` is a piece of, or ''."""
        if value.type == "identifier":
            return self.cut_from.get(source_of(value), "")
        if value.type == "subscript":
            return _picture_of(value)
        if value.type != "call" or depth >= MAX_CARRIED:
            return ""
        receiver, word = _method(value)
        if word == "crop" and receiver is not None and receiver.type == "identifier":
            return source_of(receiver)
        if word not in _CARRYING:
            return ""
        held = [*([receiver] if receiver is not None else []), *arguments_of(value)[:1]]
        origins = (self.origin_of(one, depth + 1) for one in held)
        return next((origin for origin in origins if origin), "")

    def _is_carried(self, value: Node) -> bool:
        """Whether it is a lone name, or one in another size."""
        if value.type == "call" and _method(value)[1] in _CARRYING:
            value = next(iter(arguments_of(value)), value)
        return value.type == "identifier"

    def _add(self, value: str, node: Node) -> None:
        lines = node.start_point.row + 1, node.end_point.row + 1
        self.collector.add(Kind.BLEND, value, *lines)


def read_pasting(
    collector: Collector, source: str, assignments: Sequence[Node], calls: Sequence[Node]
) -> None:
    """Note pieces that are cut out of a picture and set into another; nodes in their order."""
    pieces = _Pieces(collector)
    sought = calls if ".paste(" in source else ()
    pastes = [call for call in sought if _method(call)[1] == "paste"]
    if not pastes and not ("[" in source and ":" in source):
        return
    steps = sorted([*assignments[:MAX_ASSIGNMENTS], *pastes], key=lambda node: node.start_byte)
    for node in steps:
        if node.type == "call":
            receiver, _ = _method(node)
            given = next(iter(arguments_of(node)), None)
            if receiver is not None and receiver.type == "identifier" and given is not None:
                pieces.set_in(node, source_of(receiver), given)
            continue
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            continue
        if left.type == "identifier":
            pieces.taken(node, source_of(left), right)
        elif left.type == "subscript" and (into := _picture_of(left)):
            pieces.set_in(node, into, right)


def _picture_of(subscript: Node) -> str:
    """The name in `name[a:b, c:d]`, where the first two places are slices and not both whole."""
    value = subscript.child_by_field_name("value")
    places = subscript.children_by_field_name("subscript")
    if value is None or value.type != "identifier" or not 2 <= len(places) <= 3:
        return ""
    if any(one.type != "slice" for one in places[:2]):
        return ""
    return source_of(value) if any(one.named_child_count for one in places[:2]) else ""


def _method(call: Node) -> tuple[Node | None, str]:
    """(what a call is made on, its last word)."""
    function = call.child_by_field_name("function")
    if function is None or function.type != "attribute":
        return None, source_of(function) if function is not None else ""
    word = function.child_by_field_name("attribute")
    return function.child_by_field_name("object"), source_of(word) if word is not None else ""
