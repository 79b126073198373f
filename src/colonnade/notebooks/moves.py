"""Keep disk and database together when a folder with notebooks is moved or deleted.

The disk is changed first, inside the transaction, because it may refuse; the database commits
last. Two things can come between: the transaction rolls back, then the disk is changed back at
once; or the process is killed, then a note written beforehand (`Journal`) tells the next start
what was under way. Whether the transaction was committed is read from the database itself: as long
as documents lie at the old place, it was not.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from colonnade.kit.errors import ColonnadeError
from colonnade.kit.ids import new_id
from colonnade.kit.log import get_logger
from colonnade.notebooks.areas import Areas
from colonnade.notebooks.documents import Documents

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Note:
    """What is under way: `source` moves to `target`, or is set `aside` to be deleted."""

    owner_id: str
    source: str
    target: str | None = None
    aside: str | None = None


class Journal:
    """Notes on disk, each a file, written for good before anything is moved."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, note: Note) -> Path:
        """Put a note on disk; returns where, for `clear`. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{new_id()}.json"
        partial = path.with_suffix(".partial")
        with partial.open("w", encoding="utf-8") as file:
            json.dump(asdict(note), file)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(descriptor)
        os.close(descriptor)
        return path

    def clear(self, path: Path) -> None:
        """Remove a note that is settled."""
        path.unlink(missing_ok=True)

    def pending(self) -> Sequence[tuple[Path, Note]]:
        """What an earlier process left under way."""
        return [
            (path, Note(**json.loads(path.read_text("utf-8"))))
            for path in sorted(self._folder.glob("*.json"))
        ]


def when_committed(session: AsyncSession, work: Callable[[], object]) -> None:
    """Do `work` right after the transaction is committed; a failure is logged."""
    event.listen(session.sync_session, "after_commit", _quietly(work), once=True)


def when_rolled_back(session: AsyncSession, work: Callable[[], object]) -> None:
    """Do `work` right after the transaction is rolled back; a failure is logged."""
    event.listen(session.sync_session, "after_rollback", _quietly(work), once=True)


def _quietly(work: Callable[[], object]) -> Callable[[Session], None]:
    def listener(_session: Session) -> None:
        # The transaction is over: the person's answer is decided, and must not become an error.
        try:
            work()
        except (ColonnadeError, OSError) as problem:
            log.error("disk-follow-up-failed", reason=type(problem).__name__)

    return listener


async def recover(
    session: AsyncSession, journal: Journal, documents: Documents, areas: Areas
) -> int:
    """Settle what an earlier process left under way; returns how many notes there were."""
    pending = journal.pending()
    for path, note in pending:
        committed = not await documents.holds(session, note.owner_id, note.source)
        try:
            settle(note, committed, areas)
        except ColonnadeError as problem:
            log.error("recovery-failed", owner_id=note.owner_id, reason=problem.code)
            continue
        journal.clear(path)
    return len(pending)


def settle(note: Note, committed: bool, areas: Areas) -> None:
    """Make the disk agree with the database; may be done twice. Raises ColonnadeError."""
    if note.aside is not None:
        if not (areas.staging.folder_of(note.owner_id) / note.aside).exists():
            return
        if committed:
            areas.discard(note.owner_id, areas.doom(note.owner_id, note.aside))
        else:
            areas.put_back(note.owner_id, note.aside, note.source)
    elif note.target is not None and not committed:
        moved = areas.occupied(note.owner_id, note.target)
        if moved and not areas.occupied(note.owner_id, note.source):
            areas.rename(note.owner_id, note.target, note.source)
