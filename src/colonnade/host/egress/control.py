"""How host and proxy speak: one message a packet, over a pair of sockets that only they hold.

The host sends orders, a listener and its terms with them as descriptors; the proxy sends what it
observed. A packet that finds no room is not sent: the socket's buffer is the bounded queue, and the
proxy counts what it drops.
"""

import os
import socket
from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from colonnade.host.egress.descriptors import receive
from colonnade.observations import Observation
from colonnade.runtimes.egress.terms import EgressTerms

PACKET_BYTES = 64 << 10
MAX_TERMS_BYTES = 4 << 20


class What(StrEnum):
    """An order's kind."""

    OPEN = "open"
    CLOSE = "close"


@dataclass(frozen=True)
class Order:
    """From the host. With `open` come two descriptors: the listener, and a file with the terms."""

    what: What
    runtime: str
    spent_bytes: int = 0


@dataclass(frozen=True)
class Report:
    """From the proxy. Without an observation it is a pulse, which says that the proxy lives.

    spent_bytes: of the observation's runtime so far; dropped: reports that found no room so far.
    """

    observation: Observation | None = None
    spent_bytes: int = 0
    dropped: int = 0


ORDER = TypeAdapter(Order)
REPORT = TypeAdapter(Report)
TERMS = TypeAdapter(EgressTerms)


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends that do not block."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in ends:
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    return ends


def send_order(
    end: socket.socket,
    order: Order,
    listener: socket.socket | None = None,
    terms: EgressTerms | None = None,
) -> None:
    """Raises OSError, BlockingIOError among them, when it could not be sent."""
    descriptors: list[int] = []
    if listener is not None and terms is not None:
        descriptors = [listener.fileno(), _written(TERMS.dump_json(terms))]
    try:
        socket.send_fds(end, [ORDER.dump_json(order)], descriptors)
    finally:
        for descriptor in descriptors[1:]:
            os.close(descriptor)


def receive_order(end: socket.socket) -> tuple[Order, socket.socket | None, EgressTerms | None]:
    """The next order. Raises EOFError once the host has gone, BlockingIOError without an order."""
    data, descriptors = receive(end, PACKET_BYTES, 2)
    if not data:
        raise EOFError
    order = ORDER.validate_json(data)
    if len(descriptors) < 2:
        return order, None, None
    with open(descriptors[1], "rb") as file:
        terms = TERMS.validate_json(file.read(MAX_TERMS_BYTES))
    listener = socket.socket(fileno=descriptors[0])
    listener.setblocking(False)
    return order, listener, terms


def _written(content: bytes) -> int:
    descriptor = os.memfd_create("terms", os.MFD_CLOEXEC)
    with open(descriptor, "wb", closefd=False) as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
