"""The default form: one JSON object a text frame, and binary frames where there are buffers.

A binary frame is the number of parts, their offsets (each 32 bits, big-endian), the JSON text and
the buffers. Source: jupyter_server's documentation, 'WebSocket kernel wire protocols'.
"""

import struct
from typing import cast

from colonnade.gate.protocol.errors import ProtocolError
from colonnade.gate.protocol.json_text import Object, read_object, write
from colonnade.gate.protocol.message import (
    MAX_BUFFERS,
    Message,
    check_offsets,
    check_size,
    make,
)

_WORD = 4
_PEEK_CHARACTERS = 1024
"""jupyter_server writes the header first; this much of a text frame certainly shows its type."""


class DefaultForm:
    """Reads and writes frames of the default form."""

    subprotocol: str | None = None

    def parse(self, frame: str | bytes) -> Message:
        """The message in `frame`. Raises ProtocolError."""
        check_size(frame)
        if isinstance(frame, str):
            return _message(read_object(_encode(frame)), ())
        raw, *buffers = _parts(frame)
        return _message(read_object(raw), tuple(buffers))

    def serialise(self, message: Message) -> str | bytes:
        """`message` as one frame: text without buffers, binary with."""
        text = write(
            {
                "header": message.header,
                "msg_id": message.msg_id,
                "msg_type": message.msg_type,
                "parent_header": message.parent_header,
                "metadata": message.metadata,
                "content": message.content,
                "buffers": [],
                "channel": message.channel,
            }
        )
        if not message.buffers:
            return text.decode("utf-8")
        parts = [text, *message.buffers]
        offsets = [_WORD * (len(parts) + 1)]
        for part in parts[:-1]:
            offsets.append(offsets[-1] + len(part))
        words = struct.pack(f"!{len(parts) + 1}I", len(parts), *offsets)
        return b"".join((words, *parts))

    def peek(self, frame: str | bytes) -> tuple[str, bytes]:
        """Channel (unknown here: '') and the beginning of a frame, where its type stands."""
        beginning = frame[:_PEEK_CHARACTERS]
        return "", beginning.encode() if isinstance(beginning, str) else beginning


def _encode(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise ProtocolError("A text frame is not valid Unicode.", 1007) from None


def _parts(frame: bytes) -> list[bytes]:
    if len(frame) < _WORD:
        raise ProtocolError("A binary message is too short.")
    (count,) = struct.unpack_from("!I", frame)
    start = _WORD * (count + 1)
    if not 1 <= count <= MAX_BUFFERS + 1 or start > len(frame):
        raise ProtocolError("A binary message has an impossible number of parts.")
    offsets = struct.unpack_from(f"!{count}I", frame, _WORD)
    check_offsets(offsets, start, len(frame))
    return [frame[a:b] for a, b in zip(offsets, (*offsets[1:], len(frame)), strict=True)]


def _message(members: Object, buffers: tuple[bytes, ...]) -> Message:
    header = _member(members, "header")
    for key in ("msg_type", "msg_id"):
        # The kernel obeys the header; a reader that trusts the other one would judge wrongly.
        if key in members and members[key] != header.get(key):
            raise ProtocolError(f"The message's '{key}' differs from its header's.")
    if members.get("buffers"):
        raise ProtocolError("Buffers do not belong in a message's JSON.")
    # Gateway clients name no channel; jupyter_server takes that for the shell, and so must a judge.
    channel = "shell" if members.get("channel") is None else members["channel"]
    if not isinstance(channel, str):
        raise ProtocolError("The message names no known channel.")
    parent, metadata = (_member(members, key, {}) for key in ("parent_header", "metadata"))
    return make(channel, header, parent, metadata, _member(members, "content"), buffers)


def _member(members: Object, key: str, absent: Object | None = None) -> Object:
    value = members.get(key, absent)
    if not isinstance(value, dict):
        raise ProtocolError(f"The message's '{key}' is not an object.")
    return cast(Object, value)
