"""A notebook as the judging sees it: its code cells in order, and what stands between them.

Every form of notebook that the public web holds is read leniently (nbformat 3 worksheets, sources
as lists, missing ids); what is no notebook at all raises `Invalid`.
"""

import base64
import contextlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from colonnade.detection.archives import MAX_DEPTH, NotAnArchive, kind_of, members_in
from colonnade.detection.limits import MAX_NOTEBOOK_BYTES, MAX_NOTEBOOK_CELLS, Unscannable
from colonnade.kit.errors import Invalid, TooLarge

_LANGUAGES: dict[str, Literal["notebook", "prose"]] = {
    "code": "notebook",
    "markdown": "prose",
    "heading": "prose",
    "raw": "prose",
}
_SCRIPTS = frozenset({"py", "ipy", "sh", "bash"})
_ARCHIVES = frozenset({"zip", "tar", "gz", "tgz"})
_MEDIUM = re.compile(
    r"\bdata:(?:image|audio|video)/[\w.+-]{1,40}(?:;[\w=.-]{1,40}){0,4},[^\s()\"'<>]+"
)
"""A medium within text. Editors put pictures there whole; they are shown, nothing runs them."""


Language = Literal["notebook", "shell", "prose"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One piece of code, or of the text between.

    Attributes:
        index: its place in the notebook, from 0, Markdown cells counted.
        language: 'notebook' is Python with magics, as Jupyter runs it; 'prose' is Markdown.
    """

    source: str
    index: int = 0
    id: str = ""
    language: Language = "notebook"


def cells_in(notebook: object) -> tuple[Cell, ...]:
    """Code, attached scripts and Markdown of a parsed notebook in order, empty ones left out.

    Raises Invalid when `notebook` has no list of cells, TooLarge above `MAX_NOTEBOOK_CELLS` and for
    an attached archive that cannot be looked into.
    """
    raw = list(_raw_cells(notebook))
    if len(raw) > MAX_NOTEBOOK_CELLS:
        raise TooLarge(f"The notebook has {len(raw)} cells.", f"Keep to {MAX_NOTEBOOK_CELLS}.")
    return tuple(_cells(raw))


def written_in(notebook: object) -> tuple[Cell, ...]:
    """The cells as they stand there, however many, without what is attached to them.

    This unpacks and decodes nothing, and may be asked where others wait. Raises Invalid.
    """
    return tuple(_cells(_raw_cells(notebook), attached=False))


def read_notebook(data: bytes) -> tuple[Cell, ...]:
    """All cells of an `.ipynb` file. Raises Invalid when it is no notebook, TooLarge."""
    if len(data) > MAX_NOTEBOOK_BYTES:
        raise TooLarge(f"The notebook has {len(data)} bytes.", f"Keep to {MAX_NOTEBOOK_BYTES}.")
    try:
        return cells_in(json.loads(data.decode(json.detect_encoding(data), "replace")))
    except RecursionError as problem:
        raise TooLarge("The notebook nests too deeply.", "Save it again with Jupyter.") from problem
    except ValueError as problem:
        raise Invalid("The notebook is not JSON.", "Save it again with Jupyter.") from problem


def _raw_cells(notebook: object) -> Iterator[dict[str, Any]]:
    if not isinstance(notebook, dict):
        raise Invalid("A notebook is a JSON object.", "Save it again with Jupyter.")
    content = cast("dict[str, Any]", notebook)
    worksheets = content.get("worksheets")
    # Which of the two is opened depends on the form that the notebook says it has.
    holders: list[Any] = [content]
    if isinstance(worksheets, list):
        holders += cast("list[Any]", worksheets)
    found = [
        cast("dict[str, Any]", holder).get("cells")
        for holder in holders
        if isinstance(holder, dict)
    ]
    if not any(isinstance(cells, list) for cells in found):
        raise Invalid("The notebook has no list of cells.", "Save it again with Jupyter.")
    for cells in found:
        if isinstance(cells, list):
            for cell in cast("list[Any]", cells):
                yield cast("dict[str, Any]", cell) if isinstance(cell, dict) else {}


def _cells(raw: Iterable[dict[str, Any]], attached: bool = True) -> Iterator[Cell]:
    for index, cell in enumerate(raw):
        source = _text(cell.get("source", cell.get("input")))
        id = str(cell.get("id") or "")[:64]
        language = _LANGUAGES.get(str(cell.get("cell_type")))
        if language == "prose":
            source = _MEDIUM.sub("data:", source)
        if language is not None and source.strip():
            yield Cell(source, index, id, language)
        for text, suffix in _attached(cell.get("attachments")) if attached else ():
            yield Cell(text, index, id, "shell" if suffix in {"sh", "bash"} else "notebook")


def _attached(attachments: object) -> Iterator[tuple[str, str]]:
    """Text and suffix of each script that is attached to a cell."""
    if not isinstance(attachments, dict):
        return
    for name, bundle in cast("dict[str, object]", attachments).items():
        suffix = str(name).lower().rpartition(".")[2]
        if suffix not in _SCRIPTS | _ARCHIVES or not isinstance(bundle, dict):
            continue
        for content in cast("dict[str, object]", bundle).values():
            with contextlib.suppress(ValueError):
                data = base64.b64decode(_text(content))
                for held, kind in _held(data) if suffix in _ARCHIVES else ((data, suffix),):
                    if (text := held.decode("utf-8", "replace")).strip():
                        yield text, kind


def _held(data: bytes) -> Iterator[tuple[bytes, str]]:
    """The scripts in an attached archive. Raises TooLarge for one that cannot be looked into."""
    try:
        yield from _scripts_in(data, 1)
    except Unscannable as problem:
        raise TooLarge(
            f"An archive is attached to it, and {problem.reason}.", "Attach plain files."
        ) from problem


def _scripts_in(data: bytes, depth: int) -> Iterator[tuple[bytes, str]]:
    if depth > MAX_DEPTH:
        raise Unscannable("archives nest too deeply in it")
    with contextlib.suppress(NotAnArchive):
        for member in members_in(data):
            if member.problem:
                raise Unscannable(member.problem)
            if (suffix := member.name.lower().rpartition(".")[2]) in _SCRIPTS:
                yield member.data, suffix
            elif kind_of(member.data[:512]):
                yield from _scripts_in(member.data, depth + 1)


def _text(source: object) -> str:
    if isinstance(source, str):
        return source
    if isinstance(source, list):
        return "".join(piece for piece in cast("list[object]", source) if isinstance(piece, str))
    return ""
