"""Two decoders over one encoder: how a face swap is learned, whatever its parts are called.

Both decoders are built in the same way with the same arguments, and both are applied to what one
encoder gives. Networks with several tasks have decoders of unequal build; an encoder of variations
has two plain layers, not two decoders.
"""

import re
from collections.abc import Mapping, Sequence

from tree_sitter import Node

from colonnade.detection.features.applied import ENCODER_NAME, TWIN_NAME, apply
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.networks import built_in

_GROWING = re.compile(
    r"ConvTranspose|Conv2DTranspose|Upsampl|UpSampl|PixelShuffle|depth_to_space|upscale|interpolate"
    r"|[Dd]ecod"
)
"""What a decoder is made of: without any of it in a cell there is nothing to look for."""
_WORDS = (
    "ranspose",
    "psampl",
    "pSampl",
    "PixelSh",
    "depth_to",
    "upscale",
    "interpolate",
    "dec",
    "Dec",
)
"""Without any of these there can be none of it, and most cells have none."""
_CALLED_DECODER = re.compile(r"(?<![.\w])[Dd]ec(?!ode\()\w{0,20}\s?[\[(=]")
"""Or one that was built in another cell is used under its name."""
MAX_CALLS = 2000


def read_training(
    collector: Collector, source: str, assignments: Sequence[Node], calls: Sequence[Node]
) -> None:
    """Note two decoders of one build over one encoder; nodes are in the order of the source."""
    if len(calls) > MAX_CALLS or not any(one in source for one in _WORDS):
        return
    if not (_GROWING.search(source) or _CALLED_DECODER.search(source)):
        return
    built = built_in(assignments)
    for call in calls:
        apply(built, call)
    for encoder, networks in built.applied.items():
        known = encoder.removesuffix(".apply") in built.made or ENCODER_NAME.search(encoder)
        if known and len(twins := _twins(built.made, networks)) > 1:
            lines = [node.start_point.row + 1 for node in twins]
            collector.add(Kind.TRAINING, "two-decoders", min(lines), max(lines))
    if any(map(ENCODER_NAME.search, (*built.made, *built.applied))):
        for name, node in built.twins.items():
            if "dec" in name.lower():
                lines = node.start_point.row + 1, node.end_point.row + 1
                collector.add(Kind.TRAINING, "two-decoders", *lines)


def _twins(made: Mapping[str, str], networks: Mapping[str, Node]) -> list[Node]:
    """Where the networks of the build that occurs most often are applied."""
    by_build: dict[str, list[Node]] = {}
    for name, node in networks.items():
        twin = TWIN_NAME.fullmatch(name)
        build = made.get(name) or (twin["stem"] if twin else name)
        by_build.setdefault(build, []).append(node)
    return max(by_build.values(), key=len)
