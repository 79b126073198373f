"""Notebooks in the database: found, saved as revisions, restored, moved and deleted.

Nothing is overwritten: a save adds a revision, and so does restoring an older one. What was saved
before stays until it is pruned (`NotebookSettings.max_revisions`) or its document is deleted.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.kit.clock import Clock
from colonnade.kit.errors import Conflict, NotFound
from colonnade.kit.ids import new_id
from colonnade.notebooks import repository
from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.notebook import Notebook
from colonnade.notebooks.paths import is_within, split
from colonnade.notebooks.pieces import Parts, compress, put_together
from colonnade.notebooks.tables import Document, Revision

SAVED = "saved"


@dataclass(frozen=True, slots=True)
class Head:
    """A document and its newest revision. `sha256` is that of `pieces.Parts`."""

    id: str
    owner_id: str
    path: str
    number: int
    sha256: str
    size_bytes: int
    created_at: datetime
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class RevisionInfo:
    """One line of a document's history."""

    number: int
    created_at: datetime
    author_id: str | None
    origin: str
    checkpoint: bool
    size_bytes: int
    sha256: str


class Documents:
    """The service. One instance a process; it holds no state but its limits and the clock."""

    def __init__(self, settings: NotebookSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    async def find(
        self, session: AsyncSession, owner_id: str, path: str, *, lock: bool = False
    ) -> Head | None:
        """The document at `path`, or None."""
        row = await repository.at_path(session, owner_id, path, lock=lock)
        return _head(*row) if row else None

    async def demand(self, session: AsyncSession, owner_id: str, path: str) -> Head:
        """The document at `path`. Raises NotFound."""
        head = await self.find(session, owner_id, path, lock=True)
        if head is None:
            raise NotFound("There is no notebook of this name.", "It may have been moved.")
        return head

    async def read(
        self, session: AsyncSession, head: Head, number: int | None = None
    ) -> tuple[Notebook, RevisionInfo]:
        """The notebook as revision `number` has it, by default the newest. Raises NotFound."""
        revision = await self._revision(session, head, number or head.number)
        bodies = await repository.bodies(session, revision.id)
        notebook = await asyncio.to_thread(put_together, revision.outline, bodies)
        return notebook, _info(revision)

    async def notebook_at(self, session: AsyncSession, owner_id: str, path: str) -> Notebook | None:
        """The notebook at a canonical `path` as it was saved last, or None: for who judges."""
        head = await self.find(session, owner_id, path)
        return (await self.read(session, head))[0] if head else None

    async def in_folder(self, session: AsyncSession, owner_id: str, folder: str) -> list[Head]:
        """Documents directly in `folder`."""
        return [_head(*row) for row in await repository.in_folder(session, owner_id, folder)]

    async def below_folder(self, session: AsyncSession, owner_id: str, folder: str) -> list[Head]:
        """Documents anywhere below `folder`."""
        return [_head(*row) for row in await repository.below_folder(session, owner_id, folder)]

    async def recent(self, session: AsyncSession, owner_id: str, limit: int = 50) -> list[Head]:
        """The person's documents, the one saved last first."""
        return [_head(*row) for row in await repository.newest(session, owner_id, limit)]

    async def subfolders(
        self, session: AsyncSession, owner_id: str, folder: str
    ) -> dict[str, datetime]:
        """Names of folders in `folder` that hold documents, with the time of the newest save."""
        found: dict[str, datetime] = {}
        start = len(folder) + 1 if folder else 0
        for parent, moment in await repository.parents_below(session, owner_id, folder):
            name = parent[start:].split("/", 1)[0]
            found[name] = max(moment, found.get(name, moment))
        return found

    async def holds(self, session: AsyncSession, owner_id: str, folder: str) -> bool:
        """Whether any document lies below `folder`."""
        return await repository.holds_documents(session, owner_id, folder)

    async def stored_bytes(self, session: AsyncSession, owner_id: str) -> int:
        """What the person's documents take in the database."""
        return await repository.stored_bytes(session, owner_id)

    async def known_pieces(self, session: AsyncSession, head: Head) -> set[bytes]:
        """SHA-256 of the pieces that a document has: these need not be compressed again."""
        return set(await repository.pieces_of(session, head.id))

    async def save(
        self,
        session: AsyncSession,
        owner_id: str,
        path: str,
        parts: Parts,
        *,
        author_id: str | None,
        origin: str = SAVED,
        compressed: dict[bytes, bytes] | None = None,
    ) -> Head:
        """Save a notebook as the next revision of the document at `path`, made when absent.

        Saving what the newest revision holds already changes nothing, so a client may repeat a
        save whose answer it lost. `compressed` holds pieces that were compressed beforehand.
        Raises Conflict when somebody makes a document of the same path at the same moment.
        """
        row = await repository.at_path(session, owner_id, path, lock=True)
        if row and row[1].sha256 == parts.sha256:
            return _head(*row)
        document = row[0] if row else await self._add_document(session, owner_id, path)
        number = document.head + 1 if row else 1
        known = await repository.pieces_of(session, document.id) if row else {}
        new = await _missing(parts, known, compressed or {})
        known |= await repository.add_pieces(session, document.id, new)
        document.head = number
        document.stored_bytes += len(parts.outline) + sum(len(body) for body in new.values())
        revision = self._new_revision(document.id, number, parts, author_id, origin)
        session.add(revision)
        await _flush(session)
        ordered = [known[piece.sha256] for piece in parts.pieces]
        await repository.link_pieces(session, revision.id, ordered)
        await self._prune(session, document)
        return _head(document, revision)

    async def revisions(self, session: AsyncSession, head: Head) -> list[RevisionInfo]:
        """The document's history, newest first."""
        return [_info(one) for one in await repository.revisions(session, head.id)]

    async def restore(
        self, session: AsyncSession, head: Head, number: int, *, author_id: str
    ) -> Head:
        """Make revision `number` the newest again, as a new revision. Raises NotFound."""
        old = await self._revision(session, head, number)
        if old.sha256 == head.sha256:
            return head
        row = await repository.at_path(session, head.owner_id, head.path, lock=True)
        assert row is not None
        document = row[0]
        document.head += 1
        parts = Parts(old.outline, (), old.sha256, old.size_bytes)
        origin = f"restored from {number}"
        revision = self._new_revision(document.id, document.head, parts, author_id, origin)
        session.add(revision)
        await _flush(session)
        await repository.link_pieces(
            session, revision.id, await repository.piece_ids(session, old.id)
        )
        document.stored_bytes += len(old.outline)
        await _flush(session)
        return _head(document, revision)

    async def mark(
        self, session: AsyncSession, head: Head, number: int, *, checkpoint: bool
    ) -> RevisionInfo:
        """Make a revision a checkpoint, or no longer one. Raises NotFound."""
        revision = await self._revision(session, head, number)
        revision.checkpoint = checkpoint
        await _flush(session)
        return _info(revision)

    async def copy(self, session: AsyncSession, head: Head, path: str, *, author_id: str) -> Head:
        """A new document at `path` with the newest revision of another. Raises Conflict."""
        old = await self._revision(session, head, head.number)
        document = await self._add_document(session, head.owner_id, path)
        parts = Parts(old.outline, (), old.sha256, old.size_bytes)
        revision = self._new_revision(document.id, 1, parts, author_id, "copied")
        session.add(revision)
        await _flush(session)
        added = await repository.copy_pieces(session, old.id, document.id, revision.id)
        document.stored_bytes = added + len(old.outline)
        await _flush(session)
        return _head(document, revision)

    async def move(self, session: AsyncSession, head: Head, target: str) -> Head:
        """Give a document another path. Raises Conflict when one is there already."""
        row = await repository.at_path(session, head.owner_id, head.path, lock=True)
        if row is None:
            raise NotFound("There is no notebook of this name.", "It may have been moved.")
        _put_at(row[0], target)
        await _flush(session)
        return replace(head, path=target)

    async def move_folder(
        self, session: AsyncSession, owner_id: str, source: str, target: str
    ) -> int:
        """Move every document below `source` to the same place below `target`; returns how many.

        Raises Conflict when one of them meets another document there.
        """
        rows = await repository.below_folder(session, owner_id, source)
        for document, _ in rows:
            assert is_within(document.path, source)
            _put_at(document, target + document.path[len(source) :])
        await _flush(session)
        return len(rows)

    async def delete(self, session: AsyncSession, head: Head) -> None:
        """Delete a document with its history."""
        await repository.drop_documents(session, [head.id])

    async def delete_folder(self, session: AsyncSession, owner_id: str, folder: str) -> int:
        """Delete every document below `folder`; returns how many."""
        rows = await repository.below_folder(session, owner_id, folder)
        await repository.drop_documents(session, [document.id for document, _ in rows])
        return len(rows)

    async def _revision(self, session: AsyncSession, head: Head, number: int) -> Revision:
        revision = await repository.revision(session, head.id, number)
        if revision is None:
            raise NotFound("There is no such revision of this notebook.", "It may be pruned.")
        return revision

    async def _add_document(self, session: AsyncSession, owner_id: str, path: str) -> Document:
        document = Document(
            id=new_id(), owner_id=owner_id, created_at=self._clock(), head=1, stored_bytes=0
        )
        _put_at(document, path)
        session.add(document)
        await _flush(session)
        return document

    def _new_revision(
        self, document_id: str, number: int, parts: Parts, author_id: str | None, origin: str
    ) -> Revision:
        return Revision(
            document_id=document_id,
            number=number,
            created_at=self._clock(),
            author_id=author_id,
            origin=origin,
            checkpoint=False,
            size_bytes=parts.size_bytes,
            sha256=parts.sha256,
            outline=parts.outline,
        )

    async def _prune(self, session: AsyncSession, document: Document) -> None:
        if document.head <= self._settings.max_revisions:
            return
        old = await repository.prunable(session, document, self._settings.max_revisions)
        if old:
            await repository.drop_revisions(session, [one.id for one in old])
            freed = await repository.drop_unused_pieces(session, document.id)
            freed += sum(len(one.outline) for one in old)
            document.stored_bytes = max(0, document.stored_bytes - freed)
            await _flush(session)


def compress_missing(parts: Parts, known: set[bytes]) -> dict[bytes, bytes]:
    """The pieces that are not `known`, compressed: the costly part of a save, for a thread."""
    return {
        piece.sha256: compress(piece.body) for piece in parts.pieces if piece.sha256 not in known
    }


async def _missing(
    parts: Parts, known: dict[bytes, int], compressed: dict[bytes, bytes]
) -> dict[bytes, bytes]:
    """The compressed pieces that are not `known`; those not `compressed` yet are now."""
    missing = {piece.sha256 for piece in parts.pieces} - known.keys()
    if not missing <= compressed.keys():
        late = await asyncio.to_thread(compress_missing, parts, known.keys() | compressed.keys())
        compressed = {**compressed, **late}
    return {sha256: compressed[sha256] for sha256 in missing}


async def _flush(session: AsyncSession) -> None:
    try:
        await session.flush()
    except IntegrityError as problem:
        raise Conflict(
            "A notebook of this name exists already.", "Choose another name."
        ) from problem


def _put_at(document: Document, path: str) -> None:
    document.path = path
    document.parent, document.name = split(path)


def _head(document: Document, revision: Revision) -> Head:
    return Head(
        id=document.id,
        owner_id=document.owner_id,
        path=document.path,
        number=revision.number,
        sha256=revision.sha256,
        size_bytes=revision.size_bytes,
        created_at=document.created_at,
        modified_at=revision.created_at,
    )


def _info(revision: Revision) -> RevisionInfo:
    return RevisionInfo(
        number=revision.number,
        created_at=revision.created_at,
        author_id=revision.author_id,
        origin=revision.origin,
        checkpoint=revision.checkpoint,
        size_bytes=revision.size_bytes,
        sha256=revision.sha256,
    )


def heads_by_name(heads: Sequence[Head]) -> dict[str, Head]:
    """The documents of one folder by their name."""
    return {split(head.path)[1]: head for head in heads}
