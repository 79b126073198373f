"""The first message of TLS, read as far as needed to know which server it is for. Without I/O.

Only the common form is taken: one record that holds one whole ClientHello with one server name.
Sources: RFC 8446 sections 4.1.2 and 5.1, RFC 6066 section 3, draft-ietf-tls-esni.
"""

from dataclasses import dataclass

from colonnade.kit.errors import Invalid
from colonnade.runtimes.egress.names import host_name
from colonnade.runtimes.egress.reasons import Reason

RECORD_HEADER_BYTES = 5
MAX_RECORD_BYTES = 1 << 14

_HANDSHAKE, _CLIENT_HELLO = 22, 1
_SERVER_NAME, _ENCRYPTED = 0, 0xFE0D


class HelloRefused(Invalid):
    """These bytes do not say clearly which server they are for; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.words)
        self.reason = reason


@dataclass(frozen=True)
class ClientHello:
    """Whose certificate is asked for; `encrypted` when an inner, hidden hello comes with it."""

    server_name: str
    encrypted: bool


def record_bytes(header: bytes) -> int:
    """Length of the whole record, header included. Raises HelloRefused when it is not TLS."""
    length = int.from_bytes(header[3:RECORD_HEADER_BYTES])
    whole = len(header) >= RECORD_HEADER_BYTES
    if not whole or header[0] != _HANDSHAKE or header[1] != 3:
        raise HelloRefused(Reason.NOT_TLS)
    if not 4 <= length <= MAX_RECORD_BYTES:
        raise HelloRefused(Reason.SPLIT_HELLO if length < 4 else Reason.NOT_TLS)
    return RECORD_HEADER_BYTES + length


def read_hello(record: bytes) -> ClientHello:
    """The hello in one whole record. Raises HelloRefused."""
    if record_bytes(record) != len(record):
        raise HelloRefused(Reason.NOT_TLS)
    message = _Bytes(record[RECORD_HEADER_BYTES:])
    if message.number(1) != _CLIENT_HELLO:
        raise HelloRefused(Reason.NOT_TLS)
    if message.number(3) > message.left:
        raise HelloRefused(Reason.SPLIT_HELLO)
    if int.from_bytes(record[6:9]) != message.left:
        raise HelloRefused(Reason.NOT_TLS)
    extensions = _extensions(message)
    if _SERVER_NAME not in extensions:
        raise HelloRefused(Reason.NO_SERVER_NAME)
    return ClientHello(_server_name(extensions[_SERVER_NAME]), _ENCRYPTED in extensions)


class _Bytes:
    """Bytes taken from the front; taking more than there are is not TLS."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise HelloRefused(Reason.NOT_TLS)
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width))

    def vector(self, width: int) -> bytes:
        return self.take(self.number(width))


def _extensions(message: _Bytes) -> dict[int, bytes]:
    message.take(2 + 32)  # legacy_version, random
    message.vector(1)  # legacy_session_id
    message.vector(2)  # cipher_suites
    message.vector(1)  # legacy_compression_methods
    if not message.left:
        return {}
    listed = _Bytes(message.vector(2))
    if message.left:
        raise HelloRefused(Reason.NOT_TLS)
    found: dict[int, bytes] = {}
    while listed.left:
        kind = listed.number(2)
        if kind in found:
            raise HelloRefused(Reason.NOT_TLS)
        found[kind] = listed.vector(2)
    return found


def _server_name(extension: bytes) -> str:
    """The one host name in the extension."""
    whole = _Bytes(extension)
    names = _Bytes(whole.vector(2))
    if whole.left or names.number(1) != 0:
        raise HelloRefused(Reason.NO_SERVER_NAME)
    name = names.vector(2)
    if names.left:
        raise HelloRefused(Reason.NO_SERVER_NAME)
    try:
        return host_name(name.decode("ascii"))
    except (Invalid, UnicodeDecodeError) as problem:
        raise HelloRefused(Reason.NO_SERVER_NAME) from problem
