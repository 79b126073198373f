"""Copies within an area: whole or not at all, within the quota. All functions block."""

import os
from pathlib import Path

from colonnade.kit.beneath import closing
from colonnade.kit.errors import Conflict, TooLarge
from colonnade.notebooks.areas import Areas
from colonnade.notebooks.entries import Entry
from colonnade.notebooks.paths import join, parse_path

_COPY_BYTES = 1 << 20


def copy_file(areas: Areas, owner_id: str, source: str, target: str) -> Entry:
    """Copy a file to a path where nothing is yet. Raises NotFound, Conflict, StorageFull."""
    if areas.occupied(owner_id, target):
        raise Conflict("Something of this name is there already.", "Choose another name.")
    name = areas.staging.new_name()
    with areas.reading(owner_id, source) as descriptor:
        areas.check_room(owner_id, os.fstat(descriptor).st_size)
        path = areas.staging.folder_of(owner_id) / name
        try:
            _copy(descriptor, path, areas.settings.max_file_bytes)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return areas.place(owner_id, name, target, replace=False)


def copy_folder(areas: Areas, owner_id: str, source: str, target: str) -> None:
    """Copy what `list` shows of a folder, with everything below. Raises as `copy_file`."""
    areas.make_folder(owner_id, target)
    waiting = [(source, target)]
    while waiting:
        old, new = waiting.pop()
        for entry in areas.list(owner_id, old):
            pair = (join(old, entry.name), join(new, entry.name))
            parse_path(pair[1])  # Refuses what grows deeper or longer than a path may be.
            if entry.is_folder:
                areas.make_folder(owner_id, pair[1])
                waiting.append(pair)
            else:
                copy_file(areas, owner_id, *pair)


def _copy(source: int, target: Path, limit_bytes: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with closing(os.open(target, flags, 0o600)) as descriptor:
        copied = 0
        while chunk := os.read(source, _COPY_BYTES):
            copied += len(chunk)
            if copied > limit_bytes:
                raise TooLarge("This file is too large to be copied.")
            remaining = memoryview(chunk)
            while remaining:
                remaining = remaining[os.write(descriptor, remaining) :]
        os.fsync(descriptor)
