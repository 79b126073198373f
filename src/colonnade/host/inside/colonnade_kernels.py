"""The kernels of a runtime's server: no output is lost, and what nobody takes waits in the kernel.

A server that reads faster than its client ends up with the memory of the runtime, and without a
server there is no runtime. So it stops reading (here, and in `colonnade_channels`); what the kernel
cannot send then is in the kernel's memory, which is the first to go.
"""

# It runs where jupyter has no types and `inside/` is on the path.
# pyright: basic, reportMissingImports=false

import json
import os
import subprocess
from functools import partial
from typing import Any

from jupyter_client.session import DELIM
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import (
    AsyncMappingKernelManager,
    ServerKernelManager,
)

HOOK = 5
"""The descriptor by which a kernel's hook reaches the host."""
MOST_QUEUED = 64
"""Messages of output that ZeroMQ reads ahead; the kernel's own queue has no such bound."""
MOST_KEPT_BYTES = 32 << 20
"""Of output, while no client is there."""


class QuietKernel(ServerKernelManager):
    """A kernel whose output is not read far ahead."""

    def _create_connected_socket(self, channel: str, identity: "bytes | None" = None) -> Any:
        self.context.rcvhwm = MOST_QUEUED if channel == "iopub" else 0
        return super()._create_connected_socket(channel, identity)


class QuietKernels(AsyncMappingKernelManager):
    """Kernels that lose no output, and whose own descriptors lead nowhere.

    The ZeroMQ high-water mark is 0: at its default of 1,000 messages a burst of output is dropped
    without a word. A kernel's raw standard output is the notebook's content and must not reach
    the server's log.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.context.sndhwm = 0
        self.context.rcvhwm = 0

    async def _async_start_kernel(self, **settings: Any) -> str:
        settings.setdefault("stdout", subprocess.DEVNULL)
        settings.setdefault("stderr", subprocess.DEVNULL)
        if "COLONNADE_HOOK" in os.environ:
            # The way by which the kernel's hook reaches the host; no other program is given it.
            settings.setdefault("pass_fds", (HOOK,))
        return await super()._async_start_kernel(**settings)

    start_kernel = _async_start_kernel

    def start_watching_activity(self, kernel_id: str) -> None:
        """Note when the kernel says something, and whether it is busy.

        As the stock method does, but of each message only the two headers are read. Checking the
        signature, reading dates and making log records of every message a second time took a third
        of the server's work for a cell. The signature's key lies in the sandbox anyway.
        """
        kernel = self._kernels[kernel_id]
        kernel.reason, kernel.last_activity = "", utcnow()
        kernel._activity_stream = kernel.connect_iopub()
        kernel._activity_stream.on_recv(partial(self._heard, kernel))

    def _heard(self, kernel: Any, frames: "list[bytes]") -> None:
        at = frames.index(DELIM)
        kind, asked = (json.loads(frame).get("msg_type") for frame in frames[at + 2 : at + 4])
        tracked = self.track_message_type(asked)
        if tracked or kernel.execution_state == "busy" or self.track_message_type(kind):
            self.last_kernel_activity = kernel.last_activity = utcnow()
        if kind == "status":
            state = json.loads(frames[at + 5])["execution_state"]
            if tracked:
                kernel.execution_state = state
            elif kernel.execution_state == "starting" != state:
                # What answers to messages that do not count shows only that the start is over.
                kernel.execution_state = "idle"

    def start_buffering(self, kernel_id: str, session_key: str, channels: "dict[str, Any]") -> None:
        """Keep what a kernel says until its client is back, and of its output no more than so much.

        The stock server keeps it without end, in its own memory.
        """
        super().start_buffering(kernel_id, session_key, channels)
        kept, output = self._kernel_buffers[kernel_id]["buffer"], channels["iopub"]
        size = 0

        def keep(frames: "list[bytes]") -> None:
            nonlocal size
            kept.append(("iopub", frames))
            size += sum(map(len, frames))
            if size > MOST_KEPT_BYTES:
                output.stop_on_recv()

        output.on_recv(keep)
