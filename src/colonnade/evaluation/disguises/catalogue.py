"""The twelve disguises by name, over lists of cells and over whole notebooks.

Several are put over each other by their names with a plus between: `comments-removed+bash-cells`.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, cast

from colonnade.evaluation.disguises.comments import comments_removed
from colonnade.evaluation.disguises.encoding import encoded_exec
from colonnade.evaluation.disguises.files import written_file
from colonnade.evaluation.disguises.folders import renamed_clone
from colonnade.evaluation.disguises.names import cyrillic_lookalikes, identifiers_renamed
from colonnade.evaluation.disguises.reading import Disguise
from colonnade.evaluation.disguises.reflection import getattr_importlib
from colonnade.evaluation.disguises.shell import bash_cells, here_documents, shell_variables
from colonnade.evaluation.disguises.strings import chr_joins, split_strings
from colonnade.kit.errors import NotFound

DISGUISES: Mapping[str, Disguise] = {
    "split-strings": split_strings,
    "encoded-exec": encoded_exec,
    "chr-joins": chr_joins,
    "renamed-clone": renamed_clone,
    "getattr-importlib": getattr_importlib,
    "shell-variables": shell_variables,
    "here-documents": here_documents,
    "bash-cells": bash_cells,
    "written-file": written_file,
    "comments-removed": comments_removed,
    "identifiers-renamed": identifiers_renamed,
    "cyrillic-lookalikes": cyrillic_lookalikes,
}

ABOVE = "+"
"""Between the names of disguises that are put over each other, the first one undermost."""

_UNDERMOST = frozenset({"identifiers-renamed", "cyrillic-lookalikes"})
"""Who gives things other names must still see all code that names them, none of it within texts."""


def disguise(cells: Sequence[str], name: str, seed: int = 0) -> list[str]:
    """The code cells of a notebook in a disguise; the same for the same `seed`.

    Raises NotFound when no disguise has that name.
    """
    return [cell for replaced in _disguised(cells, name, seed) for cell in replaced]


def disguise_notebook(notebook: Mapping[str, Any], name: str, seed: int = 0) -> dict[str, Any]:
    """A parsed notebook in a disguise: its code cells replaced, all other cells in their places.

    Cells are read as nbformat 4 writes them; a notebook of another form comes back as it was.
    Raises NotFound when no disguise has that name.
    """
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        return dict(notebook)
    all_cells = [cast("dict[str, Any]", one) for one in cast("list[Any]", cells)]
    sources = [_source(one) for one in all_cells if _is_code(one)]
    replaced = iter(_disguised(sources, name, seed))
    written = [
        {key: value for key, value in cell.items() if key != "id" or number == 0}
        | {"source": source}
        for cell in all_cells
        for number, source in enumerate(next(replaced) if _is_code(cell) else [_source(cell)])
    ]
    return {**notebook, "cells": written}


def stacks(each: int = 4, seed: int = 0) -> tuple[str, ...]:
    """So many pairs and so many threes of disguises, drawn by `seed`; `a+b` is b over a."""
    dice = Random(seed)  # noqa: S311 - chance, not a secret
    drawn = [dice.sample(tuple(DISGUISES), size) for size in (2, 3) for _ in range(each)]
    return tuple(ABOVE.join(sorted(one, key=lambda name: name not in _UNDERMOST)) for one in drawn)


def _disguised(cells: Sequence[str], name: str, seed: int) -> list[list[str]]:
    """What each cell has become, in one disguise after the other."""
    became = [[cell] for cell in cells]
    for one in name.split(ABOVE):
        if one not in DISGUISES:
            raise NotFound(f"No disguise is called {one}.", f"Take one of {', '.join(DISGUISES)}.")
        dice = Random(f"{seed} {one}")  # noqa: S311 - chance, not a secret
        flat = [piece for pieces in became for piece in pieces]
        replaced = iter(DISGUISES[one](flat, dice))
        became = [[new for _ in pieces for new in next(replaced)] for pieces in became]
    return became


def _is_code(cell: Mapping[str, Any]) -> bool:
    return cell.get("cell_type") == "code"


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
