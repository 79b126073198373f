"""ipykernel with ZeroMQ's high-water marks off, under the environment's Python."""

from typing import Any

from ipykernel.kernelapp import IPKernelApp


class UnboundedKernel(IPKernelApp):
    """ipykernel's application whose output sockets queue without bound."""

    def init_iopub(self, context: Any) -> None:
        """Sockets made from here on have no high-water mark."""
        context.sndhwm = 0
        context.rcvhwm = 0
        super().init_iopub(context)  # pyright: ignore[reportUnknownMemberType]


UnboundedKernel.launch_instance()
