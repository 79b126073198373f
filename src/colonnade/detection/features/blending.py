"""How something is put back into a picture: a warp undone, a blend by a mask."""

import re
from collections.abc import Mapping

from tree_sitter import Node

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.normalise.fold import source_of

_BLEND = re.compile(r"\(1(?:\.0?)?\s?-\s?(\w{1,60})")
_INVERTING = ("invertAffineTransform", "linalg.inv", "linalg.pinv", "inverse")
_MASKING = ("GaussianBlur", "erode", "dilate", "warpAffine", "fillConvexPoly", "fillPoly", "blur")


def is_inverse(arguments: list[Node], made_by: Mapping[str, str]) -> bool:
    """Whether a warp takes something back to where it came from.

    made_by: the dotted name of the call whose result a name holds.
    """
    if any("INVERSE" in source_of(one) for one in arguments[2:]):
        return True
    matrix = source_of(arguments[1]) if len(arguments) > 1 else ""
    return made_by.get(matrix, matrix).endswith(_INVERTING)


def read_blend(collector: Collector, node: Node, made_by: Mapping[str, str]) -> None:
    """`m * a + (1 - m) * b`, where `m` is a mask by its name or by how it was made."""
    text = source_of(node)[:400]
    found = _BLEND.search(text)
    if found is None or "*" not in text or text.count(found[1]) < 2:
        return
    if "mask" in found[1].lower() or made_by.get(found[1], "").endswith(_MASKING):
        lines = node.start_point.row + 1, node.end_point.row + 1
        collector.add(Kind.BLEND, "alpha-mask", *lines)
