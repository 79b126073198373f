"""The binary form of kernel messages over a WebSocket, `v1.kernel.websocket.jupyter.org`. Pure.

A frame is: the number of offsets, the offsets (each 8 bytes, little-endian, the last the frame's
end), then channel, header, parent header, metadata, content and buffers at those offsets.
Source: jupyter_server's documentation, 'WebSocket kernel wire protocols'.
"""

import json
from dataclasses import dataclass
from typing import Any

PROTOCOL = "v1.kernel.websocket.jupyter.org"
_WORD = 8


@dataclass(frozen=True)
class Message:
    """One message as received; `content` stays undecoded until it is asked for."""

    kind: str
    parent_id: str
    raw_content: bytes

    @property
    def content(self) -> dict[str, Any]:
        """The decoded content."""
        return json.loads(self.raw_content)


def encode(channel: str, header: dict[str, Any], content: dict[str, Any]) -> bytes:
    """A frame without parent, metadata or buffers."""
    parts = [channel.encode(), *(json.dumps(part).encode() for part in (header, {}, {}, content))]
    offsets = [_WORD * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    numbers = [len(offsets), *offsets]
    return b"".join([*(number.to_bytes(_WORD, "little") for number in numbers), *parts])


def decode(frame: bytes) -> Message:
    """The message in `frame`. Raises ValueError when it is not one."""
    count = int.from_bytes(frame[:_WORD], "little")
    if not 6 <= count <= len(frame) // _WORD:
        raise ValueError(f"a frame of {len(frame)} bytes cannot have {count} offsets")
    offsets = [
        int.from_bytes(frame[_WORD * (i + 1) : _WORD * (i + 2)], "little") for i in range(count)
    ]
    header, parent, _metadata, content = (frame[offsets[i] : offsets[i + 1]] for i in range(1, 5))
    return Message(json.loads(header)["msg_type"], json.loads(parent).get("msg_id", ""), content)
