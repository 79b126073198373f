"""What an observation says: its attributes may have any value, and none is trusted."""

import json
from typing import cast

from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.limits import MAX_FEATURES
from colonnade.observations import Observation

MOST_NUMBER = 1e15
MAX_FEATURES_CHARACTERS = 1 << 20


def number_of(observation: Observation, name: str) -> float:
    """A number from 0 up; 0 where there is none."""
    value = observation.attributes.get(name, 0)
    if isinstance(value, bool | str) or not value > 0:
        return 0.0
    return float(min(value, MOST_NUMBER))


def text_of(observation: Observation, name: str) -> str:
    """A text; '' where there is none."""
    value = observation.attributes.get(name, "")
    return value if isinstance(value, str) else ""


def features_of(observation: Observation, kinds: frozenset[Kind]) -> tuple[Feature, ...]:
    """The features that it carries as JSON, of these kinds; what is malformed is left out."""
    written = text_of(observation, "features")
    if len(written) > MAX_FEATURES_CHARACTERS:
        return ()
    try:
        pairs: object = json.loads(written or "[]")
    except (ValueError, RecursionError):
        return ()
    if not isinstance(pairs, list):
        return ()
    found: dict[Feature, None] = {}
    for pair in cast("list[object]", pairs)[:MAX_FEATURES]:
        if feature := _feature(pair, kinds):
            found[feature] = None
    return tuple(found)


def _feature(pair: object, kinds: frozenset[Kind]) -> Feature | None:
    parts = cast("list[object]", pair) if isinstance(pair, list) else []
    if len(parts) != 2 or not all(isinstance(one, str) for one in parts):
        return None
    kind, value = str(parts[0]), str(parts[1])
    return Feature.whole(Kind(kind), value) if kind in kinds else None
