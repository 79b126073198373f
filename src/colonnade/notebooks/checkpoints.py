"""Jupyter's checkpoints: of a notebook they are marked revisions, of a file one kept copy."""

import asyncio
import zlib

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.kit.errors import NotFound
from colonnade.notebooks import models, repository
from colonnade.notebooks.documents import Head
from colonnade.notebooks.models import Model
from colonnade.notebooks.pieces import compress
from colonnade.notebooks.shelf import Shelf
from colonnade.notebooks.tables import FileCheckpoint

FILE_CHECKPOINT = "checkpoint"
"""The identifier that jupyter_server gives to the one checkpoint of a file."""


async def create(shelf: Shelf, session: AsyncSession, owner_id: str, path: str) -> Model:
    """Keep the present state. Raises NotFound, TooLarge for a large file."""
    head = await _document(shelf, session, owner_id, path)
    if head:
        info = await shelf.documents.mark(session, head, head.number, checkpoint=True)
        return models.of_checkpoint(info)
    limit = shelf.settings.max_checkpoint_bytes
    data, _ = await asyncio.to_thread(shelf.areas.read, owner_id, path, limit)
    body = await asyncio.to_thread(compress, data)
    kept = FileCheckpoint(owner_id=owner_id, path=path, created_at=shelf.clock(), body=body)
    await session.merge(kept)
    await session.flush()
    return _model(kept)


async def listed(shelf: Shelf, session: AsyncSession, owner_id: str, path: str) -> list[Model]:
    """The checkpoints, oldest first: JupyterLab offers the last one. Raises NotFound."""
    head = await _document(shelf, session, owner_id, path)
    if head:
        history = await shelf.documents.revisions(session, head)
        return [models.of_checkpoint(info) for info in reversed(history) if info.checkpoint]
    kept = await repository.file_checkpoint(session, owner_id, path)
    return [_model(kept)] if kept else []


async def restore(
    shelf: Shelf, session: AsyncSession, owner_id: str, path: str, identifier: str
) -> None:
    """Make a checkpoint the newest state; of a notebook, as a new revision. Raises NotFound."""
    head = await _document(shelf, session, owner_id, path)
    if head:
        number = _number(identifier)
        await shelf.documents.restore(session, head, number, author_id=owner_id)
        return
    kept = await _kept(session, owner_id, path, identifier)
    data = await asyncio.to_thread(zlib.decompress, kept.body)
    await asyncio.to_thread(shelf.areas.write, owner_id, path, data)


async def delete(
    shelf: Shelf, session: AsyncSession, owner_id: str, path: str, identifier: str
) -> None:
    """Remove a checkpoint; a notebook's revision stays in its history. Raises NotFound."""
    head = await _document(shelf, session, owner_id, path)
    if head:
        await shelf.documents.mark(session, head, _number(identifier), checkpoint=False)
        return
    await session.delete(await _kept(session, owner_id, path, identifier))
    await session.flush()


async def _document(shelf: Shelf, session: AsyncSession, owner_id: str, path: str) -> Head | None:
    found = await shelf.demand(session, owner_id, path)
    if found.is_folder:
        raise NotFound("Folders have no checkpoints.")
    return found.document


async def _kept(session: AsyncSession, owner_id: str, path: str, identifier: str) -> FileCheckpoint:
    kept = await repository.file_checkpoint(session, owner_id, path)
    if kept is None or identifier != FILE_CHECKPOINT:
        raise _unknown()
    return kept


def _number(identifier: str) -> int:
    # The bound keeps the number within what the database's integers hold.
    if not (identifier.isascii() and identifier.isdigit() and len(identifier) < 10):
        raise _unknown()
    return int(identifier)


def _unknown() -> NotFound:
    return NotFound("There is no such checkpoint.", "It may have been replaced by a newer one.")


def _model(kept: FileCheckpoint) -> Model:
    return {"id": FILE_CHECKPOINT, "last_modified": models.moment(kept.created_at)}
