"""The Jupyter server of a runtime: stock handlers, a listener that was handed in, nothing extra.

The host creates the listening socket and passes it as descriptor 3, so that code in the runtime
cannot put another socket in its place. There is no token: only who holds the socket's folder, which
is the host's, reaches it. Run as `python colonnade_server.py`.
"""

# It runs where jupyter has no types and `inside/` is on the path.
# pyright: basic, reportMissingImports=false

import asyncio
import logging
import os
import resource
import socket
import sys
from contextlib import suppress
from typing import Any

LISTENER = 3
WAY_OUT = 4
ROOT = os.environ.get("COLONNADE_ROOT", "/content")
HERE = os.path.dirname(os.path.abspath(__file__))

# jsonschema offers checks of rarely used formats through these and does without when they are
# missing; the first alone costs 1.9 s of start-up (its grammar is compiled at import).
for _slow in ("rfc3987_syntax", "isoduration", "fqdn", "webcolors", "uri_template"):
    sys.modules[_slow] = None  # type: ignore[assignment]

sys.path.insert(0, HERE)

from colonnade_channels import PatientConnection  # noqa: E402
from colonnade_kernels import HOOK, QuietKernels  # noqa: E402
from jupyter_server import serverapp  # noqa: E402
from traitlets.config import Config  # noqa: E402

SERVICES = ("api", "contents", "files", "kernels", "kernelspecs")


class RuntimeServer(serverapp.ServerApp):
    """A ServerApp that serves on the descriptor it was given."""

    def _find_http_port(self) -> None:
        """Nothing to look for: the listener is there already."""

    def _bind_http_server_tcp(self) -> bool:
        listener = socket.socket(fileno=LISTENER)
        listener.setblocking(False)
        self.http_server.add_socket(listener)
        return True

    def init_resources(self) -> None:
        """Leave the limits as the host has set them."""

    def write_server_info_file(self) -> None:
        """No file: nobody inside has to find the server."""


class Application(serverapp.ServerWebApplication):
    """Only the services that the platform speaks to; each of the others costs memory."""

    def init_handlers(self, default_services: object, settings: dict[str, Any]) -> list[Any]:
        """Handlers of `SERVICES` in place of all of them."""
        return super().init_handlers(SERVICES, settings)


def configuration() -> Config:
    """Settings of the server; the sandbox, not the server, is what confines."""
    config = Config()
    server = config.ServerApp
    server.ip = "127.0.0.1"
    server.root_dir = ROOT
    server.open_browser = False
    server.no_browser_open_file = True
    server.allow_root = True
    server.allow_origin = "*"
    server.allow_remote_access = True
    server.allow_unauthenticated_access = True
    server.disable_check_xsrf = True
    server.log_level = "WARN"
    server.terminals_enabled = True
    # Above what the gate lets through (64 MB), so that no message can cut a person's connection.
    server.tornado_settings = {"websocket_max_message_size": 72 << 20}
    server.record_http_request_metrics = False
    server.jpserver_extensions = {"jupyter_server_terminals": True}
    server.kernel_manager_class = QuietKernels
    server.kernel_websocket_connection_class = PatientConnection
    config.QuietKernels.kernel_manager_class = "colonnade_kernels.QuietKernel"
    config.IdentityProvider.token = ""
    config.PasswordIdentityProvider.hashed_password = ""
    config.PatientConnection.limit_rate = False
    config.QuietKernels.cull_idle_timeout = 0
    config.KernelManager.transport = _transport()
    config.KernelManager.shutdown_wait_time = 2.0
    config.KernelSpecManager.ensure_native_kernel = False
    config.KernelSpecManager.allowed_kernelspecs = {"python3"}
    server.terminado_settings = {"shell_command": ["/bin/bash"]}
    config.TerminalManager.cull_inactive_timeout = 0
    return config


def _transport() -> str:
    # A unix socket's address holds 107 bytes; without a sandbox the folder may be anywhere.
    return "ipc" if len(os.environ.get("JUPYTER_RUNTIME_DIR", "")) < 40 else "tcp"


def give_way_out() -> None:
    """Listen where COLONNADE_EGRESS says and give that listener to the host's proxy.

    It is the proxy that accepts there, so nothing in the runtime can stand in its place, and the
    proxy knows whose connection it is. Done before any code of a person's runs.
    """
    port = int(os.environ.pop("COLONNADE_EGRESS", "0"))
    if not port:
        return
    with socket.socket(fileno=WAY_OUT) as host, socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(1024)
        socket.send_fds(host, [b"listener"], [listener.fileno()])


def limit_processes() -> None:
    """Bound threads and processes here when the host has no better means (COLONNADE_PROCESSES)."""
    count = int(os.environ.pop("COLONNADE_PROCESSES", "0"))
    if count:
        resource.setrlimit(resource.RLIMIT_NPROC, (count, count))


def main() -> None:
    """Serve until SIGTERM."""
    give_way_out()
    limit_processes()
    for descriptor in (LISTENER, HOOK):
        with suppress(OSError):
            os.set_inheritable(descriptor, False)
    logging.captureWarnings(True)
    serverapp.ServerWebApplication = Application
    asyncio.set_event_loop(asyncio.new_event_loop())
    app = RuntimeServer(config=configuration())
    app.initialize(argv=[], find_extensions=False)
    # Its handler drops what is below; without this a record of each is made first.
    app.log.setLevel(app.log_level)
    app.start()


if __name__ == "__main__":
    main()
