"""The header fields of HTTP/1 as both requests and responses have them; strict, without I/O.

What two readers could understand differently is malformed: a bare CR or LF, a folded line, white
space before the colon, a control character, two lengths, a length beside a transfer coding.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from colonnade.kit.errors import Invalid

MAX_HEAD_BYTES = 32 << 10
MAX_FIELDS = 128
MAX_LENGTH_DIGITS = 15
END = b"\r\n\r\n"

Field = tuple[bytes, bytes]
"""Name in lower case, and value without white space around it."""

_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_DIGITS = re.compile(rb"[0-9]+")
_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"content-length",
        b"expect",
        b"host",
        b"http2-settings",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""RFC 9110, section 7.6.1, and what is written anew from what was understood."""


class Malformed(Invalid):
    """Bytes that are no HTTP/1 message, or one that can be read in two ways."""


@dataclass(frozen=True)
class Framing:
    """How long a body is: `length` bytes, or chunks, or (both unset) not said."""

    length: int | None = None
    chunked: bool = False


def split_head(head: bytes) -> tuple[bytes, tuple[Field, ...]]:
    """The first line and the fields of `head`, which ends with an empty line. Raises Malformed."""
    if len(head) > MAX_HEAD_BYTES:
        raise Malformed("The header is too long.")
    if not head.endswith(END) or head.count(b"\n") != head.count(b"\r\n"):
        raise Malformed("The header's lines do not end as they must.")
    first, *lines = head[: -len(END)].split(b"\r\n")
    if len(lines) > MAX_FIELDS:
        raise Malformed("The header has too many fields.")
    return first, tuple(_field(line) for line in lines)


def only(fields: Iterable[Field], name: bytes) -> bytes | None:
    """The value of a field that may stand once, or None. Raises Malformed for a second one."""
    values = [value for key, value in fields if key == name]
    if len(values) > 1:
        raise Malformed(f"The field {name.decode()} stands twice.")
    return values[0] if values else None


def framing(fields: tuple[Field, ...]) -> Framing:
    """How the body is framed. Raises Malformed for anything that is not said clearly once."""
    length, coding = only(fields, b"content-length"), only(fields, b"transfer-encoding")
    if coding is not None:
        if length is not None or coding.lower() != b"chunked":
            raise Malformed("The length of the body can be read in two ways.")
        return Framing(chunked=True)
    if length is None:
        return Framing()
    if not _DIGITS.fullmatch(length) or len(length) > MAX_LENGTH_DIGITS:
        raise Malformed("The length of the body is not a number.")
    return Framing(int(length))


def end_to_end(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields that are for the other end, without those that `Connection` names."""
    named = {
        token.strip().lower()
        for key, value in fields
        if key == b"connection"
        for token in value.split(b",")
    }
    return tuple(field for field in fields if field[0] not in _HOP_BY_HOP | named)


def write_head(first: bytes, fields: Iterable[Field], body: Framing) -> bytes:
    """A header of our own: one message a connection, its length as it was understood."""
    framed: list[Field] = [(b"connection", b"close")]
    if body.chunked:
        framed.append((b"transfer-encoding", b"chunked"))
    elif body.length is not None:
        framed.append((b"content-length", str(body.length).encode()))
    lines = (b"%b: %b" % field for field in (*fields, *framed))
    return b"\r\n".join((first, *lines)) + END


def _field(line: bytes) -> Field:
    name, colon, value = line.partition(b":")
    value = value.strip(b" \t")
    if not colon or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
        raise Malformed("A field of the header is malformed.")
    return name.lower(), value
