"""The form `v1.kernel.websocket.jupyter.org`, which JupyterLab speaks.

One binary frame: the number of offsets, the offsets (each 64 bits, little-endian), then channel,
header, parent header, metadata, content and buffers, each from one offset to the next. Source:
jupyter_server's documentation, 'WebSocket kernel wire protocols'.
"""

import struct
from itertools import pairwise

from colonnade.gate.protocol.errors import ProtocolError
from colonnade.gate.protocol.json_text import MAX_JSON_BYTES, read_object, write
from colonnade.gate.protocol.message import (
    MAX_BUFFERS,
    Message,
    check_offsets,
    check_size,
    make,
)

SUBPROTOCOL = "v1.kernel.websocket.jupyter.org"
_PARTS = 5
"""Channel, header, parent header, metadata and content: one more offset than parts."""
_WORD = 8
_PEEKED = 4096


class V1Form:
    """Reads and writes frames of the v1 form."""

    subprotocol: str | None = SUBPROTOCOL

    def parse(self, frame: str | bytes) -> Message:
        """The message in `frame`. Raises ProtocolError."""
        if isinstance(frame, str):
            raise ProtocolError("This form has no text frames.", 1003)
        check_size(frame)
        offsets = _offsets(frame)
        parts = [frame[a:b] for a, b in pairwise(offsets)]
        channel, header = parts[0].decode("ascii", "replace"), read_object(parts[1])
        try:
            if sum(map(len, parts[:_PARTS])) > MAX_JSON_BYTES:
                raise ProtocolError(f"A message's JSON exceeds {MAX_JSON_BYTES >> 20} MB.", 1009)
            parent, metadata, content = map(read_object, parts[2:_PARTS])
            return make(channel, header, parent, metadata, content, tuple(parts[_PARTS:]))
        except ProtocolError as problem:
            problem.channel, problem.header = channel, header
            raise

    def serialise(self, message: Message) -> bytes:
        """`message` as one frame."""
        parts = [
            message.channel.encode("ascii"),
            write(message.header),
            write(message.parent_header),
            write(message.metadata),
            write(message.content),
            *message.buffers,
        ]
        offsets = [_WORD * (len(parts) + 2)]
        for part in parts:
            offsets.append(offsets[-1] + len(part))
        words = struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets)
        return b"".join((words, *parts))

    def peek(self, frame: str | bytes) -> tuple[str, bytes]:
        """Channel and raw header of a frame from the runtime, ('', b'') when it is malformed.

        Of a header only the beginning: no kernel's is longer, and a hostile one would be copied.
        """
        if isinstance(frame, str) or len(frame) < _WORD * 4:
            return "", b""
        _, channel_at, header_at, end = struct.unpack_from("<4Q", frame)
        channel = frame[channel_at : min(header_at, channel_at + _PEEKED)]
        return channel.decode("ascii", "replace"), frame[header_at : min(end, header_at + _PEEKED)]


def _offsets(frame: bytes) -> tuple[int, ...]:
    if len(frame) < _WORD:
        raise ProtocolError("A binary message is too short.")
    (count,) = struct.unpack_from("<Q", frame)
    if not _PARTS < count <= _PARTS + 1 + MAX_BUFFERS or _WORD * (count + 1) > len(frame):
        raise ProtocolError("A binary message has an impossible number of parts.")
    offsets = struct.unpack_from(f"<{count}Q", frame, _WORD)
    check_offsets(offsets, _WORD * (count + 1), len(frame))
    if offsets[-1] != len(frame):
        raise ProtocolError("A binary message has bytes beyond its last part.")
    return offsets
