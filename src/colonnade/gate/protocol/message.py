"""A message of Jupyter's kernel protocol, whichever form it travelled in."""

from dataclasses import dataclass
from itertools import pairwise

from colonnade.gate.protocol.errors import ProtocolError
from colonnade.gate.protocol.json_text import Object

CHANNELS = frozenset({"shell", "control", "stdin", "iopub"})
MAX_ID_CHARACTERS = 256
MAX_BUFFERS = 1024
MAX_MESSAGE_BYTES = 64 << 20
"""One message with its buffers, client to runtime. The runtime's server must accept as much."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `make` is the way to build one from parts that a stranger chose."""

    channel: str
    header: Object
    parent_header: Object
    metadata: Object
    content: Object
    buffers: tuple[bytes, ...] = ()

    @property
    def msg_type(self) -> str:
        """What it asks or tells."""
        return self.header["msg_type"]

    @property
    def msg_id(self) -> str:
        """What answers to it name as their parent."""
        return self.header["msg_id"]


def make(
    channel: str,
    header: Object,
    parent_header: Object,
    metadata: Object,
    content: Object,
    buffers: tuple[bytes, ...] = (),
) -> Message:
    """A message whose channel, id and type are what they must be. Raises ProtocolError."""
    if channel not in CHANNELS:
        raise ProtocolError("The message names no known channel.")
    for key in ("msg_id", "msg_type"):
        value = header.get(key)
        if not isinstance(value, str) or not 0 < len(value) <= MAX_ID_CHARACTERS:
            raise ProtocolError(f"The message's header has no sound '{key}'.")
    return Message(channel, header, parent_header, metadata, content, buffers)


def check_size(frame: str | bytes) -> None:
    """Raise ProtocolError when `frame` is larger than any message may be."""
    if len(frame) > MAX_MESSAGE_BYTES:
        raise ProtocolError(f"A message exceeds {MAX_MESSAGE_BYTES >> 20} MB.", 1009)


def check_offsets(offsets: tuple[int, ...], start: int, end: int) -> None:
    """Raise ProtocolError unless `offsets` begin at `start`, never fall and stay within `end`.

    Readers that trust offsets can be made to loop or to read one part as another.
    """
    ascending = all(one <= next_ for one, next_ in pairwise(offsets))
    if offsets[0] != start or not ascending or offsets[-1] > end:
        raise ProtocolError("The offsets of a binary message are out of order or out of bounds.")
