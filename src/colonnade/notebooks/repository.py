"""Every query about documents. Nothing here commits, decides or reads the clock."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, defer

from colonnade.notebooks.tables import (
    Document,
    FileCheckpoint,
    PieceRow,
    Revision,
    RevisionPiece,
)

DocumentRow = tuple[Document, Revision]

_ROWS_AT_ONCE = 500
"""Below the number of parameters that SQLite takes in one statement (32,766, 999 before 3.32)."""


def below(column: InstrumentedAttribute[str], folder: str) -> ColumnElement[bool]:
    """That the path in `column` lies below `folder`.

    Not LIKE: SQLite's ignores case, and a name may hold its wildcards.
    """
    prefix = f"{folder}/"
    return func.substr(column, 1, len(prefix)) == prefix if folder else column != ""


def _heads(owner_id: str) -> Select[Document, Revision]:
    return (
        select(Document, Revision)
        .join(Revision, (Revision.document_id == Document.id) & (Revision.number == Document.head))
        .where(Document.owner_id == owner_id)
        .options(defer(Revision.outline))
    )


async def at_path(
    session: AsyncSession, owner_id: str, path: str, *, lock: bool = False
) -> DocumentRow | None:
    """The document at `path` with its newest revision; `lock` keeps others from changing it."""
    statement = _heads(owner_id).where(Document.path == path)
    if lock:
        statement = statement.with_for_update(of=Document)
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1]) if row else None


async def in_folder(session: AsyncSession, owner_id: str, folder: str) -> Sequence[DocumentRow]:
    """Documents directly in `folder`."""
    found = await session.execute(_heads(owner_id).where(Document.parent == folder))
    return [(row[0], row[1]) for row in found]


async def below_folder(session: AsyncSession, owner_id: str, folder: str) -> Sequence[DocumentRow]:
    """Documents anywhere below `folder`."""
    found = await session.execute(_heads(owner_id).where(below(Document.path, folder)))
    return [(row[0], row[1]) for row in found]


async def newest(session: AsyncSession, owner_id: str, limit: int) -> Sequence[DocumentRow]:
    """The documents saved last, newest first."""
    statement = _heads(owner_id).order_by(Revision.created_at.desc()).limit(limit)
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def parents_below(
    session: AsyncSession, owner_id: str, folder: str
) -> Sequence[tuple[str, datetime]]:
    """Folders below `folder` that hold documents, each with the time of its newest save."""
    statement = (
        select(Document.parent, func.max(Revision.created_at))
        .join(Revision, (Revision.document_id == Document.id) & (Revision.number == Document.head))
        .where(Document.owner_id == owner_id, below(Document.parent, folder))
        .group_by(Document.parent)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def holds_documents(session: AsyncSession, owner_id: str, folder: str) -> bool:
    """Whether any document lies below `folder`."""
    statement = select(Document.id).where(
        Document.owner_id == owner_id, below(Document.path, folder)
    )
    return await session.scalar(statement.limit(1)) is not None


async def revision(session: AsyncSession, document_id: str, number: int) -> Revision | None:
    """One revision of a document."""
    return await session.scalar(
        select(Revision).where(Revision.document_id == document_id, Revision.number == number)
    )


async def revisions(session: AsyncSession, document_id: str) -> Sequence[Revision]:
    """All revisions of a document, newest first."""
    statement = select(Revision).where(Revision.document_id == document_id)
    return (await session.scalars(statement.order_by(Revision.number.desc()))).all()


async def prunable(session: AsyncSession, document: Document, keep: int) -> Sequence[Revision]:
    """What goes so that `keep` revisions stay: the oldest, those that are no checkpoints first."""
    mine = Revision.document_id == document.id
    held = await session.scalar(select(func.count()).select_from(Revision).where(mine)) or 0
    statement = (
        select(Revision)
        .where(mine, Revision.number < document.head)
        .order_by(Revision.checkpoint, Revision.number)
        .limit(max(0, held - keep))
    )
    return (await session.scalars(statement)).all()


async def bodies(session: AsyncSession, revision_id: int) -> Sequence[bytes]:
    """The compressed pieces of a revision, in order."""
    statement = (
        select(PieceRow.body)
        .join(RevisionPiece, RevisionPiece.piece_id == PieceRow.id)
        .where(RevisionPiece.revision_id == revision_id)
        .order_by(RevisionPiece.position)
    )
    return (await session.scalars(statement)).all()


async def pieces_of(session: AsyncSession, document_id: str) -> dict[bytes, int]:
    """The pieces that a document has: SHA-256 to row."""
    statement = select(PieceRow.sha256, PieceRow.id).where(PieceRow.document_id == document_id)
    return {row[0]: row[1] for row in await session.execute(statement)}


async def add_pieces(
    session: AsyncSession, document_id: str, stored: dict[bytes, bytes]
) -> dict[bytes, int]:
    """Store new pieces, SHA-256 to compressed body; returns SHA-256 to row."""
    if not stored:
        return {}
    rows = [
        {"document_id": document_id, "sha256": sha256, "body": body}
        for sha256, body in stored.items()
    ]
    made = insert(PieceRow).returning(PieceRow.sha256, PieceRow.id)
    return {row[0]: row[1] for row in await session.execute(made, rows)}


async def link_pieces(session: AsyncSession, revision_id: int, piece_ids: Sequence[int]) -> None:
    """Say which pieces a revision has, in order."""
    rows = [
        {"revision_id": revision_id, "position": position, "piece_id": piece_id}
        for position, piece_id in enumerate(piece_ids)
    ]
    if rows:
        await session.execute(insert(RevisionPiece), rows)


async def drop_revisions(session: AsyncSession, revision_ids: Sequence[int]) -> None:
    """Remove revisions; their pieces stay until `drop_unused_pieces`."""
    for start in range(0, len(revision_ids), _ROWS_AT_ONCE):
        some = revision_ids[start : start + _ROWS_AT_ONCE]
        await session.execute(delete(RevisionPiece).where(RevisionPiece.revision_id.in_(some)))
        await session.execute(delete(Revision).where(Revision.id.in_(some)))


async def drop_unused_pieces(session: AsyncSession, document_id: str) -> int:
    """Remove the document's pieces that no revision needs; returns the bytes freed."""
    used = select(RevisionPiece.piece_id).where(RevisionPiece.piece_id == PieceRow.id).exists()
    unused = (PieceRow.document_id == document_id) & ~used
    freed = await session.scalar(select(func.sum(func.length(PieceRow.body))).where(unused))
    if freed:
        await session.execute(
            delete(PieceRow).where(unused), execution_options={"synchronize_session": False}
        )
    return int(freed or 0)


