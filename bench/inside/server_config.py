"""Settings of a plain jupyter_server that drops no output: no rate limits, no high-water mark.

Read by jupyter_server as its configuration file, under the environment's Python. Without it a
stock server throttles and loses bursts of output, and there would be nothing to compare with.
"""

from typing import Any, cast

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager


class UnboundedKernels(AsyncMappingKernelManager):
    """Kernels whose sockets queue without bound on the server's side."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)  # pyright: ignore[reportUnknownMemberType]
        self.context.sndhwm = 0
        self.context.rcvhwm = 0


# The name is the server's gift to its configuration files.
c: Any = cast(Any, get_config())  # type: ignore[name-defined]  # noqa: F821
c.ServerApp.kernel_manager_class = UnboundedKernels
c.ZMQChannelsWebsocketConnection.limit_rate = False
