"""Scans a notebook in a disguise: mechanical changes of our own making (`disguises`).

They measure the reading of code, and not the wit of people who hide.
"""

import json
from pathlib import Path
from typing import Any, cast

from colonnade.detection.limits import MAX_NOTEBOOK_BYTES
from colonnade.detection.rules import RuleSet
from colonnade.detection.scan import Scanned, scan_bytes, scan_file
from colonnade.evaluation.disguises.catalogue import disguise_notebook


def scan_disguised(rules: RuleSet, file: Path, name: str) -> Scanned:
    """Findings over a notebook in the disguise; what is no notebook is scanned as it is.

    Raises what `scan_file` raises.
    """
    if file.suffix.lower() != ".ipynb" or not _is_readable(file):
        return scan_file(rules, file)
    data = file.read_bytes()
    try:
        notebook = json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return scan_bytes(rules, str(file), data)
    if isinstance(notebook, dict):
        notebook = disguise_notebook(_fourth(cast("dict[str, Any]", notebook)), name)
    return scan_bytes(rules, str(file), json.dumps(notebook).encode())


def _is_readable(file: Path) -> bool:
    return file.is_file() and file.stat().st_size <= MAX_NOTEBOOK_BYTES


def _fourth(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook of form 3, whose cells lie in worksheets, in the form that disguises know."""
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list) or "cells" in notebook:
        return notebook
    cells = [
        {**cell, "source": cell.get("input", cell.get("source", ""))}
        for sheet in cast("list[dict[str, Any]]", sheets)
        for cell in sheet.get("cells", [])
    ]
    return {"cells": cells}