async def drop_documents(session: AsyncSession, document_ids: Sequence[str]) -> None:
    """Remove documents with all their revisions and pieces."""
    for start in range(0, len(document_ids), _ROWS_AT_ONCE):
        some = document_ids[start : start + _ROWS_AT_ONCE]
        owned = select(Revision.id).where(Revision.document_id.in_(some))
        for statement in (
            delete(RevisionPiece).where(RevisionPiece.revision_id.in_(owned)),
            delete(PieceRow).where(PieceRow.document_id.in_(some)),
            delete(Revision).where(Revision.document_id.in_(some)),
            delete(Document).where(Document.id.in_(some)),
        ):
            await session.execute(statement, execution_options={"synchronize_session": False})


async def piece_ids(session: AsyncSession, revision_id: int) -> Sequence[int]:
    """The pieces of a revision, in order."""
    statement = select(RevisionPiece.piece_id).where(RevisionPiece.revision_id == revision_id)
    return (await session.scalars(statement.order_by(RevisionPiece.position))).all()


async def copy_pieces(
    session: AsyncSession, source_revision: int, document_id: str, revision_id: int
) -> int:
    """Give a new document's revision the pieces of another's; returns the bytes stored."""
    old_ids = await piece_ids(session, source_revision)
    statement = select(PieceRow.id, PieceRow.sha256, PieceRow.body).where(
        PieceRow.id.in_(
            select(RevisionPiece.piece_id).where(RevisionPiece.revision_id == source_revision)
        )
    )
    old = {row: (sha256, body) for row, sha256, body in await session.execute(statement)}
    new = await add_pieces(session, document_id, dict(old.values()))
    await link_pieces(session, revision_id, [new[old[one][0]] for one in old_ids])
    return sum(len(body) for _, body in old.values())


async def stored_bytes(session: AsyncSession, owner_id: str) -> int:
    """What a person's documents and file checkpoints take in the database."""
    documents = select(func.sum(Document.stored_bytes)).where(Document.owner_id == owner_id)
    files = select(func.sum(func.length(FileCheckpoint.body))).where(
        FileCheckpoint.owner_id == owner_id
    )
    both = select(documents.scalar_subquery(), files.scalar_subquery())
    # PostgreSQL sums whole numbers up to a decimal one.
    return sum(int(part or 0) for part in (await session.execute(both)).one())


async def file_checkpoint(session: AsyncSession, owner_id: str, path: str) -> FileCheckpoint | None:
    """The checkpoint of a file."""
    return await session.get(FileCheckpoint, (owner_id, path))


async def move_file_checkpoints(
    session: AsyncSession, owner_id: str, source: str, target: str
) -> None:
    """Let checkpoints follow a file or a folder that was renamed."""
    await drop_file_checkpoints(session, owner_id, target)
    await session.execute(
        update(FileCheckpoint)
        .where(FileCheckpoint.owner_id == owner_id, _at_or_below(source))
        .values(path=target + func.substr(FileCheckpoint.path, len(source) + 1)),
        execution_options={"synchronize_session": False},
    )


async def drop_file_checkpoints(session: AsyncSession, owner_id: str, path: str) -> None:
    """Remove checkpoints of a file, or of all files below a folder."""
    await session.execute(
        delete(FileCheckpoint).where(FileCheckpoint.owner_id == owner_id, _at_or_below(path)),
        execution_options={"synchronize_session": False},
    )


def _at_or_below(path: str) -> ColumnElement[bool]:
    return (FileCheckpoint.path == path) | below(FileCheckpoint.path, path)
