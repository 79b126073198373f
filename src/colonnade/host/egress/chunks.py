"""A body in chunks, read strictly and written anew; extensions and trailers are dropped."""

import re

from colonnade.host.egress.fields import Malformed

MAX_LINE_BYTES = 1024
MAX_TRAILER_BYTES = 8 << 10
LAST = b"0\r\n\r\n"

_SIZE = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?")


class ChunkReader:
    """Fed with bytes as they come, gives the content. `done` once the last chunk was read."""

    def __init__(self) -> None:
        self.done = False
        self._kept = b""
        self._left = 0
        self._in_trailer = False
        self._after_chunk = False
        self._trailer_bytes = 0

    def feed(self, data: bytes) -> bytes:
        """The content in `data`; what follows the end is dropped. Raises Malformed."""
        self._kept += data
        content: list[bytes] = []
        while not self.done and self._kept:
            if self._left:
                piece, self._kept = self._kept[: self._left], self._kept[self._left :]
                self._left -= len(piece)
                self._after_chunk = not self._left
                content.append(piece)
            elif not self._line():
                break
        if self.done:
            self._kept = b""
        return b"".join(content)

    def _line(self) -> bool:
        """Take one line; False when it is not whole yet."""
        line, found, rest = self._kept.partition(b"\r\n")
        if len(line) > MAX_LINE_BYTES or b"\n" in line:
            raise Malformed("A line between chunks is malformed.")
        if not found:
            return False
        self._kept = rest
        if self._after_chunk:
            if line:
                raise Malformed("A chunk is longer than it says.")
            self._after_chunk = False
        elif self._in_trailer:
            self._trailer(line)
        else:
            self._size(line)
        return True

    def _size(self, line: bytes) -> None:
        size = _SIZE.fullmatch(line)
        if size is None:
            raise Malformed("The size of a chunk is malformed.")
        self._left = int(size[1], 16)
        self._in_trailer = not self._left

    def _trailer(self, line: bytes) -> None:
        self._trailer_bytes += len(line)
        if self._trailer_bytes > MAX_TRAILER_BYTES:
            raise Malformed("The trailer is too long.")
        self.done = not line


def chunk(content: bytes) -> bytes:
    """`content`, which is not empty, as one chunk."""
    return b"%x\r\n%b\r\n" % (len(content), content)
