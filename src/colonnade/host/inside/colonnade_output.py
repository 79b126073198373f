"""The standard streams of a runtime's kernel: no waiting for nothing, and no output without bound.

ipykernel flushes standard output and standard error three times a cell, before each step that must
not overtake what was printed. A flush wakes the thread that sends, hands over to it and waits.
Where nothing was printed and nothing is on its way, that is for nothing.

It also sends all that was printed in a fifth of a second as one message, 20 MB and more of a
program that prints without end, and each of them stops whoever passes it on. In pieces, others get
their turn in between. And it prints faster than anybody takes it, so that it fills the memory of
the runtime. Here who prints waits. Both are courtesies of the runtime: the gate has bounds of its
own (`gate/pace.py`), and no program is held to these.
"""

# It runs where jupyter has no types and `inside/` is on the path.
# pyright: basic, reportMissingImports=false

import time
from collections.abc import Iterator
from typing import Any

from ipykernel.iostream import OutStream

PIECE_CHARACTERS = 256 << 10
"""One message at most."""
BURST_CHARACTERS = 64 << 20
"""Printed at once."""
RATE_CHARACTERS = 8 << 20
"""A second, from then on. As much as the gate lets pass: this is not to be stricter."""


class PromptStream(OutStream):
    """ipykernel's stream, whose `flush` returns at once when all has been handed to the socket."""

    _uncounted = 0
    _left, _counted_at = float(BURST_CHARACTERS), 0.0

    def write(self, string: str) -> "int | None":
        """Take a text to be sent; when too much was printed lately, wait."""
        written = super().write(string)
        self._uncounted += len(string)
        if self._uncounted >= PIECE_CHARACTERS:
            self._keep_pace()
        return written

    def flush(self) -> None:
        """Wait until what was printed, and every message before it, has been sent."""
        if self._something_waits():
            super().flush()

    def _something_waits(self) -> bool:
        # ipykernel 7 keeps these two; of another version that does not, nothing is assumed.
        messages = getattr(self.pub_thread, "_events", True)
        return bool(messages or getattr(self, "_buffers", True))

    def _keep_pace(self) -> None:
        """A bucket of the burst's size, which fills at the rate; who overdraws it waits."""
        now = time.monotonic()
        earned = (now - self._counted_at) * RATE_CHARACTERS
        self._left = min(float(BURST_CHARACTERS), self._left + earned) - self._uncounted
        self._counted_at, self._uncounted = now, 0
        if self._left < 0:
            time.sleep(-self._left / RATE_CHARACTERS)

    def _flush_buffers(self) -> "Iterator[tuple[dict[str, Any], str]]":
        """(what it answers, text) of each message to send, in order."""
        for parent, text in super()._flush_buffers():
            for start in range(0, len(text), PIECE_CHARACTERS):
                yield parent, text[start : start + PIECE_CHARACTERS]
