"""A notebook taken apart and put together again. Pure.

Its pieces are the cells without their outputs, and the outputs, each as compact JSON and named by
its SHA-256: a piece that did not change between two revisions is stored once. What remains is the
outline: the notebook with each cell replaced by its number of outputs (`NO_OUTPUTS` for a cell that
cannot have any). Pieces follow in order: cell, its outputs, next cell…
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pydantic_core import from_json

from colonnade.notebooks.notebook import Notebook, dump_json

NO_OUTPUTS = -1
LEVEL = 1
"""zlib's fastest: most of what is large is base64 of images, where more effort gains little."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One cell or output: its SHA-256 (32 bytes) and its JSON."""

    sha256: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """A notebook taken apart.

    Attributes:
        outline: compressed JSON of what is not a piece.
        pieces: in the order described above; the same piece may occur more than once.
        sha256: Jupyter's `hash`, in hexadecimal: of the outline's JSON and then the SHA-256 of each
            piece in order, so two notebooks have the same only when they are the same.
        size_bytes: of the JSON of outline and pieces.
    """

    outline: bytes
    pieces: tuple[Piece, ...]
    sha256: str
    size_bytes: int


def compress(body: bytes) -> bytes:
    """What is stored in place of `body`."""
    return zlib.compress(body, LEVEL)


def take_apart(notebook: Notebook) -> Parts:
    """The parts of a valid notebook. Raises TooLarge or Invalid as `dump_json`."""
    counts: list[int] = []
    pieces: list[Piece] = []
    for cell in cast("list[dict[str, Any]]", notebook["cells"]):
        outputs = _outputs_of(cell)
        counts.append(NO_OUTPUTS if outputs is None else len(outputs))
        pieces.append(_piece(cell if outputs is None else {**cell, "outputs": []}))
        pieces.extend(_piece(output) for output in outputs or ())
    outline = dump_json({**notebook, "cells": counts})
    digest = hashlib.sha256(outline)
    for piece in pieces:
        digest.update(piece.sha256)
    size = len(outline) + sum(len(piece.body) for piece in pieces)
    return Parts(compress(outline), tuple(pieces), digest.hexdigest(), size)


def put_together(outline: bytes, bodies: Sequence[bytes]) -> Notebook:
    """The notebook from its outline and its compressed pieces in order.

    Raises ValueError or zlib.error when they do not belong together.
    """
    notebook = cast(Notebook, from_json(zlib.decompress(outline)))
    remaining: Iterator[Any] = (from_json(zlib.decompress(body)) for body in bodies)
    cells: list[dict[str, Any]] = []
    for count in cast("list[int]", notebook["cells"]):
        cell = next(remaining)
        if count != NO_OUTPUTS:
            cell["outputs"] = [next(remaining) for _ in range(count)]
        cells.append(cell)
    notebook["cells"] = cells
    return notebook


def _outputs_of(cell: dict[str, Any]) -> list[object] | None:
    outputs = cell.get("outputs")
    return cast("list[object]", outputs) if isinstance(outputs, list) else None


def _piece(value: object) -> Piece:
    body = dump_json(value)
    return Piece(hashlib.sha256(body).digest(), body)
