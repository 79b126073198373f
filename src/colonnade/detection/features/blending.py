"""How something is put back into a picture: warped back to where it came from, mixed by a mask."""

import re
from collections.abc import Mapping, Sequence

from tree_sitter import Node

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.normalise.fold import source_of

_MIXED = re.compile(r"\(1(?:\.0?)?\s?-\s?(\w{1,60})")
_INVERTING = ("invertAffineTransform", "linalg.inv", "linalg.pinv", "inverse")
_BACK = re.compile(r"(?:^|_)(?:inv|inverse|back)(?:_|$)|(?:^|_)inv\w*matrix")
MAX_RESHAPED = 4
MAX_SUM_BYTES = 2000
"""A longer sum mixes no pictures, and all of its parts are sums as well."""
_MASK_NAMES = frozenset({"m", "mm", "msk", "matte"})
_MASKING = (
    *("GaussianBlur", "erode", "dilate", "warpAffine", "fillConvexPoly", "fillPoly", "blur"),
    *("maximum", "numpy.max"),
)


def mask_in(value: Node) -> str:
    """The call that makes a mask, scaled or reshaped as it may be: `blur(m)[..., None] / 255`."""
    for _ in range(MAX_RESHAPED):
        function = value.child_by_field_name("function")
        if function is not None and source_of(function).endswith(_MASKING):
            return source_of(function)
        inner = function.child_by_field_name("object") if function is not None else None
        inner = inner or value.child_by_field_name("left") or value.child_by_field_name("value")
        if inner is None:
            break
        value = inner
    return ""


def goes_back(arguments: Sequence[Node], made_by: Mapping[str, str]) -> bool:
    """Whether a warp takes something back to where it came from.

    Args:
        made_by: the dotted name of the call whose result a name holds.
    """
    if any("INVERSE" in source_of(one) for one in arguments[2:]):
        return True
    matrix = source_of(arguments[1]) if len(arguments) > 1 else ""
    return bool(_BACK.search(matrix)) or made_by.get(matrix, matrix).endswith(_INVERTING)


def read_mixed(collector: Collector, node: Node, made_by: Mapping[str, str]) -> None:
    """Note `m * a + (1 - m) * b`, where `m` is a mask by its name or by how it was made."""
    if node.end_byte - node.start_byte > MAX_SUM_BYTES:
        return
    text = source_of(node)[:400]
    found = _MIXED.search(text)
    if found is None or "*" not in text or text.count(found[1]) < 2:
        return
    name = found[1].lower()
    if "mask" in name or name in _MASK_NAMES or made_by.get(found[1], "").endswith(_MASKING):
        lines = node.start_point.row + 1, node.end_point.row + 1
        collector.add(Kind.BLEND, "alpha-mask", *lines)
