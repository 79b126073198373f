"""The standard streams of a runtime's kernel: waiting for output only where there is some.

ipykernel flushes standard output and standard error three times a cell, before each step that must
not overtake what was printed. A flush wakes the thread that sends, hands over to it and waits.
Where nothing was printed and nothing is on its way, that is for nothing.
"""

# It runs where jupyter has no types and `inside/` is on the path.
# pyright: basic, reportMissingImports=false

from ipykernel.iostream import OutStream


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
