"""Jupyter's contents models: what its clients receive for a notebook, a file or a folder.

The fields are those of `jupyter_server/services/contents/manager.py`, 2.21.
"""

import base64
import mimetypes
from datetime import UTC, datetime
from typing import Any

from colonnade.kit.errors import Invalid
from colonnade.notebooks.documents import Head, RevisionInfo
from colonnade.notebooks.entries import Entry
from colonnade.notebooks.notebook import Notebook, write_file
from colonnade.notebooks.paths import split

Model = dict[str, Any]

EPOCH = datetime.fromtimestamp(0, UTC)


def moment(value: datetime) -> str:
    """A time as Jupyter writes it: '2026-11-22T15:03:00.123456Z'."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def of_document(head: Head, notebook: Notebook | None = None) -> Model:
    """A notebook, with its content if that is given."""
    return _model(
        head.path,
        "notebook",
        created=head.created_at,
        modified=head.modified_at,
        size=head.size_bytes,
        content=notebook,
        format=None if notebook is None else "json",
        sha256=head.sha256,
    )


def of_document_as_file(head: Head, notebook: Notebook, format: str | None) -> Model:
    """A notebook as the text of its file, for who opens it in a text editor."""
    model = of_document(head)
    model.update(type="file", mimetype="application/x-ipynb+json")
    return _with_content(model, write_file(notebook), format)


def of_entry(path: str, entry: Entry, kind: str = "file") -> Model:
    """A file on disk without its content; `kind` 'notebook' for one that is not taken in yet."""
    model = _model(
        path,
        kind,
        created=entry.created_at,
        modified=entry.modified_at,
        size=entry.size_bytes,
        writable=entry.writable,
    )
    model["mimetype"] = None if kind == "notebook" else mimetypes.guess_type(entry.name)[0]
    return model


def of_file(path: str, entry: Entry, data: bytes, format: str | None) -> Model:
    """A file with its content; `format` None takes text where it is UTF-8. Raises Invalid."""
    return _with_content(of_entry(path, entry), data, format)


def of_folder(path: str, entry: Entry | None, modified: datetime = EPOCH) -> Model:
    """A folder without what is in it; `entry` None when only documents say that it is there."""
    return _model(
        path,
        "directory",
        created=entry.created_at if entry else modified,
        modified=entry.modified_at if entry else modified,
        size=None,
        writable=entry.writable if entry else True,
    )


def of_checkpoint(info: RevisionInfo) -> Model:
    """A revision as a checkpoint."""
    return {"id": str(info.number), "last_modified": moment(info.created_at)}


def with_children(folder: Model, children: list[Model]) -> Model:
    """A folder's model with what is in it, by name."""
    ordered = sorted(children, key=lambda model: str(model["name"]))
    return {**folder, "content": ordered, "format": "json"}


def with_hash(model: Model, sha256: str | None) -> Model:
    """The model with the hash that clients compare."""
    return {**model, "hash": sha256, "hash_algorithm": "sha256" if sha256 else None}


def _model(
    path: str,
    kind: str,
    *,
    created: datetime,
    modified: datetime,
    size: int | None,
    content: object = None,
    format: str | None = None,
    sha256: str | None = None,
    writable: bool = True,
) -> Model:
    return {
        "name": split(path)[1],
        "path": path,
        "type": kind,
        "created": moment(created),
        "last_modified": moment(modified),
        "mimetype": None,
        "content": content,
        "format": format,
        "size": size,
        "writable": writable,
        "hash": sha256,
        "hash_algorithm": "sha256" if sha256 else None,
    }


def _with_content(model: Model, data: bytes, format: str | None) -> Model:
    text = None if format == "base64" else _decoded(data)
    if text is None and format == "text":
        raise Invalid("This file is not UTF-8 text.", "Download it, or ask for it as base64.")
    model["format"] = "base64" if text is None else "text"
    model["content"] = base64.b64encode(data).decode("ascii") if text is None else text
    if model["mimetype"] is None:
        model["mimetype"] = "application/octet-stream" if text is None else "text/plain"
    return model


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
