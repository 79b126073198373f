"""A program's files in one descriptor, for a process that may open nothing itself.

Each file is eight bytes of lengths (path, then data; big-endian, four each), its path from the
program's folder in UTF-8, and the data, which only source files have. The bundle lies in memory and
is sealed: who reads it can rely on it to stay as it is (memfd_create(2), fcntl(2)).
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from colonnade.kit.beneath import closing
from colonnade.sensors.files.programs import SOURCES
from colonnade.sensors.files.tally import Entry, extension_of
from colonnade.sensors.files.walk import Budget, Folder, Way

MAX_FILES = 10_000
MAX_FILE_BYTES = 512 << 10
MAX_BYTES = 24 << 20
_BUDGET = Budget(20_000, 1.0)
_LENGTH = 4
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Packed:
    """One file of a bundle, where its data lies."""

    path: str
    offset: int
    size: int


def pack(folder: int, dice: Random) -> int:
    """A bundle of what lies beneath the folder's descriptor, as far as the bounds allow.

    The caller closes it. Raises OSError where there is no memory for it.
    """
    bundle = os.memfd_create("bundle", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        way = Way(folder, dice, _Names)
        try:
            way.run(_BUDGET, _Packer(bundle).take)
        finally:
            way.close()
        seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
        fcntl.fcntl(bundle, fcntl.F_ADD_SEALS, seals)
    except BaseException:
        os.close(bundle)
        raise
    return bundle


def unpack(bundle: int) -> Iterator[Packed]:
    """The files of a bundle, in its order; ends where it is no bundle any more."""
    offset, size = 0, os.fstat(bundle).st_size
    while offset + 2 * _LENGTH <= size:
        head = os.pread(bundle, 2 * _LENGTH, offset)
        path, data = int.from_bytes(head[:_LENGTH], "big"), int.from_bytes(head[_LENGTH:], "big")
        begin = offset + 2 * _LENGTH + path
        if begin + data > size:
            return
        name = os.pread(bundle, path, offset + 2 * _LENGTH).decode("utf-8", "replace")
        yield Packed(name, begin, data)
        offset = begin + data


@dataclass(slots=True)
class _Names:
    """The files of one folder by name."""

    names: list[str] = field(default_factory=list[str])

    def add(self, entry: Entry) -> None:
        if len(self.names) < MAX_FILES:
            self.names.append(entry.name)


class _Packer:
    """Writes folder after folder, as long as there is room."""

    def __init__(self, bundle: int) -> None:
        self._bundle, self._files, self._room = bundle, 0, MAX_BYTES

    def take(self, folder: Folder[_Names], descriptor: int) -> None:
        for name in sorted(folder.files.names):
            if self._files >= MAX_FILES:
                return
            self._files += 1
            path = f"{folder.path}/{name}" if folder.path else name
            self._write(path, self._source(descriptor, name))

    def _source(self, folder: int, name: str) -> bytes:
        """What a source file holds; nothing of others, and nothing once there is no room."""
        if extension_of(name) not in SOURCES or self._room <= 0:
            return b""
        with suppress(OSError), closing(os.open(name, _READ, dir_fd=folder)) as file:
            if stat.S_ISREG(os.fstat(file).st_mode):
                return os.read(file, min(MAX_FILE_BYTES, self._room))
        return b""

    def _write(self, path: str, data: bytes) -> None:
        name = path.encode("utf-8", "replace")
        lengths = len(name).to_bytes(_LENGTH, "big") + len(data).to_bytes(_LENGTH, "big")
        self._room -= len(data)
        os.write(self._bundle, lengths + name + data)
