"""One file to its features: which readers look at it, and what all of them found.

For `colonnade scan` and for the sensors of files alike. A budget bounds each file (`source`): an
honest one of any size costs at most some tenths of a second, the most hostile two seconds. Call it
in a process that can be killed all the same, as for cells.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePath

from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.files.graphs import graph_features, may_be_model
from colonnade.detection.files.images import jpeg_features, png_features
from colonnade.detection.files.pickles import is_pickle
from colonnade.detection.files.signatures import signature_features
from colonnade.detection.files.source import NotThisKind, Source, open_safely
from colonnade.detection.files.training import (
    FACESET_HEAD,
    alignments_features,
    faceset_features,
    saved_features,
)

Reader = Callable[[Source], Iterable[Feature]]
HEAD_BYTES = 16
MAX_FOLDERS = 4
READERS: tuple[tuple[Callable[[bytes], bool], Reader], ...] = (
    (lambda head: head.startswith(b"\xff\xd8\xff"), jpeg_features),
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), png_features),
    (lambda head: head.startswith(FACESET_HEAD), faceset_features),
    (lambda head: head[:1] == b"\x78" and int.from_bytes(head[:2]) % 31 == 0, alignments_features),
    (is_pickle, saved_features),
    (may_be_model, graph_features),
    (lambda _: True, signature_features),
)
"""What files of a kind begin with, and who reads them."""


def examine_file(path: Path) -> tuple[Feature, ...]:
    """The features of the file at `path`, for rules of scope `file`; () where nothing is known.

    Judge them with `match.match_group(rules, Scope.FILE, features)`. A link is not followed and a
    pipe not waited for. Raises NotFound when it cannot be opened, Invalid for what is no plain
    file, and Unscannable when it exceeds its budget.
    """
    descriptor = open_safely(path)
    try:
        return examine_descriptor(descriptor, path)
    finally:
        os.close(descriptor)


def examine_descriptor(descriptor: int, path: PurePath) -> tuple[Feature, ...]:
    """As `examine_file`, of a file that somebody opened; `path` only says what it is called."""
    return _examine(Source.of_descriptor(descriptor), path)


def examine_bytes(data: bytes, path: PurePath) -> tuple[Feature, ...]:
    """As `examine_file`, of bytes in memory."""
    return _examine(Source.of_bytes(data), path)


def _examine(source: Source, path: PurePath) -> tuple[Feature, ...]:
    head = source.read(0, HEAD_BYTES)
    found: list[Feature] = []
    for begins, reader in READERS:
        if head and begins(head):
            # What a reader found before the file turned out to be broken stays found.
            with suppress(NotThisKind):
                for feature in reader(source):
                    found.append(feature)
    return (*dict.fromkeys(found), *_names(path)) if found else ()


def _names(path: PurePath) -> Iterator[Feature]:
    """The names of a known file and its folders; a name alone is never a reason to look."""
    for name in path.parts[-MAX_FOLDERS:]:
        yield Feature.whole(Kind.PATH, name)
