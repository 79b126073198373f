"""Documents and areas looked at together: what is at a path, which names are taken."""

import asyncio
import itertools
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.kit.clock import Clock
from colonnade.kit.errors import Conflict, Invalid, NotFound
from colonnade.notebooks.areas import Areas
from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.documents import Documents, Head
from colonnade.notebooks.entries import Entry
from colonnade.notebooks.moves import Journal
from colonnade.notebooks.paths import is_hidden, join, numbered, parse_path, split


@dataclass(frozen=True, slots=True)
class Found:
    """What lies at a path: a document, a file or folder on disk, or a folder of documents only.

    A document and a file may be there both: code wrote a notebook file over a document's path.
    """

    document: Head | None
    entry: Entry | None
    documents_below: bool

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder; a document hides a folder of the same name."""
        if self.document:
            return False
        return self.documents_below or (self.entry is not None and self.entry.is_folder)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is there that we know."""
        return not (self.document or self.entry or self.documents_below)


@dataclass(frozen=True)
class Shelf:
    """The parts that every act on contents needs."""

    documents: Documents
    areas: Areas
    journal: Journal
    settings: NotebookSettings
    clock: Clock

    async def look(self, session: AsyncSession, owner_id: str, path: str) -> Found:
        """What lies at `path`."""
        entry = await asyncio.to_thread(self.areas.find, owner_id, path)
        document = await self.documents.find(session, owner_id, path) if path else None
        below = False
        if document is None and entry is None:
            below = await self.documents.holds(session, owner_id, path)
        return Found(document, entry, below)

    async def demand(self, session: AsyncSession, owner_id: str, path: str) -> Found:
        """What lies at `path`. Raises NotFound when there is nothing."""
        found = await self.look(session, owner_id, path)
        if found.is_nothing:
            raise NotFound("There is no such file or folder.", "It may have been moved.")
        return found

    async def demand_folder(self, session: AsyncSession, owner_id: str, folder: str) -> None:
        """See that `folder` is there, on disk too. Raises NotFound or Conflict."""
        if not folder:
            return
        found = await self.look(session, owner_id, folder)
        if not found.is_folder:
            raise NotFound("There is no such folder.", "Make the folder first.")
        if found.entry is None:
            await asyncio.to_thread(self.areas.ensure_folder, owner_id, folder)

    async def demand_free(self, session: AsyncSession, owner_id: str, path: str) -> None:
        """Raise Conflict when anything at all is at `path`."""
        taken = await asyncio.to_thread(self.areas.occupied, owner_id, path)
        if taken or not (await self.look(session, owner_id, path)).is_nothing:
            raise Conflict("Something of this name is there already.", "Choose another name.")

    async def free_path(
        self, session: AsyncSession, owner_id: str, folder: str, name: str, insert: str = ""
    ) -> str:
        """The path in `folder` of the first of 'name', 'name1', 'name2'… that is not taken."""
        heads = await self.documents.in_folder(session, owner_id, folder)
        taken = {split(head.path)[1] for head in heads}
        taken |= set(await self.documents.subfolders(session, owner_id, folder))
        return await asyncio.to_thread(self._first_free, owner_id, folder, name, insert, taken)

    def _first_free(
        self, owner_id: str, folder: str, name: str, insert: str, taken: set[str]
    ) -> str:
        for number in itertools.count():
            candidate = numbered(name, number, insert)
            path = join(folder, candidate)
            if candidate not in taken and not self.areas.occupied(owner_id, path):
                return path
        raise AssertionError("the numbers do not end")


def visible_path(raw: str) -> str:
    """The canonical path of something to read. Raises Invalid; NotFound for what is hidden."""
    path = parse_path(raw)
    if is_hidden(path):
        raise NotFound("There is no such file or folder.", "Names with a dot are not shown.")
    return path


def writable_path(raw: str) -> str:
    """The canonical path of something to change. Raises Invalid, also for what is hidden."""
    path = parse_path(raw)
    if not path:
        raise Invalid("The root folder itself cannot be changed.")
    if is_hidden(path):
        raise Invalid("Names that begin with a dot are hidden.", "Choose another name.")
    return path
