"""Notebook files that code wrote into an area become documents when they are opened.

A file at a document's path becomes that document's next revision, so a client that has the
notebook open learns of it as it would of a change on disk. The file is removed only after the
database has committed, and only if it is still the file that was read.
"""

import asyncio
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.kit.errors import ColonnadeError, Conflict, Invalid
from colonnade.notebooks.documents import compress_missing
from colonnade.notebooks.moves import when_committed
from colonnade.notebooks.notebook import parse_json, read_notebook
from colonnade.notebooks.paths import is_notebook_name, marked, split
from colonnade.notebooks.pieces import Parts, take_apart
from colonnade.notebooks.shelf import Found, Shelf

ORIGIN = "written by code"


class Unadopted(Conflict):
    """A notebook file on disk must be taken in before it can be read: that needs a writing
    transaction (`Contents.adopt`)."""

    code = "unadopted"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notebook file that code wrote, read and taken apart; or why it cannot be."""

    identity: tuple[int, int, int, int] | None = None
    parts: Parts | None = None
    compressed: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    problem: ColonnadeError | None = None


def waits(path: str, found: Found) -> bool:
    """Whether a notebook file at `path` is there that is not taken in yet."""
    return is_notebook_name(path) and found.entry is not None and not found.entry.is_folder


async def read_waiting(shelf: Shelf, owner_id: str, path: str) -> Waiting:
    """Read the notebook file at `path`: the costly part, before any lock is held."""
    return await asyncio.to_thread(_read, shelf, owner_id, path)


async def take_in(
    shelf: Shelf,
    session: AsyncSession,
    owner_id: str,
    path: str,
    waiting: Waiting | None = None,
) -> Found:
    """Make the notebook file at `path`, if there is one, the newest revision of its document.

    Returns what lies at `path` then. `waiting` is the file when it was read before. A file that is
    no valid notebook is moved beside a document of the same name. Raises Invalid when there is no
    such document: the file stays where it is.
    """
    found = await shelf.look(session, owner_id, path)
    if not waits(path, found):
        return found
    waiting = waiting or await read_waiting(shelf, owner_id, path)
    if waiting.parts is None or waiting.identity is None:
        if found.document is None and waiting.problem is not None:
            raise _refusal(waiting.problem) from waiting.problem
        await put_beside(shelf, session, owner_id, path)
        return replace(found, entry=None)
    head = await shelf.documents.save(
        session,
        owner_id,
        path,
        waiting.parts,
        author_id=None,
        origin=ORIGIN,
        compressed=waiting.compressed,
    )
    identity = waiting.identity
    when_committed(session, lambda: shelf.areas.remove_same(owner_id, path, identity))
    return Found(head, None, documents_below=False)


async def put_beside(shelf: Shelf, session: AsyncSession, owner_id: str, path: str) -> None:
    """Move an unreadable notebook file out of the way of its path, where it is still seen."""
    folder, name = split(path)
    beside = await shelf.free_path(session, owner_id, folder, marked(name, "unreadable"))
    await asyncio.to_thread(shelf.areas.rename, owner_id, path, beside)


def _read(shelf: Shelf, owner_id: str, path: str) -> Waiting:
    try:
        data, entry = shelf.areas.read(owner_id, path, shelf.settings.max_notebook_bytes)
        parts = take_apart(read_notebook(parse_json(data)))
    except ColonnadeError as problem:
        return Waiting(problem=problem)
    return Waiting(entry.identity, parts, compress_missing(parts, set()))


def _refusal(problem: ColonnadeError) -> ColonnadeError:
    if problem.status in {400, 413}:
        return Invalid(
            f"This file cannot be opened as a notebook. {problem.message}",
            "Open it with the text editor, or write it again in a cell.",
        )
    return problem
