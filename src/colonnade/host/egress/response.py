"""The head of an origin's response: hostile until read, and written anew for the runtime."""

import re
from dataclasses import dataclass

from colonnade.host.egress.fields import (
    Field,
    Framing,
    Malformed,
    end_to_end,
    framing,
    split_head,
    write_head,
)

_LINE = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: ([\t\x20-\x7e\x80-\xff]{0,256}))?")
_WITHOUT_BODY = frozenset({204, 304})


@dataclass(frozen=True)
class Response:
    """A final or interim response's head."""

    status: int
    phrase: bytes
    fields: tuple[Field, ...]
    body: Framing

    @property
    def interim(self) -> bool:
        """Whether another head follows (RFC 9110, section 15.2)."""
        return self.status < 200

    def has_body(self, method: str) -> bool:
        """Whether a body follows in answer to `method`."""
        return method != "HEAD" and self.status not in _WITHOUT_BODY

    def to_client(self) -> bytes:
        """The head that the runtime gets."""
        first = b"HTTP/1.1 %d %b" % (self.status, self.phrase)
        return write_head(first, self.fields, self.body)


def read_response(head: bytes) -> Response:
    """The response whose head this is. Raises Malformed."""
    first, fields = split_head(head)
    line = _LINE.fullmatch(first)
    if line is None or line[1] == b"101":
        raise Malformed("The status line is malformed.")
    return Response(int(line[1]), line[2] or b"", end_to_end(fields), framing(fields))


def own_answer(status: int, phrase: str, text: str = "") -> bytes:
    """An answer of the proxy's own. `phrase` is what most clients show, so it says why."""
    body = f"{text or phrase}\n".encode()
    plain = "".join(c if " " <= c <= "~" else "?" for c in phrase)[:200]
    kind = (b"content-type", b"text/plain; charset=utf-8")
    return write_head(f"HTTP/1.1 {status} {plain}".encode(), (kind,), Framing(len(body))) + body
