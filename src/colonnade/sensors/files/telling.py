"""Observations of files and folders, as `observations.vocabulary` describes them. Pure.

Names come from a runtime: they are shortened, and what cannot be shown is replaced.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from colonnade.observations import Observation, Trust
from colonnade.observations.vocabulary import FILE, FILE_SENSOR, FOLDER, GAP, TREE
from colonnade.sensors.files.examining import Examined
from colonnade.sensors.files.memory import Change
from colonnade.sensors.files.queue import Candidate

MAX_PATH = 300
MAX_FEATURES = 1000
"""Characters of the JSON."""
_TELLING = ("graph", "file-format", "signature", "fork", "graph-input", "graph-output")
"""Kinds of features, the most telling first; others follow in their own order."""


def shown(*parts: str) -> str:
    """A path that can be written as UTF-8 on one line, its middle left out where it is long."""
    text = "/".join(part.rstrip("/") for part in parts if part)
    clean = "".join(
        letter if letter.isprintable() else "�"
        for letter in text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    )
    half = MAX_PATH // 2
    return clean if len(clean) <= MAX_PATH else f"{clean[: half - 1]}…{clean[-half:]}"


def tell_folder(
    time: datetime, runtime: str, root: str, change: Change, forms: Sequence[str]
) -> Observation:
    """Of a group of files; `forms` are those of its samples."""
    form, alike = Counter(forms).most_common(1)[0] if forms else ("", 0)
    attributes: dict[str, str | int | float | bool] = {
        "extension": change.extension,
        "count": change.group.count,
        "bytes": change.group.bytes,
        "grown": change.grown,
        "format": form,
        "sampled": len(forms),
        "of_format": alike,
    }
    return _observation(time, runtime, FOLDER, shown(root, change.folder), attributes)


def tell_file(
    time: datetime, runtime: str, one: Candidate, size: int, examined: Examined
) -> Observation:
    """Of a file that was examined."""
    attributes: dict[str, str | int | float | bool] = {
        "bytes": size,
        "format": one.form,
        "features": features_json(examined.features),
    }
    if examined.sha256:
        attributes["sha256"] = examined.sha256
    return _observation(time, runtime, FILE, shown(one.root, one.path), attributes)


def tell_tree(time: datetime, runtime: str, path: str, examined: Examined) -> Observation:
    """Of a folder that was compared as a program."""
    return _observation(time, runtime, TREE, path, {"features": features_json(examined.features)})


def tell_gap(time: datetime, runtime: str, what: str, count: int, detail: str) -> Observation:
    """Of what is not seen whole."""
    return _observation(
        time, runtime, GAP, what, {"count": count, "detail": detail, "sensor": FILE_SENSOR}
    )


def features_json(features: Iterable[tuple[str, str]]) -> str:
    """`[[kind, value], …]`, most telling first, as many as fit in `MAX_FEATURES` characters."""
    taken: list[list[str]] = []
    room = MAX_FEATURES - 2
    for kind, value in sorted(features, key=_place):
        room -= len(json.dumps([kind, value], ensure_ascii=False)) + 2
        if room < 0:
            break
        taken.append([kind, value])
    return json.dumps(taken, ensure_ascii=False)


def _place(feature: tuple[str, str]) -> int:
    kind = feature[0]
    return _TELLING.index(kind) if kind in _TELLING else len(_TELLING)


def _observation(
    time: datetime,
    runtime: str,
    kind: str,
    subject: str,
    attributes: dict[str, str | int | float | bool],
) -> Observation:
    return Observation(time, FILE_SENSOR, Trust.KERNEL, kind, runtime, subject, attributes)
