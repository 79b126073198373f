"""The two forms in which a message travels over a WebSocket, and which one was agreed."""

from typing import Protocol

from colonnade.gate.protocol.default_form import DefaultForm
from colonnade.gate.protocol.message import Message
from colonnade.gate.protocol.v1_form import SUBPROTOCOL, V1Form


class WireForm(Protocol):
    """Reads and writes frames; a new form is a class with these methods, chosen in `form_of`."""

    subprotocol: str | None

    def parse(self, frame: str | bytes) -> Message:
        """The message in `frame`. Raises ProtocolError, and nothing else, for any frame."""
        ...

    def serialise(self, message: Message) -> str | bytes:
        """`message` as one frame that `parse` reads as the same message."""
        ...

    def peek(self, frame: str | bytes) -> tuple[str, bytes]:
        """Channel, '' when not cheaply known, and bytes that hold the header. Never raises."""
        ...


def form_of(subprotocol: str | None) -> WireForm:
    """The form that goes with the agreed WebSocket sub-protocol."""
    return V1Form() if subprotocol == SUBPROTOCOL else DefaultForm()
