"""The members of a zip or tar archive, read in memory within a budget; nothing reaches the disk.

An archive may be anybody's: a few kilobytes can claim to hold terabytes, a directory can name
millions of members, a member can be encrypted. What does not fit the budget is unscannable, and is
never called clean. Members that are code come first, so that padding cannot use up what they need.

Only what is stored or deflated is opened: other packings let a few bytes ask for gigabytes of
memory. To open another kind of archive, add what it begins with to `kind_of` and a reader to
`_READERS`.
"""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Literal, Protocol

from colonnade.detection.limits import Unscannable

CODE = frozenset({".ipynb", ".py", ".ipy", ".sh", ".bash"})
MAX_MEMBERS = 2_000
MAX_MEMBER_BYTES = 8 << 20
"""Of one member; code that is longer is unscannable, of anything else the beginning is known."""
MAX_UNPACKED_BYTES = 64 << 20
"""Of all members of one archive together."""
MAX_DIRECTORY_BYTES = 1 << 20
"""Of a zip's list of members; an entry without a name takes 46."""
MAX_DEPTH = 2
"""Archives within archives."""
TOO_MUCH = "it holds more than is unpacked to be looked at"
TOO_MANY = f"it holds more than {MAX_MEMBERS} files"
_LOCKED = 1
"""The bit of a zip member's flags that says it is encrypted (PKWARE APPNOTE 6.3.10, 4.4.4)."""
_END = struct.Struct("<4s4H2LH")
"""A zip's end of central directory (PKWARE APPNOTE 6.3.10, 4.3.16)."""
_END_WITHIN = _END.size + 0xFFFF

Kind = Literal["zip", "tar", "gzip", ""]


class NotAnArchive(Exception):
    """The bytes begin like an archive and are none."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file within an archive.

    Attributes:
        name: its path there, with `/`, as text whatever its bytes are.
        data: what it holds, cut to `MAX_MEMBER_BYTES`.
        problem: why it could not be read whole, in the words of `Unscannable`; or ''.
    """

    name: str
    data: bytes
    problem: str = ""

    @property
    def is_code(self) -> bool:
        """Whether it is read as a notebook or a script, by its name."""
        return is_code(self.name)


def is_code(name: str) -> bool:
    """Whether a file of this name is read as a notebook or a script."""
    return PurePosixPath(name.lower()).suffix in CODE


def kind_of(head: bytes) -> Kind:
    """What an archive with this beginning is (512 bytes are enough), or ''."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    return "tar" if head[257:262] == b"ustar" else ""


def members_of(file: IO[bytes]) -> Iterator[Member]:
    """Its plain files, code first.

    Raises Unscannable when a budget is spent, NotAnArchive when it is none or is broken.
    """
    file.seek(0)
    reader = _READERS.get(kind_of(file.read(512)))
    if reader is None:
        raise NotAnArchive
    file.seek(0)
    try:
        yield from reader(file)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError) as problem:
        raise NotAnArchive from problem
    except (ValueError, IndexError, struct.error, NotImplementedError, RuntimeError) as problem:
        raise NotAnArchive from problem


def members_in(data: bytes) -> Iterator[Member]:
    """As `members_of`, of bytes in memory."""
    return members_of(io.BytesIO(data))


def _zip_members(file: IO[bytes]) -> Iterator[Member]:
    _guard_directory(file)
    with zipfile.ZipFile(file) as archive:
        # `is_dir` fails on a name that is empty, or cut short at its first zero byte.
        plain = [one for one in archive.infolist() if not one.filename.endswith("/")]
        if len(plain) > MAX_MEMBERS:
            raise Unscannable(TOO_MANY)
        left = MAX_UNPACKED_BYTES
        for one in sorted(plain, key=lambda one: not is_code(one.filename)):
            member = _zip_member(archive, one)
            left -= len(member.data)
            if left < 0:
                raise Unscannable(TOO_MUCH)
            yield member


def _zip_member(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> Member:
    name = _shown(one.filename)
    if one.flag_bits & _LOCKED:
        return Member(name, b"", "it is encrypted")
    if one.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return Member(name, b"", "it is packed in a way that is not opened")
    with archive.open(one) as opened:
        return _cut(name, opened.read(MAX_MEMBER_BYTES + 1))


def _guard_directory(file: IO[bytes]) -> None:
    """Raises Unscannable when the list of members is too long to be held, NotAnArchive without."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END_WITHIN))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        raise NotAnArchive
    *_, directory_bytes, _, _ = _END.unpack_from(tail, place)
    if directory_bytes > MAX_DIRECTORY_BYTES:
        raise Unscannable(TOO_MANY)
    file.seek(0)


def _tar_members(file: "_Readable") -> Iterator[Member]:
    """As they come: a tar has no list, so all of it is read, and code is sorted out afterwards."""
    found: list[Member] = []
    left = MAX_UNPACKED_BYTES  # Beside what `_Bounded` counts: holes are unpacked from nothing.
    with tarfile.open(fileobj=_Bounded(file), mode="r|", errorlevel=0) as archive:
        for count, one in enumerate(archive):
            if count >= MAX_MEMBERS:
                raise Unscannable(TOO_MANY)
            if one.isreg() and (opened := archive.extractfile(one)) is not None:
                found.append(_cut(_shown(one.name), opened.read(MAX_MEMBER_BYTES + 1)))
                left -= len(found[-1].data)
            if left < 0:
                raise Unscannable(TOO_MUCH)
    yield from sorted(found, key=lambda one: not one.is_code)


def _packed_tar_members(file: IO[bytes]) -> Iterator[Member]:
    with gzip.GzipFile(fileobj=file) as unpacked:
        bounded = _Bounded(unpacked)
        head = bounded.read(512)
        if kind_of(head) != "tar":
            raise NotAnArchive
        yield from _tar_members(_Again(head, bounded))


_READERS: dict[Kind, Callable[[IO[bytes]], Iterator[Member]]] = {
    "zip": _zip_members,
    "tar": _tar_members,
    "gzip": _packed_tar_members,
}


class _Readable(Protocol):
    """What gives its bytes one after the other."""

    def read(self, size: int = -1, /) -> bytes: ...


class _Bounded(io.RawIOBase):
    """Gives no more than `MAX_UNPACKED_BYTES`. Raises Unscannable beyond."""

    def __init__(self, file: "_Readable") -> None:
        super().__init__()
        self._file, self._left = file, MAX_UNPACKED_BYTES

    def read(self, size: int = -1, /) -> bytes:
        data = self._file.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise Unscannable(TOO_MUCH)
        return data


class _Again(io.RawIOBase):
    """What was read already, and then the rest."""

    def __init__(self, head: bytes, rest: _Bounded) -> None:
        super().__init__()
        self._head, self._rest = head, rest

    def read(self, size: int = -1, /) -> bytes:
        if not self._head:
            return self._rest.read(size)
        given, self._head = (
            (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
        )
        return given


def _cut(name: str, data: bytes) -> Member:
    if len(data) <= MAX_MEMBER_BYTES:
        return Member(name, data)
    problem = f"it is larger than {MAX_MEMBER_BYTES >> 20} MiB" if is_code(name) else ""
    return Member(name, data[:MAX_MEMBER_BYTES], problem)


def _shown(name: str) -> str:
    """A path that can be written as UTF-8 on one line."""
    return name.replace("\\", "/").encode("utf-8", "replace").decode()[:400]
