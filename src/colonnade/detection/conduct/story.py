"""What is seen of a runtime, as an example of a rule tells it: one mapping an observation.

    - {at: 2m, exec: 'python go.py extract --input-dir a', subject: /usr/bin/python3}
    - {at: 40m, folder: /content/a/faces, grown: 120, count: 120, format: jpeg}
    - {load: '', cpu_share: 0.97, seconds: 1800}

The kind stands with its subject (of an `exec` with its command line); every other key is an
attribute. `at` counts from the beginning; without it, a second after the one before.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from colonnade.detection.conduct.reading import EGRESS, EGRESS_REFUSED, READERS
from colonnade.detection.durations import seconds_of
from colonnade.observations import Observation, Trust
from colonnade.observations.vocabulary import (
    EGRESS_SENSOR,
    EXEC,
    FILE_SENSOR,
    GPU,
    GPU_SENSOR,
    HOOK,
    HOOK_SENSOR,
    LOAD,
    LOAD_SENSOR,
    OUTPUT,
    OUTPUT_SENSOR,
    PROCESS_SENSOR,
)

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
RUNTIME = "example"
_SOURCES: Mapping[str, tuple[str, Trust]] = {
    EXEC: (PROCESS_SENSOR, Trust.KERNEL),
    LOAD: (LOAD_SENSOR, Trust.KERNEL),
    GPU: (GPU_SENSOR, Trust.KERNEL),
    EGRESS: (EGRESS_SENSOR, Trust.PROXY),
    EGRESS_REFUSED: (EGRESS_SENSOR, Trust.PROXY),
    HOOK: (HOOK_SENSOR, Trust.IN_SANDBOX),
    OUTPUT: (OUTPUT_SENSOR, Trust.IN_SANDBOX),
}


def observations_of(story: Iterable[Mapping[str, Any]]) -> list[Observation]:
    """The observations that a story tells. Raises ValueError saying what is wrong with it."""
    told: list[Observation] = []
    time = BEGUN
    for one in story:
        time = BEGUN + timedelta(seconds=seconds_of(one["at"])) if "at" in one else _next(told)
        told.append(_observation(one, time))
    return told


def _next(told: list[Observation]) -> datetime:
    return told[-1].time + timedelta(seconds=1) if told else BEGUN


def _observation(one: Mapping[str, Any], time: datetime) -> Observation:
    kinds = [kind for kind in one if kind in READERS]
    if len(kinds) != 1 or not isinstance(one[kinds[0]], str):
        raise ValueError(f"what is seen has one kind with a text, such as 'exec: ...', not {kinds}")
    kind, about = kinds[0], one[kinds[0]]
    source, trust = _SOURCES.get(kind, (FILE_SENSOR, Trust.KERNEL))
    attributes = {key: value for key, value in one.items() if key not in {"at", "subject", kind}}
    if kind == EXEC:
        subject, attributes["command"] = str(one.get("subject", "/usr/bin/python3")), about
    else:
        subject = about
    return Observation(time, source, trust, kind, RUNTIME, subject, attributes)
