"""What is stored of notebooks: documents, their revisions, and the pieces that revisions share.

A revision is never changed. Its pieces are rows of `revision_pieces` in order, so the database
itself refuses to lose a piece that some revision needs. Everything below a document goes with it.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from colonnade.kit.database import Table
from colonnade.notebooks.paths import NAME_BYTES, PATH_BYTES

# SQLite numbers rows by itself only in a column of type INTEGER.
_RowId = BigInteger().with_variant(Integer(), "sqlite")


class Document(Table):
    """A notebook of one person, at one path."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("owner_id", "path", name="uq_documents_owner_path"),
        Index("ix_documents_owner_parent", "owner_id", "parent"),
        CheckConstraint("head >= 1", name="head"),
        CheckConstraint("stored_bytes >= 0", name="stored_bytes"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(32))
    path: Mapped[str] = mapped_column(String(PATH_BYTES))
    parent: Mapped[str] = mapped_column(String(PATH_BYTES))
    """The folder's path, '' for the root: `path` without its last name."""
    name: Mapped[str] = mapped_column(String(NAME_BYTES))
    created_at: Mapped[datetime]
    head: Mapped[int]
    """Number of the newest revision."""
    stored_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    """What its pieces and outlines take in the database, for the quota."""


class Revision(Table):
    """One saved state of a document. Numbers rise, with gaps where old ones were pruned."""

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("document_id", "number", name="uq_revisions_document_number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    number: Mapped[int]
    created_at: Mapped[datetime]
    author_id: Mapped[str | None] = mapped_column(String(32))
    """Whose save it was; None when code wrote the file that was taken in."""
    origin: Mapped[str] = mapped_column(String(64))
    """'saved', 'imported', 'restored from 3'…: how it came to be, for the list of revisions."""
    checkpoint: Mapped[bool] = mapped_column(default=False)
    """Marked through Jupyter's checkpoints; such a revision is not pruned."""
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    outline: Mapped[bytes] = mapped_column(LargeBinary)


class PieceRow(Table):
    """A cell or output of a document, compressed, stored once for all its revisions."""

    __tablename__ = "pieces"
    __table_args__ = (
        UniqueConstraint("document_id", "sha256", name="uq_pieces_document_sha256"),
        CheckConstraint("length(sha256) = 32", name="sha256"),
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class RevisionPiece(Table):
    """The piece at one position of a revision."""

    __tablename__ = "revision_pieces"
    __table_args__ = ({"sqlite_with_rowid": False},)

    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revisions.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    piece_id: Mapped[int] = mapped_column(ForeignKey("pieces.id"), index=True)


class FileCheckpoint(Table):
    """The one checkpoint of a file that is no notebook, compressed."""

    __tablename__ = "file_checkpoints"

    owner_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    path: Mapped[str] = mapped_column(String(PATH_BYTES), primary_key=True)
    created_at: Mapped[datetime]
    body: Mapped[bytes] = mapped_column(LargeBinary)
