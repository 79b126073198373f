"""Putting what is whole into an area: through descriptors, and given to the id that areas have.

All functions block and raise OSError (`disk_errors.translated`).
"""

import errno
import os
import stat

from colonnade.kit import beneath
from colonnade.kit.beneath import closing
from colonnade.kit.ownership import area_owner
from colonnade.notebooks.entries import Entry, entry_of
from colonnade.notebooks.paths import split


def place(waiting: int, staged: str, root: int, path: str, replace: bool) -> tuple[Entry, int]:
    """Move the file `staged` of the folder `waiting` to `path` beneath `root`.

    A file that was there lends its mode, and its place only if `replace`. Returns what was placed,
    and by how many bytes the area grew.
    """
    folder_path, name = split(path)
    with closing(beneath.open_folder(root, folder_path)) as folder:
        old = _replaceable(folder, name)
        with closing(beneath.open_file(waiting, staged)) as descriptor:
            give_away(descriptor)
            os.fchmod(descriptor, stat.S_IMODE(old.st_mode) & 0o777 if old else 0o644)
            placed = os.fstat(descriptor)
        if replace:
            os.rename(staged, name, src_dir_fd=waiting, dst_dir_fd=folder)
        else:
            beneath.rename(waiting, staged, folder, name)
        os.fsync(folder)
    entry = entry_of(name, placed)
    assert entry is not None
    return entry, placed.st_size - (old.st_size if old else 0)


def _replaceable(folder: int, name: str) -> os.stat_result | None:
    try:
        old = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(old.st_mode):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    return old


def give_away(descriptor: int) -> None:
    """Give a file or folder that we made to the id that areas have, when we run as root."""
    owner = area_owner()
    if owner:
        os.fchown(descriptor, *owner)
