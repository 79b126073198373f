"""Packs a folder as a compressed tar archive on standard output, in a process of its own.

Run by file name under `-I -S`, with the number of an inherited descriptor of the folder; imports
nothing of Colonnade. What code in a runtime left there is data: nothing is opened through a link,
links are stored as links, and whatever is neither file, folder nor link is named in a list at the
end of the archive. Memory does not grow with the number of files.
"""

import gzip
import io
import os
import stat
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

TOP = "content"
LEFT_OUT = "LEFT-OUT.txt"
OWN_LINK = f"{TOP}/drive/MyDrive"
"""Leads to the owner's other files; the platform made it (host/building.py)."""
DEEPEST = 200
"""Folders within each other; each of them holds a descriptor open."""
HOLE_BYTES = 64 << 30
"""Of bytes that files claim and the disk does not hold: a file of holes could last for years."""
MOST_LINKS = 100_000
MOST_NOTED = 10_000
CHUNK_BYTES = 1 << 18

_LOOK = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_SPECIAL = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def pack(root: int, out: BinaryIO) -> None:
    """Write everything beneath the folder `root` to `out`. Raises OSError when `out` fails."""
    with (
        gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1, mtime=0) as zipped,
        tarfile.open(
            fileobj=zipped,
            mode="w|",
            format=tarfile.PAX_FORMAT,
            encoding="utf-8",
            errors="surrogateescape",
            bufsize=CHUNK_BYTES,
        ) as archive,
    ):
        _Packer(archive).pack(root)


class Exactly(io.RawIOBase):
    """The first `size` bytes of a file; what has gone or cannot be read meanwhile is zeros."""

    def __init__(self, descriptor: int, size: int) -> None:
        self.failed = False
        self._descriptor, self._left = descriptor, size

    def read(self, size: int = -1, /) -> bytes:
        """Exactly `size` bytes, as far as there should be any."""
        wanted = self._left if size < 0 else min(size, self._left)
        data = bytearray()
        while len(data) < wanted and not self.failed:
            piece = b""
            with suppress(OSError):
                piece = os.read(self._descriptor, wanted - len(data))
            data += piece
            self.failed = not piece
        self._left -= wanted
        return bytes(data) + bytes(wanted - len(data))


class _Packer:
    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._notes: list[str] = []
        self._unnoted = 0
        self._holes = 0
        self._links: dict[tuple[int, int], str] = {}

    def pack(self, root: int) -> None:
        self._add(_member(TOP, os.fstat(root)))
        self._walk(root)
        if self._notes:
            self._add_notes()

    def _walk(self, root: int) -> None:
        """Go through all folders, holding one descriptor for each level open."""
        levels = [(TOP, root, iter(os.scandir(root)))]
        while levels:
            path, folder, entries = levels[-1]
            entry = self._next(path, entries)
            if entry is None:
                levels.pop()
                if folder != root:
                    os.close(folder)
                continue
            inner = self._entry(f"{path}/{entry.name}", folder, entry.name, len(levels))
            if inner is not None:
                levels.append((f"{path}/{entry.name}", inner, iter(os.scandir(inner))))

    def _next(self, path: str, entries: Iterator["os.DirEntry[str]"]) -> "os.DirEntry[str] | None":
        try:
            return next(entries, None)
        except OSError as problem:
            self._note(path, f"not read to its end: {problem.strerror}")
            return None

    def _entry(self, path: str, folder: int, name: str, depth: int) -> int | None:
        """Add one entry; a descriptor where it is a folder to go into."""
        try:
            found = os.open(name, _LOOK, dir_fd=folder)
            try:
                return self._found(path, found, folder, name, depth)
            finally:
                os.close(found)
        except OSError as problem:
            if isinstance(problem, BrokenPipeError):
                raise
            self._note(path, f"cannot be read: {problem.strerror}")
            return None

    def _found(self, path: str, found: int, folder: int, name: str, depth: int) -> int | None:
        status = os.fstat(found)
        if stat.S_ISDIR(status.st_mode):
            return self._folder(path, status, folder, name, depth)
        if stat.S_ISLNK(status.st_mode):
            self._link(path, status, os.readlink(name, dir_fd=folder))
        elif stat.S_ISREG(status.st_mode):
            self._file(path, status, found)
        else:
            self._note(path, _SPECIAL.get(stat.S_IFMT(status.st_mode), "no file"))
        return None

    def _folder(
        self, path: str, status: os.stat_result, folder: int, name: str, depth: int
    ) -> int | None:
        if depth >= DEEPEST:
            self._note(path, f"lies deeper than {DEEPEST} folders")
            return None
        inner = os.open(name, _FOLDER, dir_fd=folder)
        self._add(_member(path, status))
        return inner

    def _link(self, path: str, status: os.stat_result, target: str) -> None:
        if path != OWN_LINK:
            member = _member(path, status)
            member.linkname = target
            self._add(member)

    def _file(self, path: str, status: os.stat_result, found: int) -> None:
        member = _member(path, status)
        if status.st_nlink > 1 and self._is_known(member, status):
            self._add(member)
            return
        holes = max(0, status.st_size - status.st_blocks * 512)
        if self._holes + holes > HOLE_BYTES:
            self._note(path, f"claims {status.st_size} bytes, of which the disk holds fewer")
            return
        self._holes += holes
        opened = os.open(f"/proc/self/fd/{found}", _READ)
        try:
            content = Exactly(opened, status.st_size)
            self._add(member, content)
        finally:
            os.close(opened)
        if content.failed:
            self._note(path, "could not be read to its end; zeros stand for the rest")

    def _is_known(self, member: tarfile.TarInfo, status: os.stat_result) -> bool:
        """Whether the file was packed under another name; then the member is a link to that."""
        key = (status.st_dev, status.st_ino)
        if (first := self._links.get(key)) is not None:
            member.type, member.linkname, member.size = tarfile.LNKTYPE, first, 0
            return True
        if len(self._links) < MOST_LINKS:
            self._links[key] = member.name
        return False

    def _add(self, member: tarfile.TarInfo, content: Exactly | None = None) -> None:
        self._archive.addfile(member, content)
        # tarfile remembers every member for reading; there will be none.
        vars(self._archive)["members"].clear()

    def _note(self, path: str, why: str) -> None:
        if len(self._notes) < MOST_NOTED:
            self._notes.append(f"{path!a}: {why}")
        else:
            self._unnoted += 1

    def _add_notes(self) -> None:
        more = [f"and {self._unnoted} more"] if self._unnoted else []
        text = "\n".join(["Not in this archive, or not whole:", *self._notes, *more, ""]).encode()
        member = tarfile.TarInfo(LEFT_OUT)
        member.size, member.mode, member.mtime = len(text), 0o644, int(time.time())
        self._archive.addfile(member, io.BytesIO(text))


def _member(path: str, status: os.stat_result) -> tarfile.TarInfo:
    """The archive's entry: the owner's bits without set-user-id and kin, and nobody's user."""
    member = tarfile.TarInfo(path)
    member.mode, member.mtime = status.st_mode & 0o777, int(status.st_mtime)
    if stat.S_ISDIR(status.st_mode):
        member.type = tarfile.DIRTYPE
    elif stat.S_ISLNK(status.st_mode):
        member.type = tarfile.SYMTYPE
    else:
        member.size = status.st_size
    return member


def main() -> None:
    """Pack the folder whose descriptor is named by the first argument."""
    os.nice(10)
    with suppress(BrokenPipeError):
        pack(int(sys.argv[1]), sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    os._exit(1)


if __name__ == "__main__":
    main()
