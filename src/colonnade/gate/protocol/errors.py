"""What can be wrong with what a client sent. Both are answered; neither reaches the runtime."""

from typing import Any

from colonnade.kit.errors import Forbidden, Invalid


class ProtocolError(Invalid):
    """A frame that is not a message of Jupyter's protocol, or is beyond the stated bounds.

    Attributes:
        close_code: the WebSocket close code that says so (RFC 6455, section 7.4.1).
        header: the message's header when that much could be read, so that it can be answered.
        channel: the channel it named, likewise.
    """

    code = "malformed-message"

    def __init__(self, message: str, close_code: int = 1002) -> None:
        super().__init__(message, "Send a message as Jupyter's protocol describes it.")
        self.close_code = close_code
        self.header: dict[str, Any] | None = None
        self.channel = ""


class NotAllowed(Forbidden):
    """A well-formed message that the allow-list does not let through."""

    code = "message-not-allowed"
