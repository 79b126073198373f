"""How a runtime's server gives away the listener on which its proxy accepts.

A socket belongs to the network namespace in which it was made, so one that comes out of a sandbox
and listens on its loopback can be reached by that sandbox alone. What comes is checked anyhow.
"""

import asyncio
import os
import socket
import stat

from colonnade.host.egress.descriptors import receive
from colonnade.kit.errors import Unavailable
from colonnade.runtimes.egress.terms import EgressTerms, Mode

PORT = 3128
HANDOVER_SECONDS = 60.0
_PROXY = f"http://127.0.0.1:{PORT}"
_DIRECT = "localhost,127.0.0.1,::1"
_CERTIFICATE_VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "GIT_SSL_CAINFO",
    "NODE_EXTRA_CA_CERTS",
    "CONDA_SSL_VERIFY",
)


def pair() -> tuple[socket.socket, socket.socket]:
    """The host's end, which does not block, and the runtime's."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    mine.setblocking(False)
    return mine, theirs


async def receive_listener(end: socket.socket) -> socket.socket:
    """The listener, once it is sent; closes `end`. Raises Unavailable when none comes."""
    return _checked(await receive_descriptor(end))


async def receive_descriptor(end: socket.socket) -> int:
    """The descriptor, once it is sent; closes `end`. Raises Unavailable when none comes."""
    loop, readable = asyncio.get_running_loop(), asyncio.Event()
    with end:
        loop.add_reader(end, readable.set)
        try:
            async with asyncio.timeout(HANDOVER_SECONDS):
                await readable.wait()
            _, descriptors = receive(end, 64, 1)
        except (OSError, TimeoutError) as problem:
            raise Unavailable("The runtime gave no listener away.") from problem
        finally:
            loop.remove_reader(end)
    if not descriptors:
        raise Unavailable("The runtime gave no listener away.")
    return descriptors[0]


def variables(terms: EgressTerms, certificates: str = "") -> dict[str, str]:
    """Environment variables that lead a runtime's programs to its proxy and mirrors.

    certificates: path, as the runtime sees it, of authorities that it is to trust, or ''.
    """
    if terms.mode == Mode.NONE:
        return {}
    found = {"COLONNADE_EGRESS": str(PORT), "NODE_USE_ENV_PROXY": "1"}
    for name, value in (
        ("HTTP_PROXY", _PROXY),
        ("HTTPS_PROXY", _PROXY),
        ("ALL_PROXY", _PROXY),
        ("NO_PROXY", _DIRECT),
    ):
        found |= {name: value, name.lower(): value}
    if certificates:
        found |= dict.fromkeys(_CERTIFICATE_VARIABLES, certificates)
    return found | dict(terms.variables)


def _checked(descriptor: int) -> socket.socket:
    """The descriptor as the listening TCP socket that it must be. Raises Unavailable."""
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unavailable("The runtime gave away what is no listener.")
    listener = socket.socket(fileno=descriptor)
    listens = listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    kind = (listener.family, listener.type, listens)
    if kind != (socket.AF_INET, socket.SOCK_STREAM, 1):
        listener.close()
        raise Unavailable("The runtime gave away what is no listener.")
    listener.setblocking(False)
    return listener
