"""What a process runs or is about to run, read from /proc. Everything is bounded.

Before an exec it is read from the memory of the thread that asks (proc(5), /proc/pid/mem); once a
program runs, from /proc/pid/cmdline. A process can change both while they are read.
"""

import errno
import os
import re
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

MOST_BYTES = 128 << 10
MOST_WORDS = 4096
"""Of a command; what is longer is cut, and said to be."""
_PATH_BYTES = 4096
PAGE = 4096
_FEW_POINTERS, _MANY_POINTERS = 8, 64
"""Read at first, and then at once: most commands have few words."""
_HIGHEST = 1 << 62
_TICKS = os.sysconf("SC_CLK_TCK")
_BOOT = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
_PARENT, _THREADS, _STARTED, _ARGUMENTS = 1, 17, 19, 45
"""Places in /proc/pid/stat behind the name, which may itself hold spaces and parentheses."""
_FOLDER_UNSAID = -100
"""AT_FDCWD."""
_DESCRIPTOR = re.compile(r"(?:/dev|/proc/[\w-]+(?:/task/\d+)?)/fd/(\d{1,9})$")


class Command(NamedTuple):
    """What is run.

    Attributes:
        program: path as its runner named it, '' when it could not be read.
        words: the command line, the program's own name for itself first.
        folder: where it runs, as the runtime sees it.
        image: what the program's code is: 'file', 'memfd' or 'deleted'.
        cut: whether there is more than was read.

    A command without words could not be read.
    """

    program: str
    words: tuple[str, ...]
    folder: str = ""
    image: str = "file"
    cut: bool = False


class Process(NamedTuple):
    """Who runs it.

    Attributes:
        pid, parent: ids as the host sees them.
        started: seconds since 1970, 0 when not known.
        image: another one for each program that it runs, by and large: where its words lie in its
            memory (proc(5), arg_start), which the kernel draws anew with each exec.
    """

    pid: int
    parent: int = 0
    started: float = 0.0
    image: int = 0


def read_asked(thread: int, program: int, words: int, folder: int | None) -> Command:
    """What a thread that waits for an answer is about to run.

    Args:
        thread: its id.
        program, words: addresses of the path and of the pointers to the words.
        folder: descriptor that a relative path starts from, None where that is the thread's folder.

    Raises OSError when its memory cannot be read.
    """
    memory = os.open(f"/proc/{thread}/mem", os.O_RDONLY | os.O_CLOEXEC)
    try:
        reader = _Memory(memory)
        path, _ = reader.text(program, _PATH_BYTES)
        addresses, cut = reader.pointers(words)
        texts: list[bytes] = []
        for address in addresses:
            text, more = reader.text(address, MOST_BYTES)
            texts.append(text)
            if more:
                cut = True
                break
    finally:
        os.close(memory)
    name = _starting_from(thread, _decoded(path), folder)
    place = _link(f"/proc/{thread}/cwd")
    return Command(name, tuple(map(_decoded, texts)), place, _image_named(thread, name), cut)


def read_running(pid: int) -> Command:
    """What a process runs, by its own account of it. Raises OSError when it has gone."""
    line = _first_bytes(f"/proc/{pid}/cmdline", MOST_BYTES + 1)
    words = line[:MOST_BYTES].removesuffix(b"\0").split(b"\0") if line else []
    program = _link(f"/proc/{pid}/exe")
    kept = tuple(map(_decoded, words[:MOST_WORDS]))
    cut = len(line) > MOST_BYTES or len(words) > MOST_WORDS
    return Command(program, kept, _link(f"/proc/{pid}/cwd"), _image(program), cut)


def read_process(thread: int) -> Process:
    """The process that a thread belongs to. Raises OSError when it has gone."""
    descriptor = os.open(f"/proc/{thread}/stat", os.O_RDONLY | os.O_CLOEXEC)
    try:
        fields = os.read(descriptor, PAGE).rpartition(b")")[2].split()
    finally:
        os.close(descriptor)
    if len(fields) <= _ARGUMENTS:
        raise ProcessLookupError(thread)
    started = round(_BOOT + int(fields[_STARTED]) / _TICKS, 2)
    pid = thread if fields[_THREADS] == b"1" else _leader(thread)
    return Process(pid, int(fields[_PARENT]), started, int(fields[_ARGUMENTS]))


def _leader(thread: int) -> int:
    """A process's id is that of its first thread; only for that one is there a descriptor."""
    try:
        os.close(os.pidfd_open(thread))
    except OSError:
        for line in Path(f"/proc/{thread}/status").read_text(errors="replace").splitlines():
            if line.startswith("Tgid:"):
                return int(line.split()[1])
    return thread


@dataclass
class _Memory:
    """Reads texts out of a process's memory; what was read last is kept."""

    descriptor: int
    left: int = MOST_BYTES
    start: int = 0
    page: bytes = b""

    def text(self, address: int, most: int) -> tuple[bytes, bool]:
        """(bytes up to the next null or `most`, whether there is more). Raises OSError."""
        pieces: list[bytes] = []
        most = min(most, self.left)
        while most > 0:
            offset = address - self.start
            if not 0 <= offset < len(self.page):
                # Up to the end of its page: the next may not be there.
                self.page = self._peek(address, PAGE - address % PAGE)
                self.start, offset = address, 0
            end = self.page.find(b"\0", offset, offset + most)
            piece = self.page[offset : end if end >= 0 else offset + most]
            pieces.append(piece)
            self.left -= len(piece)
            if end >= 0:
                return b"".join(pieces), False
            address, most = address + len(piece), most - len(piece)
        return b"".join(pieces), True

    def pointers(self, address: int) -> tuple[list[int], bool]:
        """(addresses up to the next null, whether there are more). Raises OSError."""
        found: list[int] = []
        while address and len(found) < MOST_WORDS:
            most = _MANY_POINTERS if found else _FEW_POINTERS
            count = min(most, MOST_WORDS - len(found))
            piece = self._peek(address + 8 * len(found), 8 * count, least=8)
            numbers = struct.unpack_from(f"={len(piece) // 8}Q", piece)
            if 0 in numbers:
                return [*found, *numbers[: numbers.index(0)]], False
            found += numbers
        return found, bool(address)

    def _peek(self, address: int, most: int, least: int = 1) -> bytes:
        piece = os.pread(self.descriptor, most, address) if address < _HIGHEST else b""
        if len(piece) < least:
            raise OSError(errno.EFAULT, "no such memory")
        return piece


def _first_bytes(path: str, most: int) -> bytes:
    """Raises OSError. What is longer than a page may come in pieces."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        pieces = [os.read(descriptor, most)]
        while len(pieces[-1]) >= PAGE and (most := most - len(pieces[-1])) > 0:
            pieces.append(os.read(descriptor, most))
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def _starting_from(thread: int, path: str, folder: int | None) -> str:
    if folder is None or folder == _FOLDER_UNSAID or path.startswith("/"):
        return path
    base = _link(f"/proc/{thread}/fd/{folder}")
    return f"{base}/{path}" if path else base


def _image_named(thread: int, path: str) -> str:
    """What a path is that leads through a descriptor; behind any other is a file, as it seems."""
    found = _DESCRIPTOR.match(path) if "/fd/" in path else None
    return _image(_link(f"/proc/{thread}/fd/{found[1]}")) if found else "file"


def _image(path: str) -> str:
    if path.startswith("/memfd:"):
        return "memfd"
    return "deleted" if path.endswith(" (deleted)") else "file"


def _link(path: str) -> str:
    try:
        return _decoded(os.readlink(path.encode()))
    except OSError:
        return ""


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")
