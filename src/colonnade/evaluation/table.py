"""The feature table that a model is trained on: which signs each notebook shows, and no text of it.

One line a notebook. Its address and its owner stand as short hashes: whoever has the notebook can
find its line, and nobody can read a name from it. Signs are features of closed vocabularies
(`detection.model.CLOSED`), as the model's file writes them.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from colonnade.detection.model import CLOSED
from colonnade.detection.rules import Rule, RuleSet
from colonnade.detection.scan import scan_file
from colonnade.evaluation.manifest import LABELS, Entry
from colonnade.evaluation.processes import spread
from colonnade.kit.errors import ColonnadeError, Invalid

COLUMNS = ("notebook", "owner", "label", "family", "signs")
HASH_DIGITS = 16
BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class Row:
    """One notebook.

    Attributes:
        notebook: hash of where it is from and what lies there; `owner`: hash of who published it.
    """

    notebook: str
    owner: str
    label: str
    family: str
    signs: frozenset[str]


def collect(entries: Sequence[Entry], processes: int | None = None) -> tuple[Row, ...]:
    """The rows of all entries that can be read; those of the split 'test' train nothing."""
    known = [entry for entry in entries if entry.split != "test"]
    return tuple(row for row in spread(row_of, known, processes) if row is not None)


def row_of(entry: Entry) -> Row | None:
    """The row of a notebook, or None when it cannot be read."""
    try:
        scanned = scan_file(_every_sign(), entry.file)
    except ColonnadeError:
        return None
    signs = {f"{one.kind}: {one.value}" for finding in scanned.findings for one in finding.evidence}
    content = f"{entry.owner}\0{scanned.sha256}"
    return Row(_hash(content), _hash(entry.owner), entry.label, entry.family, frozenset(signs))


def write(rows: Iterable[Row]) -> str:
    """The table as CSV, in the order of its hashes: nothing tells where a notebook stood."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in sorted(rows, key=lambda row: row.notebook):
        signs = BETWEEN.join(sorted(row.signs))
        writer.writerow((row.notebook, row.owner, row.label, row.family, signs))
    return text.getvalue()


def read(file: Path) -> tuple[Row, ...]:
    """The rows of a table. Raises Invalid naming the file and line of what is wrong."""
    try:
        lines = list(csv.reader(file.read_text("utf-8").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise Invalid(f"{file} cannot be read: {problem}.", "Name a feature table.") from problem
    if not lines or tuple(lines[0]) != COLUMNS:
        raise Invalid(f"{file}:1: the columns are {', '.join(COLUMNS)}.", "Make it anew.")
    return tuple(_rows(lines[1:], file))


def _rows(lines: Sequence[Sequence[str]], file: Path) -> Iterator[Row]:
    for number, line in enumerate(lines, 2):
        if len(line) != len(COLUMNS) or line[2] not in LABELS:
            raise Invalid(f"{file}:{number}: not a row with a known label.", "Make it anew.")
        notebook, owner, label, family, signs = line
        yield Row(notebook, owner, label, family, frozenset(filter(None, signs.split(BETWEEN))))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]


@cache
def _every_sign() -> RuleSet:
    """A rule that holds wherever there is any sign: the engine's own way to them all."""
    example = {"title": "Any sign", "cells": ["exec(x)"]}
    content = {
        "id": "every-sign",
        "version": 1,
        "category": "none",
        "axis": "capability",
        "scope": "notebook",
        "confidence": 0.5,
        "title": "Any sign of a closed vocabulary",
        "rationale": "It gathers the signs of a notebook for the table of a model.",
        "false_alarms": "It accuses nobody of anything.",
        "benign_if": "It is always benign.",
        "condition": {"any": [{kind.value: "/./"} for kind in sorted(CLOSED)]},
        "examples": {"fires": [example], "stays_silent": [example]},
    }
    return RuleSet((Rule.model_validate(content),), "every-sign")
