"""Links that let a browser fetch one thing from the content origin, for a minute.

The content origin sees no cookie, so the link itself is the permission: what it is for, whose, at
which path and until when, signed with a key that only this data folder knows.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from pydantic_core import from_json, to_json

from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.errors import NotFound

PREFIX = "/content/"
LIFE_SECONDS = 60
"""The longest that a capability link lives (facts/collaboration.md, 'Trust')."""
KEY_BYTES = 32

FILE = "file"


@dataclass(frozen=True, slots=True)
class Capability:
    """What a link permits.

    Attributes:
        purpose: `FILE`, or the name of another handler of the content application.
        person_id: whose thing it is.
        path: canonical path in their contents.
        attachment: whether the browser is to save it rather than show it.
    """

    purpose: str
    person_id: str
    path: str
    attachment: bool = False


def read_or_make_key(file: Path) -> bytes:
    """The key in `file`, made at first start, readable only by us. Raises OSError."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return file.read_bytes()
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(secrets.token_bytes(KEY_BYTES))
        opened.flush()
        os.fsync(opened.fileno())
    return file.read_bytes()


class ContentLinks:
    """Makes and reads links to the content origin.

    Args:
        key: at least `KEY_BYTES` random bytes. Raises ValueError for a shorter one.
        origin: address of the content origin, without a slash at its end.
    """

    def __init__(self, key: bytes, origin: str, clock: Clock = utcnow) -> None:
        if len(key) < KEY_BYTES:
            raise ValueError("the key of content links is too short")
        self._key = key
        self._origin = origin
        self._clock = clock

    def address(self, capability: Capability, file_name: str) -> str:
        """The link; `file_name` is only for the person's eyes and for saving."""
        expires = int(self._clock().timestamp()) + LIFE_SECONDS
        payload = to_json([expires, *astuple(capability)])
        token = f"{_text(payload)}.{_text(self._signature(payload))}"
        return f"{self._origin}{PREFIX}{token}/{quote(file_name, safe='')}"

    def read(self, token: str) -> Capability:
        """What `token` permits now. Raises NotFound when it is forged, malformed or over."""
        try:
            encoded, _, signature = token.partition(".")
            payload = _bytes(encoded)
            if not hmac.compare_digest(self._signature(payload), _bytes(signature)):
                raise _over()
        except (binascii.Error, ValueError) as problem:
            raise _over() from problem
        fields = cast("list[Any]", from_json(payload))
        if datetime.fromtimestamp(fields[0], self._clock().tzinfo) < self._clock():
            raise _over()
        return Capability(*fields[1:])

    def _signature(self, payload: bytes) -> bytes:
        return hmac.new(self._key, b"colonnade content link\0" + payload, hashlib.sha256).digest()


def _over() -> NotFound:
    return NotFound("This link is no longer valid.", "Open the file from its folder again.")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
