"""Where files grow until they are whole, and where deleted folders go first.

Beside the areas on the same file system, so a rename moves things in and out at once, and out of
sight of every runtime, so no code can change what is half-written. One folder a person:

- `new-…` is being written; `upload-<path's SHA-256>.<n>` has its first n chunks;
- `busy-…` is an upload that takes a chunk right now;
- `aside-…` was taken from its area and goes either back or to `gone-…`, which waits for removal.

A crash leaves such files behind; `sweep` removes what is old. All functions block.
"""

import hashlib
import os
import time
from pathlib import Path

from colonnade.kit import beneath
from colonnade.kit.errors import Conflict
from colonnade.kit.ids import new_id

STALE_SECONDS = 24 * 3600

NEW, BUSY, ASIDE, GONE = "new-", "busy-", "aside-", "gone-"


class Staging:
    """The staging folders of all people, below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder_of(self, owner_id: str) -> Path:
        """One person's staging folder, made when absent. Raises OSError."""
        folder = self._folder / owner_id
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def new_name(self, kind: str = NEW) -> str:
        """A name that nothing has."""
        return f"{kind}{new_id()}"

    def write(self, owner_id: str, data: bytes) -> str:
        """Put `data` on disk for good, under a new name that is returned.

        Nothing is left when it fails. Raises OSError.
        """
        name = self.new_name()
        path = self.folder_of(owner_id) / name
        try:
            _append(path, data, os.O_EXCL)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return name

    def begin_upload(self, owner_id: str, path: str, data: bytes) -> int:
        """Start the upload of a file in chunks; an earlier one of the same path is dropped.

        Returns the bytes so far. Raises OSError.
        """
        folder = self.folder_of(owner_id)
        for old in folder.glob(f"{_upload(path)}.*"):
            old.unlink(missing_ok=True)
        name = self.write(owner_id, data)
        (folder / name).rename(folder / f"{_upload(path)}.1")
        return len(data)

    def continue_upload(
        self, owner_id: str, path: str, data: bytes, number: int | None, limit_bytes: int
    ) -> tuple[str, int] | None:
        """Append chunk `number`, or the last one (None).

        Returns the file's name and bytes so far, or None when it would exceed `limit_bytes`; the
        upload is then dropped. Raises Conflict when the chunks before it are not there: out of
        order, sent twice, or swept; OSError, when the chunk may be sent again.
        """
        folder = self.folder_of(owner_id)
        before = _before(folder, path, number)
        busy = folder / self.new_name(BUSY)
        try:
            before.rename(busy)
        except FileNotFoundError as problem:
            raise _out_of_order() from problem
        size = busy.stat().st_size
        if size + len(data) > limit_bytes:
            busy.unlink()
            return None
        try:
            _append(busy, data)
        except BaseException:
            os.truncate(busy, size)
            busy.rename(before)
            raise
        done = folder / (self.new_name() if number is None else f"{_upload(path)}.{number}")
        busy.rename(done)
        return done.name, size + len(data)

    def sweep(self, older_than_seconds: float = STALE_SECONDS) -> int:
        """Remove what was left behind long ago; returns how many things went. Raises OSError."""
        limit = time.time() - older_than_seconds
        stale = [
            entry
            for folder in self._folder.glob("*")
            for entry in folder.iterdir()
            if _is_stale(entry, limit)
        ]
        for entry in stale:
            with beneath.closing(beneath.open_root(entry.parent)) as folder:
                remove(folder, entry.name)
        return len(stale)


def _is_stale(entry: Path, limit: float) -> bool:
    # What was set aside may have to go back: only a note of `moves.Journal` tells.
    if entry.name.startswith(ASIDE):
        return False
    return entry.name.startswith(GONE) or entry.lstat().st_mtime <= limit


def remove(folder: int, name: str) -> None:
    """Remove a file, or a folder with everything in it, however deep and whoever writes to it.

    Subfolders are first moved up beside it, so neither recursion nor open descriptors grow with
    the depth. Raises OSError.
    """
    waiting = [name]
    while waiting:
        current = waiting.pop()
        try:
            os.unlink(current, dir_fd=folder)
        except FileNotFoundError:
            continue
        except (IsADirectoryError, PermissionError):
            waiting.extend(_flatten(folder, current))


def _flatten(folder: int, name: str) -> list[str]:
    moved: list[str] = []
    with beneath.closing(beneath.open_folder(folder, name)) as inner, os.scandir(inner) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                moved.append(f"{GONE}{new_id()}")
                os.rename(entry.name, moved[-1], src_dir_fd=inner, dst_dir_fd=folder)
            else:
                os.unlink(entry.name, dir_fd=inner)
    os.rmdir(name, dir_fd=folder)
    return moved


def _append(path: Path, data: bytes, extra_flags: int = 0) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC | extra_flags
    with beneath.closing(os.open(path, flags, 0o600)) as descriptor:
        remaining = memoryview(data)
        while remaining:
            remaining = remaining[os.write(descriptor, remaining) :]
        os.fsync(descriptor)


def _upload(path: str) -> str:
    return f"upload-{hashlib.sha256(path.encode()).hexdigest()}"


def _before(folder: Path, path: str, number: int | None) -> Path:
    if number is not None:
        return folder / f"{_upload(path)}.{number - 1}"
    found = next(folder.glob(f"{_upload(path)}.*"), None)
    if found is None:
        raise _out_of_order()
    return found


def _out_of_order() -> Conflict:
    return Conflict(
        "The parts of this upload that come before this one are not here.",
        "Start the upload again.",
    )
