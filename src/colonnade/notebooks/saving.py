"""Saving: what a client sends is received, then kept.

`receive` does what takes time, before any lock is held: it parses, validates and compresses
notebooks and puts the bytes of files on disk, out of sight. `keep` makes it the newest version at
its path. A save that names the version it is based on never replaces another one: when that is no
longer the newest, the late version is kept beside it and the answer says where.
"""

import asyncio
import base64
import binascii
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.kit.errors import Conflict, Invalid, TooLarge
from colonnade.notebooks import models
from colonnade.notebooks.adoption import Waiting, put_beside, read_waiting, take_in, waits
from colonnade.notebooks.disk_errors import translated
from colonnade.notebooks.documents import SAVED, Head, compress_missing
from colonnade.notebooks.entries import Entry
from colonnade.notebooks.models import Model
from colonnade.notebooks.notebook import new_notebook, parse_json, read_notebook
from colonnade.notebooks.paths import is_notebook_name, join, marked, split
from colonnade.notebooks.pieces import Parts, take_apart
from colonnade.notebooks.shelf import Found, Shelf

LAST_CHUNK = -1

_SAME_MOMENT = timedelta(milliseconds=1)
"""Browsers keep times to the millisecond only."""


@dataclass(frozen=True, slots=True)
class Base:
    """The version that a client's save is based on, by its hash or else by its time."""

    sha256: str | None = None
    modified_at: datetime | None = None

    def is_outdated(self, sha256: str | None, modified_at: datetime) -> bool:
        """Whether the newest version, of this hash and time, is not the one meant."""
        if self.sha256 is not None:
            return self.sha256 != sha256
        return self.modified_at is not None and modified_at > self.modified_at + _SAME_MOMENT


