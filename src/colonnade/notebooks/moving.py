"""Rename, move, copy and delete: one act on the disk and in the database."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.kit.errors import Invalid
from colonnade.notebooks import copying, repository
from colonnade.notebooks.moves import Note, settle, when_committed, when_rolled_back
from colonnade.notebooks.paths import is_within, split, without_copy_mark
from colonnade.notebooks.shelf import Shelf
from colonnade.notebooks.staging import ASIDE


async def rename(
    shelf: Shelf, session: AsyncSession, owner_id: str, source: str, target: str
) -> None:
    """Give a notebook, a file or a folder with everything below it another path.

    Raises NotFound, Invalid for a folder moved into itself, Conflict when the name is taken.
    """
    if source == target:
        return
    found = await shelf.demand(session, owner_id, source)
    if is_within(target, source):
        raise Invalid("A folder cannot be moved into itself.", "Choose another folder.")
    await shelf.demand_folder(session, owner_id, split(target)[0])
    await shelf.demand_free(session, owner_id, target)
    if found.document:
        await shelf.documents.move(session, found.document, target)
    elif found.is_folder:
        await _rename_folder(shelf, session, owner_id, source, target)
    else:
        await _rename_file(shelf, session, owner_id, source, target)
    await repository.move_file_checkpoints(session, owner_id, source, target)


async def _rename_file(
    shelf: Shelf, session: AsyncSession, owner_id: str, source: str, target: str
) -> None:
    note = Note(owner_id, source, target=target)
    when_rolled_back(session, lambda: settle(note, False, shelf.areas))
    await asyncio.to_thread(shelf.areas.rename, owner_id, source, target)


async def _rename_folder(
    shelf: Shelf, session: AsyncSession, owner_id: str, source: str, target: str
) -> None:
    await shelf.documents.move_folder(session, owner_id, source, target)
    note = Note(owner_id, source, target=target)
    written = await asyncio.to_thread(shelf.journal.write, note)

    def undo() -> None:
        settle(note, False, shelf.areas)
        shelf.journal.clear(written)

    when_committed(session, lambda: shelf.journal.clear(written))
    when_rolled_back(session, undo)
    await asyncio.to_thread(shelf.areas.ensure_folder, owner_id, source)
    await asyncio.to_thread(shelf.areas.rename, owner_id, source, target)


async def delete(shelf: Shelf, session: AsyncSession, owner_id: str, path: str) -> None:
    """Delete a notebook with its history, a file, or a folder with everything below it.

    Raises NotFound.
    """
    found = await shelf.demand(session, owner_id, path)
    await repository.drop_file_checkpoints(session, owner_id, path)
    if found.document:
        await shelf.documents.delete(session, found.document)
        if found.entry and not found.entry.is_folder:
            when_committed(session, lambda: shelf.areas.remove_file(owner_id, path))
    elif found.is_folder:
        await _delete_folder(shelf, session, owner_id, path)
    else:
        await asyncio.to_thread(shelf.areas.remove_file, owner_id, path)


async def _delete_folder(shelf: Shelf, session: AsyncSession, owner_id: str, path: str) -> None:
    await shelf.documents.delete_folder(session, owner_id, path)
    areas = shelf.areas
    if await asyncio.to_thread(areas.find, owner_id, path) is None:
        return
    aside = areas.staging.new_name(ASIDE)
    note = Note(owner_id, path, aside=aside)
    written = await asyncio.to_thread(shelf.journal.write, note)
    loop = asyncio.get_running_loop()

    def finish() -> None:
        gone = areas.doom(owner_id, aside)
        shelf.journal.clear(written)
        # Many files take their time; the sweep finishes what a crash interrupts.
        loop.run_in_executor(None, areas.discard, owner_id, gone)

    def undo() -> None:
        settle(note, False, areas)
        shelf.journal.clear(written)

    when_committed(session, finish)
    when_rolled_back(session, undo)
    await asyncio.to_thread(areas.set_aside, owner_id, path, aside)


async def copy_files(
    shelf: Shelf, session: AsyncSession, owner_id: str, source: str, folder: str
) -> str:
    """Copy the files of something into `folder` under a free name, as 'X-Copy1.ipynb'.

    Returns its path, where `copy_documents` puts the notebooks. What was copied before an error
    stays. Raises NotFound, StorageFull, TooLarge, or Invalid for a folder into itself.
    """
    found = await shelf.demand(session, owner_id, source)
    await shelf.demand_folder(session, owner_id, folder)
    name = without_copy_mark(split(source)[1])
    target = await shelf.free_path(session, owner_id, folder, name, insert="-Copy")
    if found.is_folder:
        if is_within(target, source):
            raise Invalid("A folder cannot be copied into itself.", "Choose another folder.")
        await asyncio.to_thread(shelf.areas.ensure_folder, owner_id, source)
        await asyncio.to_thread(copying.copy_folder, shelf.areas, owner_id, source, target)
    elif not found.document:
        await asyncio.to_thread(copying.copy_file, shelf.areas, owner_id, source, target)
    return target


async def copy_documents(
    shelf: Shelf, session: AsyncSession, owner_id: str, source: str, target: str
) -> None:
    """Copy a notebook to `target`, or those below a folder to the same places below it.

    Raises Conflict when `target` was taken meanwhile, StorageFull.
    """
    document = await shelf.documents.find(session, owner_id, source)
    if document:
        heads = [document]
    else:
        heads = await shelf.documents.below_folder(session, owner_id, source)
    for head in heads:
        path = target + head.path[len(source) :]
        await asyncio.to_thread(shelf.areas.ensure_folder, owner_id, split(path)[0])
        await shelf.documents.copy(session, head, path, author_id=owner_id)
    stored = await shelf.documents.stored_bytes(session, owner_id)
    await asyncio.to_thread(shelf.areas.check_room, owner_id, 0, stored)
