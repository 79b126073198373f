"""What the host has started, on disk: one file for each runtime, each write whole or not at all.

A record that is there when a host starts belongs to a runtime that a crash has left.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from colonnade.host import processes
from colonnade.kit.log import get_logger

log = get_logger(__name__)


@dataclass(frozen=True)
class Record:
    """What must be known to clean up after a runtime.

    process, started: id and start time (seconds since 1970) of the sandbox's outermost process,
    zero before it has one.
    """

    id: str
    since: datetime
    uid: int | None
    groups: tuple[Path, ...]
    process: int = 0
    started: float = 0.0


_RECORD = TypeAdapter(Record)


class Registry:
    """The folder of runtimes' folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)

    def write(self, record: Record) -> None:
        """Keep the record; it is on disk when this returns. Raises OSError."""
        target = self._folder / record.id / "record.json"
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(_RECORD.dump_json(record))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)

    def leftovers(self) -> list[tuple[str, Record | None]]:
        """Every runtime's id and record; None where the crash came before it was written."""
        return [(folder.name, self._read(folder)) for folder in sorted(self._folder.iterdir())]

    def remove(self, id: str) -> None:
        """Forget the runtime and delete its folder, however deep. Blocks."""
        processes.remove_tree(self._folder / id)

    def _read(self, folder: Path) -> Record | None:
        try:
            return _RECORD.validate_json((folder / "record.json").read_bytes())
        except (OSError, ValidationError) as problem:
            log.warning("record-unreadable", runtime=folder.name, kind=type(problem).__name__)
            return None
