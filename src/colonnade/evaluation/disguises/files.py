"""Code written to a file first, and run from there."""

from random import Random

from colonnade.evaluation.disguises.reading import (
    Python,
    Script,
    each,
    is_bound_to_its_cell,
    python,
    read,
)
from colonnade.evaluation.disguises.sections import shown_apart
from colonnade.evaluation.disguises.spelling import fresh

_SCRATCH = "/tmp"  # noqa: S108 - a runtime's own scratch folder


def run_from(text: str, random: Random) -> tuple[str | None, tuple[str, str]]:
    """A path, and (what to write there, the cell that runs it and shows what `text` would show).

    The path is None when `text` cannot be run from a file: nothing but an expression, what does
    not parse, or what is bound to its cell.
    """
    before, shown = shown_apart(text)
    found = python(before)
    if found is None or not found.tree.body or is_bound_to_its_cell(found.tree):
        return None, ("", "")
    path = f"{_SCRATCH}/{fresh(random, text)}.{'ipy' if found.lines else 'py'}"
    return path, (before, f"%run -i {path}\n{shown}".rstrip())


def _from_file(cell: str, random: Random) -> list[str]:
    found = read(cell)
    if isinstance(found, Script) and not found.argument and found.body.strip():
        path = f"{_SCRATCH}/{fresh(random, cell)}.sh"
        shell = "bash" if found.magic == "bash" else "sh"
        return [f"%%writefile {path}\n{found.body}", f"!{shell} {path}"]
    if not isinstance(found, Python):
        return [cell]
    path, (written, runs) = run_from(found.source, random)
    if path is None:
        return [cell]
    if random.random() < 0.5 and path.endswith(".py"):
        runs = runs.replace(f"%run -i {path}", f"exec(open({path!r}).read())")
    writes = f"%%writefile {path}\n{written}"
    if random.random() < 0.5:
        name = fresh(random, cell)
        writes = f"with open({path!r}, 'w') as {name}:\n    print({written!r}, file={name})"
    return [writes, found.head + runs]


written_file = each(_from_file)
"""Every cell is written to a file by one cell, or printed into it, and run by the next."""
