"""A notebook as a value: parsed with bounds, validated, in Jupyter's in-memory form. Pure.

In-memory form: source and text are single strings, not lists of lines. Keys that nbformat does not
know are kept. `metadata.trusted` of cells is taken away, since it is the front end's word for
'these outputs may run as you', and only the person who ran a cell can know that.

`form` is imported where it is used: it takes a second, which the platform's start does not have.
"""

import secrets
from typing import Any, cast

from pydantic_core import PydanticSerializationError, from_json, to_json

from colonnade.kit.errors import Invalid, TooLarge

Notebook = dict[str, Any]

DEPTH = 200
"""How deep JSON may nest: jiter's `DEFAULT_RECURSION_LIMIT` (jiter 0.8 source, 2026-11)."""

CURRENT_MAJOR = 4
"""Of nbformat, the format that notebooks are kept in."""


def parse_json(data: bytes) -> object:
    """The JSON value in `data`, UTF-8.

    The parser counts depth itself, so a hostile body meets a limit and never the interpreter's.
    Raises TooLarge when it nests deeper than `DEPTH`, Invalid when it is not JSON.
    """
    try:
        return from_json(data)
    except ValueError as problem:
        if "recursion limit" in str(problem):
            raise TooLarge(
                f"The JSON nests deeper than {DEPTH} levels.", "Flatten what the output holds."
            ) from problem
        raise Invalid(f"This is not valid JSON: {problem}.", "Check the file.") from problem


def dump_json(value: object) -> bytes:
    """`value` as compact JSON in UTF-8; numbers that JSON does not know become null.

    Raises TooLarge when it nests too deep, Invalid when it holds what JSON cannot say.
    """
    try:
        return to_json(value, inf_nan_mode="null")
    except PydanticSerializationError as problem:
        if "depth" in str(problem):
            raise TooLarge("The notebook nests too deep to be stored.") from problem
        raise Invalid("The notebook holds what JSON cannot say.") from problem
    except UnicodeEncodeError as problem:
        raise Invalid("The notebook holds half of a surrogate pair.") from problem


def new_notebook() -> Notebook:
    """An empty notebook of the current format."""
    from colonnade.notebooks import form

    return form.empty()


def warm() -> None:
    """Import and compile what the first notebook would wait for. Blocks for about a second."""
    read_notebook(new_notebook())


def read_notebook(value: object) -> Notebook:
    """`value`, parsed JSON that claims to be a notebook, as a valid one of format 4.

    Formats 1 to 3 are upgraded; a minor version newer than ours is accepted. Missing or repeated
    cell ids are replaced. The argument is changed and must not be used afterwards. Raises Invalid
    with the place that is wrong.
    """
    if not isinstance(value, dict):
        raise Invalid("This is not a notebook: it is not a JSON object.")
    notebook = _upgraded(cast(Notebook, value))
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise Invalid("This is not a notebook: it has no list of cells.")
    for cell in cast("list[object]", cells):
        if isinstance(cell, dict):
            _tidy_cell(cast("dict[str, Any]", cell))
    minor = notebook["nbformat_minor"]
    if minor >= 5:
        _repair_ids(cast("list[object]", cells))
    from colonnade.notebooks import form

    form.validate(notebook, CURRENT_MAJOR, minor)
    return notebook


def _upgraded(notebook: Notebook) -> Notebook:
    major, minor = notebook.get("nbformat"), notebook.get("nbformat_minor", 0)
    if type(major) is not int or type(minor) is not int or major < 1 or minor < 0:
        raise Invalid("This is not a notebook: its 'nbformat' is missing or no number.")
    if major > CURRENT_MAJOR:
        raise Invalid(
            f"This notebook has format {major}, newer than {CURRENT_MAJOR}.",
            "Save it in an older format.",
        )
    if major == CURRENT_MAJOR:
        notebook["nbformat_minor"] = minor
        return notebook
    from colonnade.notebooks import form

    return form.upgrade(notebook, CURRENT_MAJOR)


def _tidy_cell(cell: dict[str, Any]) -> None:
    metadata = cell.get("metadata")
    if isinstance(metadata, dict):
        cast("dict[str, Any]", metadata).pop("trusted", None)
    _join_lines(cell, "source")
    outputs = cell.get("outputs")
    if cell.get("cell_type") == "code" and isinstance(outputs, list):
        for output in cast("list[object]", outputs):
            if isinstance(output, dict):
                _tidy_output(cast("dict[str, Any]", output))
    for bundle in _dicts(cell.get("attachments")):
        _join_bundle(bundle)


def _tidy_output(output: dict[str, Any]) -> None:
    if output.get("output_type") == "stream":
        _join_lines(output, "text")
    data = output.get("data")
    if isinstance(data, dict):
        _join_bundle(cast("dict[str, Any]", data))


def _dicts(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, dict):
        return []
    values = cast("dict[str, object]", value).values()
    return [cast("dict[str, Any]", one) for one in values if isinstance(one, dict)]


def _join_bundle(bundle: dict[str, Any]) -> None:
    for mime in bundle:
        # In JSON's own types a list is a value, not lines (nbformat/v4/rwbase.py, `_is_json_mime`).
        if mime != "application/json" and not mime.endswith("+json"):
            _join_lines(bundle, mime)


def _join_lines(holder: dict[str, Any], key: str) -> None:
    lines = holder.get(key)
    if isinstance(lines, list):
        parts = cast("list[object]", lines)
        if all(isinstance(line, str) for line in parts):
            holder[key] = "".join(cast("list[str]", parts))


def _repair_ids(cells: list[object]) -> None:
    seen: set[object] = set()
    for cell in cells:
        if isinstance(cell, dict):
            known = cast("dict[str, Any]", cell)
            identifier = known.get("id")
            if identifier is None or (isinstance(identifier, str) and identifier in seen):
                known["id"] = secrets.token_hex(4)
            if isinstance(known["id"], str):
                seen.add(known["id"])


def write_file(notebook: Notebook) -> bytes:
    """`notebook` as the `.ipynb` file that Jupyter itself would write."""
    from colonnade.notebooks import form

    return form.write(notebook)
