"""A piece of one picture that is set into another, by coordinates: the plainest way to swap faces.

Libraries spell it in few ways: a slice over rows and columns that is assigned to such a slice of
another array, or `crop` and `paste`. What is cut out and set in again within one picture is
retouching and is not meant, unless two pieces change places. To know another way of taking a piece
along, add its last word to `_CARRYING`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tree_sitter import Node

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.normalise.fold.nodes import arguments_of, source_of

_CARRYING = frozenset({"resize", "copy", "array", "asarray", "astype", "convert", "flip", "rotate"})
"""Last words of calls that give back the piece they were given, in another size or form."""
MAX_ASSIGNMENTS = 2000
MAX_PLACE = 200
MAX_CARRIED = 4
"""Calls around a piece that are looked through: `cv2.resize(face.copy(), size)`."""


class _Piece(NamedTuple):
    """A part of a picture: the picture's name, and rows and columns as they are written."""

    picture: str
    place: str


@dataclass(slots=True)
class _Pieces:
    """Which piece each name holds, and what was set into what."""

    collector: Collector
    cut_out: dict[str, _Piece] = field(default_factory=dict[str, _Piece])
    set_into: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """(picture, picture that the piece is from); (place, place) within one picture."""

    def taken(self, node: Node, name: str, value: Node) -> None:
        """`name = value`: a piece, what was one, or something else."""
        piece = self.piece_in(value)
        self.cut_out.pop(name, None)
        if piece and piece.picture != name:
            self.cut_out[name] = piece
            self._add("crop-taken", node)

    def set_in(self, node: Node, into: _Piece, value: Node) -> None:
        """Something is set into a picture; of a piece from another cell little is known."""
        piece = self.piece_in(value)
        if piece is None:
            if self._is_carried(value):
                self._add("crop-set", node)
        elif piece.picture != into.picture:
            self._add("crop-pasted", node)
            self._exchanged(node, into.picture, piece.picture)
        elif piece.place != into.place:
            self._exchanged(node, into.place, piece.place)

    def _exchanged(self, node: Node, into: str, origin: str) -> None:
        self.set_into.add((into, origin))
        if (origin, into) in self.set_into:
            self._add("crops-exchanged", node)

    def piece_in(self, value: Node, depth: int = 0) -> _Piece | None:
        """The piece of a picture that `value` is, in whatever size or form."""
        if value.type == "identifier":
            return self.cut_out.get(source_of(value))
        if value.type == "subscript":
            return _piece_at(value)
        if value.type != "call" or depth >= MAX_CARRIED:
            return None
        receiver, word = _method(value)
        if word == "crop" and receiver is not None and receiver.type == "identifier":
            return _Piece(source_of(receiver), source_of(value)[:MAX_PLACE])
        if word not in _CARRYING:
            return None
        held = [*([receiver] if receiver is not None else []), *arguments_of(value)[:1]]
        pieces = (self.piece_in(one, depth + 1) for one in held)
        return next((piece for piece in pieces if piece), None)

    def whole(self, subscript: Node) -> _Piece | None:
        """The piece whose name is filled by `name[:] = …`: the picture changes with it."""
        value = subscript.child_by_field_name("value")
        places = subscript.children_by_field_name("subscript")
        if value is None or any(one.type != "slice" or one.named_child_count for one in places):
            return None
        return self.cut_out.get(source_of(value))

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
                pieces.set_in(node, _Piece(source_of(receiver), ""), given)
            continue
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            continue
        if left.type == "identifier":
            pieces.taken(node, source_of(left), right)
        elif left.type == "subscript" and (into := _piece_at(left) or pieces.whole(left)):
            pieces.set_in(node, into, right)


def _piece_at(subscript: Node) -> _Piece | None:
    """`name[a:b, c:d]`, where the first two places are slices and not both whole."""
    value = subscript.child_by_field_name("value")
    places = subscript.children_by_field_name("subscript")
    if value is None or value.type != "identifier" or not 2 <= len(places) <= 3:
        return None
    if any(one.type != "slice" for one in places[:2]):
        return None
    if not any(one.named_child_count for one in places[:2]):
        return None
    return _Piece(source_of(value), ",".join(map(source_of, places[:2]))[:MAX_PLACE])


def _method(call: Node) -> tuple[Node | None, str]:
    """(what a call is made on, its last word)."""
    function = call.child_by_field_name("function")
    if function is None or function.type != "attribute":
        return None, source_of(function) if function is not None else ""
    word = function.child_by_field_name("attribute")
    return function.child_by_field_name("object"), source_of(word) if word is not None else ""
