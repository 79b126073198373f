"""The form that Jupyter gives notebooks: the one module that knows nbformat.

Importing it takes a second of processor time (a grammar of addresses is built for JSON Schema), so
`notebook` imports it where it is needed.
"""

import json
from typing import Any, cast

import nbformat
from nbformat import validator as nbformat_validator
from nbformat.validator import NotebookValidationError, ValidationError

from colonnade.kit.errors import Invalid

# nbformat has no type annotations.
_nbformat: Any = nbformat
_v4: Any = nbformat.v4
_get_validator: Any = cast(Any, nbformat_validator).get_validator


def empty() -> dict[str, Any]:
    """An empty notebook of the newest format."""
    return _plain(_v4.new_notebook())


def upgrade(notebook: dict[str, Any], major: int) -> dict[str, Any]:
    """An older notebook in format `major`. Raises Invalid when it cannot be converted."""
    try:
        older = _nbformat.reader.reads(json.dumps(notebook))
        return _plain(_nbformat.convert(older, major))
    except Exception as problem:  # The converters raise whatever a malformed notebook provokes.
        old = notebook.get("nbformat")
        raise Invalid(f"This notebook of format {old} cannot be upgraded.") from problem


def validate(notebook: dict[str, Any], major: int, minor: int) -> None:
    """Raise Invalid with the place that is wrong; keys that the format does not know are fine."""
    validator: Any = _get_validator(major, minor, relax_add_props=True)
    try:
        validator.validate(notebook)
    except (ValidationError, NotebookValidationError) as problem:
        # The schema's message names the place ('data.cells[3]') and never the content.
        place = str(problem).splitlines()[0].replace("data.", "", 1)[:300]
        raise Invalid(f"This is not a valid notebook: {place}.", "Correct it there.") from problem


def write(notebook: dict[str, Any]) -> bytes:
    """The `.ipynb` file that Jupyter itself would write."""
    text: str = _v4.writes(_nbformat.from_dict(notebook))
    return f"{text}\n".encode()


def _plain(node: object) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(json.dumps(node)))