@dataclass(frozen=True, slots=True)
class Received:
    """What was sent, ready to be kept.

    Attributes:
        kind: 'part' is a chunk of an upload that goes on; nothing is left to do for it.
        parts, compressed: of a notebook.
        staged: name of a file's content in staging.
        size_bytes: of a file or of the chunks so far.
        waiting: a notebook file that code wrote at the same path, to be taken in first.
    """

    kind: Literal["notebook", "file", "directory", "part"]
    parts: Parts | None = None
    compressed: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    staged: str = ""
    size_bytes: int = 0
    base: Base = Base()
    waiting: Waiting | None = None

    @property
    def changes_documents(self) -> bool:
        """Whether keeping it needs a writing transaction."""
        return self.kind == "notebook"


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of it. `conflict` is set when the sent version was kept beside the newest one;
    it is to be raised once the transaction is committed."""

    model: Model
    created: bool
    conflict: Conflict | None = None


async def receive(
    shelf: Shelf, session: AsyncSession, owner_id: str, path: str, model: Model
) -> Received:
    """Take in a contents model that was sent for a canonical `path`.

    Raises Invalid, TooLarge, StorageFull, or Conflict for a chunk out of order.
    """
    head = await shelf.documents.find(session, owner_id, path)
    kind = model.get("type") or ("notebook" if is_notebook_name(path) else "file")
    base = _base(model)
    if kind == "directory":
        return Received("directory")
    if kind == "notebook":
        content = model.get("content")
        value = new_notebook() if content is None else content
        received = await asyncio.to_thread(_take_apart, shelf, value, base)
    else:
        as_notebook = head is not None or is_notebook_name(path)
        received = await asyncio.to_thread(
            _receive_file, shelf, owner_id, path, model, base, as_notebook
        )
    if received.parts is None:
        return received
    if waits(path, await shelf.look(session, owner_id, path)):
        received = replace(received, waiting=await read_waiting(shelf, owner_id, path))
    return await _compressed(shelf, session, owner_id, head, received)


async def _compressed(
    shelf: Shelf, session: AsyncSession, owner_id: str, head: Head | None, received: Received
) -> Received:
    assert received.parts is not None
    known = await shelf.documents.known_pieces(session, head) if head else set[bytes]()
    compressed = await asyncio.to_thread(compress_missing, received.parts, known)
    more = len(received.parts.outline) + sum(len(body) for body in compressed.values())
    stored = await shelf.documents.stored_bytes(session, owner_id)
    await asyncio.to_thread(shelf.areas.check_room, owner_id, more, stored)
    return replace(received, compressed=compressed)


def _take_apart(shelf: Shelf, value: object, base: Base) -> Received:
    parts = take_apart(read_notebook(value))
    limit = shelf.settings.max_notebook_bytes
    if parts.size_bytes > limit:
        raise TooLarge(
            f"This notebook is larger than {limit} bytes.",
            "Clear large outputs, or write them to a file.",
            limit_bytes=limit,
        )
    return Received("notebook", parts, base=base)


def _receive_file(
    shelf: Shelf, owner_id: str, path: str, model: Model, base: Base, as_notebook: bool
) -> Received:
    data = _decoded(model)
    chunk = model.get("chunk")
    if chunk is None:
        if as_notebook:
            return _take_apart(shelf, parse_json(data) if data else new_notebook(), base)
        if len(data) > shelf.settings.max_read_bytes:
            raise _too_large(shelf.settings.max_read_bytes)
        return Received("file", staged=shelf.areas.stage(owner_id, data), base=base)
    if type(chunk) is not int or (chunk < 1 and chunk != LAST_CHUNK):
        raise Invalid("'chunk' must be 1, 2, 3… or -1 for the last one.")
    staged, size = _add_chunk(shelf, owner_id, path, data, chunk)
    if chunk != LAST_CHUNK:
        return Received("part", size_bytes=size)
    if not as_notebook:
        return Received("file", staged=staged, size_bytes=size, base=base)
    with translated():
        data = shelf.areas.read_staged(owner_id, staged, shelf.settings.max_notebook_bytes)
    return _take_apart(shelf, parse_json(data), base)


def _add_chunk(shelf: Shelf, owner_id: str, path: str, data: bytes, chunk: int) -> tuple[str, int]:
    shelf.areas.check_room(owner_id, len(data))
    uploads = shelf.areas.staging
    limit = shelf.settings.max_file_bytes
    with translated():
        if chunk == 1:
            return "", uploads.begin_upload(owner_id, path, data)
        number = None if chunk == LAST_CHUNK else chunk
        grown = uploads.continue_upload(owner_id, path, data, number, limit)
    if grown is None:
        raise _too_large(limit)
    return grown


def _too_large(limit_bytes: int) -> TooLarge:
    return TooLarge(
        f"This file is larger than {limit_bytes} bytes.",
        "Upload larger files in chunks, as JupyterLab does, or fetch them in a cell.",
        limit_bytes=limit_bytes,
    )


def _decoded(model: Model) -> bytes:
    content = model.get("content", "")
    if content is None:
        return b""
    if not isinstance(content, str):
        raise Invalid("The 'content' of a file must be text.", "Send text or base64.")
    if model.get("format") != "base64":
        return content.encode()
    try:
        return base64.b64decode(content.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as problem:
        raise Invalid("The 'content' is not base64.", "Send text or base64.") from problem


def _base(model: Model) -> Base:
    sha256, modified = model.get("hash"), model.get("last_modified")
    if isinstance(sha256, str):
        return Base(sha256=sha256)
    if not isinstance(modified, str):
        return Base()
    try:
        read = datetime.fromisoformat(modified)
    except ValueError as problem:
        raise Invalid("'last_modified' is not a time.", "Send it as it was received.") from problem
    return Base(modified_at=read) if read.tzinfo else Base()


async def keep(
    shelf: Shelf,
    session: AsyncSession,
    owner_id: str,
    path: str,
    received: Received,
    author_id: str,
) -> Saved:
    """Make what was received the newest version at `path`.

    Raises NotFound without its folder, Conflict when something of another kind is there.
    """
    await shelf.demand_folder(session, owner_id, split(path)[0])
    match received.kind:
        case "notebook":
            return await _keep_notebook(shelf, session, owner_id, path, received, author_id)
        case "file":
            return await _keep_file(shelf, session, owner_id, path, received)
        case "directory":
            return await _keep_folder(shelf, session, owner_id, path)
        case "part":
            moment = shelf.clock()
            entry = Entry(split(path)[1], False, received.size_bytes, moment, moment, _NONE, True)
            return Saved(models.of_entry(path, entry), created=False)


_NONE = (0, 0, 0, 0)


async def _keep_notebook(
    shelf: Shelf,
    session: AsyncSession,
    owner_id: str,
    path: str,
    received: Received,
    author_id: str,
) -> Saved:
    parts = received.parts
    assert parts is not None
    found = await _take_in_or_leave(shelf, session, owner_id, path, received.waiting)
    head = found.document
    if found.is_folder:
        raise Conflict("A folder of this name is there already.", "Choose another name.")
    late = (
        head is not None
        and head.sha256 != parts.sha256
        and received.base.is_outdated(head.sha256, head.modified_at)
    )
    target, origin = path, SAVED
    if late:
        target, origin = await _place_beside(shelf, session, owner_id, path, parts.sha256), "late"
    saved = await shelf.documents.save(
        session,
        owner_id,
        target,
        parts,
        author_id=author_id,
        origin=origin,
        compressed=received.compressed,
    )
    conflict = _conflict(path, target, head.sha256) if late and head else None
    return Saved(models.of_document(saved), created=head is None, conflict=conflict)


async def _take_in_or_leave(
    shelf: Shelf, session: AsyncSession, owner_id: str, path: str, waiting: Waiting | None
) -> Found:
    try:
        return await take_in(shelf, session, owner_id, path, waiting)
    except Invalid:
        # Code left something unreadable where a notebook is now saved; it must not be in the way.
        await put_beside(shelf, session, owner_id, path)
        return Found(None, None, documents_below=False)


async def _place_beside(
    shelf: Shelf, session: AsyncSession, owner_id: str, path: str, sha256: str
) -> str:
    """Where a late version goes; where it is already, when the same save was sent before."""
    folder, name = split(path)
    beside = marked(name, f"conflict {shelf.clock():%Y-%m-%d %H%M}")
    there = await shelf.documents.find(session, owner_id, join(folder, beside))
    if there and there.sha256 == sha256:
        return there.path
    return await shelf.free_path(session, owner_id, folder, beside, insert=" ")


def _conflict(path: str, beside: str, sha256: str | None) -> Conflict:
    return Conflict(
        f"'{split(path)[1]}' was changed elsewhere since you opened it. Both versions are kept: "
        f"yours as '{split(beside)[1]}'.",
        "Compare the two, then delete the one you do not need.",
        path=path,
        kept_as=beside,
        hash=sha256,
    )


async def _keep_file(
    shelf: Shelf, session: AsyncSession, owner_id: str, path: str, received: Received
) -> Saved:
    found = await shelf.look(session, owner_id, path)
    if found.is_folder:
        raise Conflict("A folder of this name is there already.", "Choose another name.")
    late = found.entry is not None and await _is_late(shelf, owner_id, path, found.entry, received)
    target = path
    if late:
        folder, name = split(path)
        mark = f"conflict {shelf.clock():%Y-%m-%d %H%M}"
        target = await shelf.free_path(session, owner_id, folder, marked(name, mark), insert=" ")
    entry = await asyncio.to_thread(
        shelf.areas.place, owner_id, received.staged, target, replace=not late
    )
    conflict = _conflict(path, target, None) if late else None
    return Saved(models.of_entry(target, entry), created=found.entry is None, conflict=conflict)


async def _is_late(
    shelf: Shelf, owner_id: str, path: str, entry: Entry, received: Received
) -> bool:
    sha256 = None
    if received.base.sha256 is not None:
        sha256 = await asyncio.to_thread(shelf.areas.sha256, owner_id, path)
    return received.base.is_outdated(sha256, entry.modified_at)


async def _keep_folder(shelf: Shelf, session: AsyncSession, owner_id: str, path: str) -> Saved:
    found = await shelf.look(session, owner_id, path)
    if found.entry and found.entry.is_folder and not found.document:
        return Saved(models.of_folder(path, found.entry), created=False)
    if found.document or (found.entry and not found.entry.is_folder):
        raise Conflict("A file of this name is there already.", "Choose another name.")
    entry = await asyncio.to_thread(shelf.areas.make_folder, owner_id, path)
    return Saved(models.of_folder(path, entry), created=not found.is_folder)
