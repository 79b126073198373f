"""People's files on disk: one area each, mounted as `/drive` in its owner's runtimes.

`DATA/areas/<person>` is the area, `DATA/areas/.staging` what is being written (`staging`). Only
regular files and folders exist for us. When we run as root, everything belongs to the id that
areas have (`kit.ownership`).

Methods block unless they are coroutines; call them from a thread.
"""

import hashlib
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from colonnade.kit import beneath
from colonnade.kit.beneath import closing
from colonnade.kit.errors import Conflict, NotFound, StorageFull, TooLarge
from colonnade.notebooks import staging
from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.disk_errors import translated
from colonnade.notebooks.entries import Entry, entry_of, examined
from colonnade.notebooks.paths import is_hidden, problem_of, split
from colonnade.notebooks.placing import give_away, place
from colonnade.notebooks.staging import ASIDE, GONE
from colonnade.notebooks.usage import UsageCounter

_READ_BYTES = 1 << 20


class Areas:
    """Everybody's areas below one folder of the data folder."""

    def __init__(self, folder: Path, settings: NotebookSettings) -> None:
        self._folder = folder
        self.settings = settings
        self.staging = staging.Staging(folder / ".staging")
        self.usage = UsageCounter(settings.max_entries)

    def folder_of(self, owner_id: str) -> Path:
        """The person's area, made when absent and given to the id that areas have."""
        folder = self._folder / owner_id
        if not folder.is_dir():
            self._folder.mkdir(mode=0o711, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            with closing(beneath.open_root(folder)) as descriptor:
                give_away(descriptor)
        return folder

    @contextmanager
    def _root(self, owner_id: str) -> Generator[int]:
        with translated(), closing(beneath.open_root(self.folder_of(owner_id))) as descriptor:
            yield descriptor

    @contextmanager
    def _folder_at(self, owner_id: str, path: str) -> Generator[int]:
        with self._root(owner_id) as root, closing(beneath.open_folder(root, path)) as folder:
            yield folder

    @contextmanager
    def _waiting(self, owner_id: str) -> Generator[int]:
        with translated(), closing(beneath.open_root(self.staging.folder_of(owner_id))) as folder:
            yield folder

    def find(self, owner_id: str, path: str) -> Entry | None:
        """The file or folder at `path`; None when there is none, or a link or special thing."""
        try:
            with self._root(owner_id) as root:
                found = beneath.examine(root, path)
        except NotFound:
            return None
        return entry_of(split(path)[1], found)

    def occupied(self, owner_id: str, path: str) -> bool:
        """Whether anything at all lies at `path`, be it a link."""
        try:
            with self._root(owner_id) as root:
                beneath.examine(root, path)
        except NotFound:
            return False
        return True

    def list(self, owner_id: str, path: str) -> list[Entry]:
        """What lies in a folder: regular files and folders with a name that a path may hold.

        Hidden names are left out. Raises NotFound, or TooLarge beyond the area's limit of entries.
        """
        found: list[Entry] = []
        with self._folder_at(owner_id, path) as folder, os.scandir(folder) as entries:
            for item in entries:
                if is_hidden(item.name) or problem_of(item.name):
                    continue
                if len(found) >= self.settings.max_entries:
                    raise TooLarge("This folder has too many entries to be shown.")
                entry = examined(item)
                if entry:
                    found.append(entry)
        return found

    @contextmanager
    def reading(self, owner_id: str, path: str) -> Generator[int]:
        """A descriptor to read the regular file at `path` with. Raises NotFound or Forbidden."""
        with self._root(owner_id) as root:
            descriptor = beneath.open_file(root, path)
        with translated(), closing(descriptor):
            yield descriptor

    def read(self, owner_id: str, path: str, limit_bytes: int) -> tuple[bytes, Entry]:
        """A file's content and what it was when opened. Raises NotFound, Forbidden or TooLarge."""
        with self.reading(owner_id, path) as descriptor:
            entry = entry_of(split(path)[1], os.fstat(descriptor))
            assert entry is not None
            # The size is only a hint: what grows or is sparse is cut off at the limit all the same.
            data = bytearray()
            while len(data) <= limit_bytes:
                chunk = os.read(descriptor, min(_READ_BYTES, limit_bytes + 1 - len(data)))
                if not chunk:
                    return bytes(data), entry
                data += chunk
        raise TooLarge(
            f"This file is larger than {limit_bytes} bytes.",
            "Download it, or read a part of it in a cell.",
            limit_bytes=limit_bytes,
        )

    def sha256(self, owner_id: str, path: str) -> str:
        """The file's SHA-256 in hexadecimal. Raises NotFound, Forbidden, or TooLarge."""
        digest = hashlib.sha256()
        remaining = self.settings.max_file_bytes
        with self.reading(owner_id, path) as descriptor:
            while chunk := os.read(descriptor, _READ_BYTES):
                digest.update(chunk)
                remaining -= len(chunk)
                if remaining < 0:
                    raise TooLarge("This file is too large to be hashed.")
        return digest.hexdigest()

    def stage(self, owner_id: str, data: bytes) -> str:
        """Put `data` on disk out of sight, for `place`. Raises StorageFull."""
        self.check_room(owner_id, len(data))
        with translated():
            return self.staging.write(owner_id, data)

    def write(self, owner_id: str, path: str, data: bytes, *, replace: bool = True) -> Entry:
        """Put a file at `path`, whole or not at all; `replace` says whether over an older one.

        Raises NotFound without its folder, Conflict when something else is there, StorageFull.
        """
        return self.place(owner_id, self.stage(owner_id, data), path, replace=replace)

    def place(self, owner_id: str, staged: str, path: str, *, replace: bool = True) -> Entry:
        """Move the file `staged` to `path` and give it to the owner.

        The staged file is removed when that fails. Raises as `write`.
        """
        with self._waiting(owner_id) as waiting:
            try:
                with self._root(owner_id) as root:
                    entry, more_bytes = place(waiting, staged, root, path, replace)
            except BaseException:
                staging.remove(waiting, staged)
                raise
        self.usage.add(owner_id, more_bytes)
        return entry

    def read_staged(self, owner_id: str, staged: str, limit_bytes: int) -> bytes:
        """The content of a staged file, which is removed. Raises TooLarge, OSError."""
        path = self.staging.folder_of(owner_id) / staged
        try:
            if path.stat().st_size > limit_bytes:
                raise TooLarge(f"This is larger than {limit_bytes} bytes.", limit_bytes=limit_bytes)
            return path.read_bytes()
        finally:
            path.unlink(missing_ok=True)

    def make_folder(self, owner_id: str, path: str) -> Entry:
        """A new folder. Raises NotFound without the one around it, Conflict when it is taken."""
        folder_path, name = split(path)
        with self._folder_at(owner_id, folder_path) as folder:
            os.mkdir(name, 0o755, dir_fd=folder)
            with closing(beneath.open_folder(folder, name)) as made:
                give_away(made)
                entry = entry_of(name, os.fstat(made))
            os.fsync(folder)
        assert entry is not None
        return entry

    def ensure_folder(self, owner_id: str, path: str) -> None:
        """Make the folder at `path` and those around it where absent. Raises Conflict."""
        names = path.split("/") if path else []
        for index in range(len(names)):
            partial = "/".join(names[: index + 1])
            entry = self.find(owner_id, partial)
            if entry is None:
                self._make_unless_there(owner_id, partial)
            elif not entry.is_folder:
                raise Conflict("A file has the name of a folder on the way.", "Rename the file.")

    def _make_unless_there(self, owner_id: str, path: str) -> None:
        try:
            self.make_folder(owner_id, path)
        except Conflict:
            entry = self.find(owner_id, path)
            if entry is None or not entry.is_folder:
                raise

    def rename(self, owner_id: str, source: str, target: str) -> None:
        """Rename a file or folder, never over anything. Raises NotFound or Conflict."""
        from_folder, from_name = split(source)
        to_folder, to_name = split(target)
        with (
            self._folder_at(owner_id, from_folder) as old,
            self._folder_at(owner_id, to_folder) as new,
        ):
            beneath.rename(old, from_name, new, to_name)
            os.fsync(new)
            os.fsync(old)

    def remove_file(self, owner_id: str, path: str) -> None:
        """Remove a file. Raises NotFound, or Conflict when it is a folder."""
        folder_path, name = split(path)
        with self._folder_at(owner_id, folder_path) as folder:
            size = os.stat(name, dir_fd=folder, follow_symlinks=False).st_size
            os.unlink(name, dir_fd=folder)
            os.fsync(folder)
        self.usage.add(owner_id, -size)

    def remove_same(self, owner_id: str, path: str, identity: tuple[int, int, int, int]) -> None:
        """Remove the file at `path` if it is still the one that was read.

        It is moved aside before it is compared, so what code puts there meanwhile is not lost.
        """
        try:
            aside = self.set_aside(owner_id, path)
        except NotFound:
            return
        with self._waiting(owner_id) as waiting:
            entry = entry_of(aside, beneath.examine(waiting, aside))
            if entry and entry.identity == identity:
                os.unlink(aside, dir_fd=waiting)
                self.usage.add(owner_id, -entry.size_bytes)
                return
        self.put_back(owner_id, aside, path)

    def set_aside(self, owner_id: str, path: str, aside: str | None = None) -> str:
        """Move a file or folder out of sight; returns the name for `put_back` or `discard`.

        Raises NotFound.
        """
        name = aside or self.staging.new_name(ASIDE)
        folder_path, old_name = split(path)
        with self._folder_at(owner_id, folder_path) as folder, self._waiting(owner_id) as waiting:
            beneath.rename(folder, old_name, waiting, name)
        return name

    def put_back(self, owner_id: str, aside: str, path: str) -> None:
        """Undo `set_aside`. Raises Conflict when something is at `path` by now."""
        folder_path, name = split(path)
        self.ensure_folder(owner_id, folder_path)
        with self._folder_at(owner_id, folder_path) as folder, self._waiting(owner_id) as waiting:
            beneath.rename(waiting, aside, folder, name)

    def doom(self, owner_id: str, aside: str) -> str:
        """Say that what was set aside is to be removed for good; returns its new name."""
        gone = self.staging.new_name(GONE)
        with self._waiting(owner_id) as waiting:
            os.rename(aside, gone, src_dir_fd=waiting, dst_dir_fd=waiting)
        return gone

    def discard(self, owner_id: str, gone: str) -> None:
        """Remove for good what was set aside. When that fails, `Staging.sweep` tries again."""
        with self._waiting(owner_id) as waiting:
            staging.remove(waiting, gone)
        self.usage.forget(owner_id)

    def check_room(self, owner_id: str, more_bytes: int, stored_bytes: int = 0) -> None:
        """Raise StorageFull unless the quota has room for `more_bytes` beside what there is.

        `stored_bytes` is what the person's documents take in the database.
        """
        used = self.used_bytes(owner_id) + stored_bytes
        if used + more_bytes > self.settings.quota_bytes:
            raise StorageFull(
                "Your storage is full; nothing was changed.",
                "Delete what you no longer need, or ask an administrator for more.",
                used_bytes=used,
                quota_bytes=self.settings.quota_bytes,
            )

    def most_bytes(self, owner_id: str) -> int:
        """To what size code may let this person's files grow before it is stopped.

        The platform itself writes nothing beyond the quota. Code is not told when it comes near,
        and is allowed a tenth more; and where there is more already, as much as there is.
        """
        allowed = self.settings.quota_bytes + self.settings.quota_bytes // 10
        with suppress(StorageFull):
            return max(allowed, self.used_bytes(owner_id))
        return allowed

    def used_bytes(self, owner_id: str) -> int:
        """What the files of an area take; counted at most every few seconds, in bounded time.

        Raises StorageFull when the area has more entries than are allowed.
        """
        with self._root(owner_id) as root:
            return self.usage.bytes_of(owner_id, root)
