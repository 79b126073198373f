"""What rules get to see of a file or folder: for who writes one.

The same reading as for a scan, without any rule. To show another whole, add it to `look`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from colonnade.detection.cells import Cell
from colonnade.detection.extract import extract_after
from colonnade.detection.features.feature import Feature
from colonnade.detection.files.examine import examine_file
from colonnade.detection.limits import Unscannable
from colonnade.detection.scan import is_code, read_cells
from colonnade.detection.surroundings import Surroundings


@dataclass(frozen=True)
class Look:
    """One whole, or a cell of one, and what is seen in it.

    Attributes:
        cell: its place from 0; None for what has no cells.
        unscannable: why it could not be looked at, or ''.
    """

    cell: int | None
    features: tuple[Feature, ...] = ()
    unscannable: str = ""


def look(path: Path) -> Iterator[Look]:
    """Every cell of a notebook or script, each as if those before had run; else the whole.

    Raises NotFound or Invalid for unusable input, TooLarge.
    """
    if path.is_dir():
        # Libraries that compare trees are loaded by those only who look at a folder.
        from colonnade.detection.similarity.examine import examine_tree

        yield Look(None, examine_tree(path))
    elif is_code(path):
        before = Surroundings()
        for cell in read_cells(path):
            yield _look_at(cell, before)
    else:
        yield Look(None, examine_file(path))


def _look_at(cell: Cell, before: Surroundings) -> Look:
    try:
        found = extract_after(cell.source, cell.language, before.known)
    except Unscannable as problem:
        return Look(cell.index, unscannable=problem.reason)
    before.take(found.gives)
    return Look(cell.index, tuple(sorted(found.features, key=lambda one: one.line)))
