"""Notebooks to examine: those of our own corpus, each made over so that none is known already."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from bench.kernels import BenchError
from colonnade.detection.cells import Cell, read_notebook

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"


def fresh_notebooks() -> Iterator[tuple[Cell, ...]]:
    """The corpus over and over, every cell with a number of its own in a comment.

    Raises BenchError when the corpus is not there.
    """
    files = sorted(CORPUS.rglob("*.ipynb"))
    if not files:
        raise BenchError(f"there is no notebook under {CORPUS}")
    read = [read_notebook(file.read_bytes()) for file in files]
    numbers = itertools.count()
    for cells in itertools.cycle(read):
        yield tuple(
            Cell(f"{cell.source}\n# made over: {next(numbers)}", place)
            for place, cell in enumerate(cells)
        )


def write(cells: tuple[Cell, ...], file: Path) -> None:
    """Keep a notebook as a file."""
    content = {
        "cells": [{"cell_type": "code", "source": cell.source} for cell in cells],
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    file.write_text(json.dumps(content), "utf-8")


def of_cells(count: int) -> tuple[Cell, ...]:
    """One notebook of so many cells, each of them fresh."""
    cells = itertools.chain.from_iterable(fresh_notebooks())
    return tuple(
        Cell(cell.source, place) for place, cell in enumerate(itertools.islice(cells, count))
    )


def of_size(characters: int) -> Cell:
    """One cell of about so many characters of Python, as people write it."""
    pieces: list[str] = []
    taken = 0
    for cell in itertools.chain.from_iterable(fresh_notebooks()):
        if taken >= characters:
            break
        if not cell.source.lstrip().startswith("%%"):
            pieces.append(cell.source)
            taken += len(cell.source)
    return Cell("\n".join(pieces)[:characters].rpartition("\n")[0])
