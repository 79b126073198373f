"""The head of a request to the proxy, read once; what goes on is written from what was read."""

import re
from dataclasses import dataclass, field

from colonnade.host.egress.fields import (
    Field,
    Framing,
    Malformed,
    end_to_end,
    framing,
    only,
    split_head,
    write_head,
)
from colonnade.kit.errors import Invalid
from colonnade.runtimes.egress.names import AddressGiven, host_and_port, host_name

HTTP_PORT = 80

_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}) ([\x21-\x7e]{1,16384}) HTTP/1\.([01])")
_ABSOLUTE = re.compile(r"http://([^/?#@]+)(/[^#]*|\?[^#]*)?", re.IGNORECASE)


class AddressAsked(Malformed):
    """The request is for an address; `target` is how it was written."""

    def __init__(self, target: str) -> None:
        super().__init__("The request is for an address, not for a name.")
        self.target = target


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes:
        tunnel: whether it is CONNECT; then only `host` and `port` mean something.
        path: path and query, for the request line to the origin.
        authority: host and port as the origin expects them in `Host`.
        fields: end-to-end fields, without Host and what frames the body.
        expects: whether the client waits for '100 Continue' before it sends the body.
    """

    method: str
    host: str
    port: int
    tunnel: bool = False
    path: str = "/"
    fields: tuple[Field, ...] = ()
    body: Framing = field(default_factory=lambda: Framing(0))
    expects: bool = False

    @property
    def authority(self) -> str:
        """`Host` of the request to the origin."""
        return self.host if self.port == HTTP_PORT else f"{self.host}:{self.port}"

    def to_origin(self) -> bytes:
        """The head that the origin gets."""
        first = f"{self.method} {self.path} HTTP/1.1".encode()
        host = (b"host", self.authority.encode())
        body = Framing() if self.body.length == 0 and self.method in _BODILESS else self.body
        return write_head(first, (host, *self.fields), body)


_BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "DELETE", "TRACE"})


def read_request(head: bytes) -> Request:
    """The request whose head this is. Raises Malformed, AddressAsked."""
    first, fields = split_head(head)
    line = _LINE.fullmatch(first)
    if line is None:
        raise Malformed("The request line is malformed.")
    method, target, minor = line[1].decode(), line[2].decode("ascii"), line[3]
    body, host_field = framing(fields), only(fields, b"host")
    if body.chunked and minor == b"0":
        raise Malformed("HTTP/1.0 has no chunks.")
    if host_field is None and minor == b"1" and method != "CONNECT":
        raise Malformed("The field host is missing.")
    if method == "CONNECT":
        if body.chunked or body.length:
            raise Malformed("CONNECT has no body.")
        host, port = _connect_target(target)
        _check_host(host_field, host, port, port)
        return Request(method, host, port, tunnel=True)
    host, port, path = _absolute_target(target)
    _check_host(host_field, host, port, HTTP_PORT)
    expects = only(fields, b"expect")
    return Request(
        method,
        host,
        port,
        path=path,
        fields=end_to_end(fields),
        body=body if body.chunked else Framing(body.length or 0),
        expects=expects is not None and expects.lower() == b"100-continue",
    )


def _connect_target(target: str) -> tuple[str, int]:
    try:
        return host_and_port(target)
    except AddressGiven as problem:
        raise AddressAsked(target) from problem
    except Invalid as problem:
        raise Malformed("CONNECT asks for a name and a port.") from problem


def _absolute_target(target: str) -> tuple[str, int, str]:
    parts = _ABSOLUTE.fullmatch(target)
    if parts is None:
        raise Malformed("The proxy takes http:// addresses, and CONNECT for everything else.")
    authority, path = parts[1], parts[2] or "/"
    host, port = _authority(authority, HTTP_PORT)
    return host, port, path if path.startswith("/") else f"/{path}"


def _check_host(field: bytes | None, host: str, port: int, default: int) -> None:
    """The field Host, where there is one, must say what the target says."""
    if field is None:
        return
    if _authority(field.decode("latin-1"), default) != (host, port):
        raise Malformed("The field host names another host than the request.")


def _authority(text: str, default: int) -> tuple[str, int]:
    try:
        if ":" in text and not text.startswith("["):
            return host_and_port(text)
        return host_name(text), default
    except AddressGiven as problem:
        raise AddressAsked(text) from problem
    except Invalid as problem:
        raise Malformed("The request names no host that can be.") from problem
