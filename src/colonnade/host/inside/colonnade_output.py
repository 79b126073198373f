"""The standard streams of a runtime's kernel: no waiting for nothing, and no message without end.

ipykernel flushes standard output and standard error three times a cell, before each step that must
not overtake what was printed. A flush wakes the thread that sends, hands over to it and waits.
Where nothing was printed and nothing is on its way, that is for nothing.

It also sends all that was printed in a fifth of a second as one message: 20 MB and more of a
program that prints without end, and each of them stops whoever passes it on. In pieces, others get
their turn in between. This is a courtesy of the runtime, not a bound: the gate has its own.
"""

# It runs where jupyter has no types and `inside/` is on the path.
# pyright: basic, reportMissingImports=false

from collections.abc import Iterator
from typing import Any

from ipykernel.iostream import OutStream

PIECE_CHARACTERS = 256 << 10
"""One message at most."""


class PromptStream(OutStream):
    """ipykernel's stream, whose `flush` returns at once when all has been handed to the socket."""

    def flush(self) -> None:
        """Wait until what was printed, and every message before it, has been sent."""
        if self._something_waits():
            super().flush()

    def _something_waits(self) -> bool:
        # ipykernel 7 keeps these two; of another version that does not, nothing is assumed.
        messages = getattr(self.pub_thread, "_events", True)
        return bool(messages or getattr(self, "_buffers", True))

    def _flush_buffers(self) -> "Iterator[tuple[dict[str, Any], str]]":
        """(what it answers, text) of each message to send, in order."""
        for parent, text in super()._flush_buffers():
            for start in range(0, len(text), PIECE_CHARACTERS):
                yield parent, text[start : start + PIECE_CHARACTERS]
