"""The IPython kernel of a runtime: loses no output, and dies before its server when memory ends."""

# It runs where jupyter has no types and `inside/` is on the path.
# pyright: basic, reportMissingImports=false

import os
import sys
from contextlib import suppress
from typing import Any

# As ipykernel's own launcher does: the working folder joins the path only after the imports, so
# that a file of the person's named like a module cannot stop the kernel from starting.
if sys.path[0] in {"", os.getcwd()}:
    del sys.path[0]

import colonnade_hook
import colonnade_runtime
from ipykernel.kernelapp import IPKernelApp
from traitlets import default

# Out of memory, the kernel should be chosen, not the server, which then starts it anew; also when
# it is the server that is full, with output that nobody takes.
OOM_SCORE = 1000
HISTORY_CELLS = 20
"""IPython's own history is written to its file after so many cells, not after each."""


class RuntimeKernel(IPKernelApp):
    """ipykernel's application with ZeroMQ's high-water marks off, and less work around a cell."""

    @default("outstream_class")
    def _default_outstream_class(self) -> str:
        return "colonnade_output.PromptStream"

    def init_iopub(self, context: Any) -> None:
        """Sockets made from here on queue without bound; the sandbox's limit bounds them."""
        context.sndhwm = 0
        context.rcvhwm = 0
        super().init_iopub(context)

    def init_io(self) -> None:
        """Make no records of the debug messages that nobody reads: ipykernel writes five a cell."""
        self.log.setLevel(self.log_level)
        super().init_io()

    def init_shell(self) -> None:
        """Let the history's thread rest while cells run."""
        super().init_shell()
        history = getattr(self.shell, "history_manager", None)
        if history is not None:
            history.db_cache_size = HISTORY_CELLS

    def init_code(self) -> None:
        """Go to the notebook's folder, at every start; from here on the hook sees what runs."""
        colonnade_runtime.enter()
        colonnade_hook.install()
        super().init_code()


def main() -> None:
    """Run the kernel that the arguments describe."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write(str(OOM_SCORE))
    RuntimeKernel.launch_instance()


if __name__ == "__main__":
    main()
