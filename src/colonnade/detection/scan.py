"""Findings over files: notebooks, scripts and folders, for `colonnade scan` and the evaluation.

Purely about files: which step a finding leads to is `enforcement.scanning`'s to say.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from colonnade.detection.cells import Cell, read_notebook
from colonnade.detection.limits import MAX_NOTEBOOK_BYTES, Unscannable
from colonnade.detection.match import Finding, Seen, match, see
from colonnade.detection.rules import RuleSet
from colonnade.kit.errors import Invalid, NotFound, TooLarge

SUFFIXES = frozenset({".ipynb", ".py", ".ipy", ".sh", ".bash"})
_SHELL_SUFFIXES = frozenset({".sh", ".bash"})


@dataclass(frozen=True)
class Scanned:
    """One file after examination.

    Attributes:
        cells: what was examined, for excerpts.
        unscannable: (cell index, reason) of what exceeded its budget.
    """

    path: str
    sha256: str
    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...]
    unscannable: tuple[tuple[int, str], ...] = ()


def scan_file(rules: RuleSet, file: Path) -> Scanned:
    """Findings over one file. Raises NotFound, Invalid or TooLarge for unusable input."""
    data = _read(file)
    return scan_cells(rules, _cells(file, data), str(file), hashlib.sha256(data).hexdigest())


def scan_cells(rules: RuleSet, cells: tuple[Cell, ...], path: str, sha256: str) -> Scanned:
    """Findings over cells that are together one notebook."""
    seen: list[Seen] = []
    unscannable: list[tuple[int, str]] = []
    for cell in cells:
        try:
            seen.append(see(rules, cell))
        except Unscannable as problem:
            unscannable.append((cell.index, problem.reason))
    return Scanned(path, sha256, cells, match(rules, seen), tuple(unscannable))


def files_under(path: Path) -> Iterator[Path]:
    """`path` itself, or every file in the folder that can be scanned; links are not followed."""
    if not path.is_dir():
        yield path
        return
    for one in sorted(path.rglob("*")):
        if one.suffix.lower() in SUFFIXES and one.is_file() and not one.is_symlink():
            yield one


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_NOTEBOOK_BYTES:
            raise TooLarge(f"{file} is too large.", f"Keep to {MAX_NOTEBOOK_BYTES >> 20} MiB.")
        return file.read_bytes()
    except OSError as problem:
        raise NotFound(f"{file}: {problem.strerror}.", "Name files that can be read.") from problem


def _cells(file: Path, data: bytes) -> tuple[Cell, ...]:
    suffix = file.suffix.lower()
    if suffix == ".ipynb":
        return read_notebook(data)
    if suffix not in SUFFIXES:
        raise Invalid(
            f"{file} is neither a notebook nor a script.", "Name .ipynb, .py or .sh files."
        )
    text = data.decode("utf-8", "replace")
    return (Cell(text, language="shell" if suffix in _SHELL_SUFFIXES else "notebook"),)
