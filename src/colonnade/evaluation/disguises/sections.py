"""A cell of Python cut into runs of statements: shell lines by themselves, and all the rest."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from colonnade.evaluation.disguises.reading import Line, Python, python


@dataclass(frozen=True, slots=True)
class Section:
    """Consecutive statements of a cell.

    Attributes:
        text: their source with the magics as they were.
        commands: the shell lines, when it consists of nothing else.
    """

    text: str
    commands: tuple[Line, ...]


def sections(found: Python) -> list[Section]:
    """The cell's sections in order; comments go with what follows them.

    All but the last end in `;` where they would otherwise show a value.
    """
    body = found.tree.body
    runs = [list(run) for _, run in groupby(body, lambda one: _command(found, one) is not None)]
    if not runs or found.head or any(_share_line(a, b) for a, b in pairwise(runs)):
        return [Section(found.head + found.source, ())]
    return list(_cut(found, runs))


def _cut(found: Python, runs: list[list[ast.stmt]]) -> Iterator[Section]:
    places, start = found.places, 0
    for run in runs:
        last = run is runs[-1]
        end = len(found.text) if last else places.line_start((run[-1].end_lineno or 1) + 1)
        text = found.text[start:end].rstrip("\n")
        if not last and isinstance(run[-1], ast.Expr) and _line(found, run[-1]) is None:
            stop = places.span(run[-1])[1] - start
            text = f"{text[:stop]};{text[stop:]}"
        commands = tuple(line for one in run if (line := _command(found, one)))
        yield Section(found.restored(text), commands)
        start = end


def _share_line(before: list[ast.stmt], after: list[ast.stmt]) -> bool:
    return after[0].lineno <= (before[-1].end_lineno or 0)


def _command(found: Python, statement: ast.stmt) -> Line | None:
    line = _line(found, statement)
    return line if line and line.is_command else None


def _line(found: Python, statement: ast.stmt) -> Line | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Name):
        return found.lines.get(statement.value.id)
    return None


def shown_apart(text: str) -> tuple[str, str]:
    """Source as (all that goes before, the last expression, which Jupyter shows, or '')."""
    found = python(text)
    if found is None or not found.tree.body or text.rstrip().endswith(";"):
        return text, ""
    last = found.tree.body[-1]
    if not isinstance(last, ast.Expr) or found.line_in(ast.unparse(last)):
        return text, ""
    start, end = found.places.span(last)
    if found.text[:start].rpartition("\n")[2].strip():
        return text, ""
    return found.restored(found.text[:start]), found.restored(found.text[start:end])
