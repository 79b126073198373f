"""A runtime's WebSockets to its kernel: no more output is taken than the client takes.

The stock connection writes whatever the kernel says, and what a slow client has not read yet stays
in the server's memory without end.
"""

# It runs where jupyter has no types and `inside/` is on the path.
# pyright: basic, reportMissingImports=false

import asyncio
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

MOST_WAITING_BYTES = 16 << 20
"""Written and not sent yet."""


class PatientConnection(ZMQChannelsWebsocketConnection):
    """One client's."""

    _waiting_bytes = 0
    _rests = False

    def write_message(self, message: "bytes | str", binary: bool = False) -> Any:
        """Send a message. When much waits to be sent, take no output until all of it is."""
        socket = self.websocket_handler
        sent = socket.write_message(message, binary)
        connection: Any = socket.ws_connection
        waits = connection.stream.writing()
        self._waiting_bytes = self._waiting_bytes + len(message) if waits else 0
        if self._waiting_bytes > MOST_WAITING_BYTES and not self._rests:
            self._rests = True
            self.channels["iopub"].stop_on_recv()
            sent.add_done_callback(self._go_on)
        return sent

    def _go_on(self, sent: "asyncio.Future[None]") -> None:
        self._rests, self._waiting_bytes = False, 0
        failed = sent.cancelled() or sent.exception() is not None
        if not failed and self in self._open_sockets:
            self.channels["iopub"].on_recv_stream(self.handle_outgoing_message)
