"""One packet of a kernel's hook, read without trust: anybody in the runtime can send any bytes.

The form is described in `host/inside/colonnade_teller.py`.
"""

import json
from dataclasses import dataclass
from typing import Any, cast

MAX_PACKET_BYTES = 80 << 10
"""A text of 64 KiB with its head; what is longer is cut by the system."""
MAX_HEAD_BYTES = 1024
MAX_COUNT = 1 << 53
ORIGINS = frozenset({"computed", "code", "literal", "module", "command"})
URGENT = frozenset({"computed", "code"})
"""Origins that no sensor but this one sees: made at run time, from nothing that can be read."""
LANGUAGES = frozenset({"python", "shell"})


@dataclass(frozen=True, slots=True)
class Text:
    """Text that a kernel says it runs: `source` as it came, at most `MAX_PACKET_BYTES`."""

    origin: str
    language: str
    source: bytes


@dataclass(frozen=True, slots=True)
class Pulse:
    """The hook lives; `dropped` is how many texts it had no room for so far."""

    dropped: int


def read(packet: bytes) -> Text | Pulse | None:
    """What a packet says, None when it is in no known form. Never raises."""
    line, _, source = packet.partition(b"\n")
    head = _head(line)
    if head.get("kind") == "pulse":
        dropped: object = head.get("dropped")
        if isinstance(dropped, int) and 0 <= dropped <= MAX_COUNT:
            return Pulse(int(dropped))
        return None
    origin, language = head.get("origin"), head.get("language")
    if head.get("kind") != "text" or not isinstance(origin, str) or not isinstance(language, str):
        return None
    if origin not in ORIGINS or language not in LANGUAGES or not source.strip():
        return None
    return Text(origin, language, source)


def _head(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_HEAD_BYTES:
        return {}
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", head) if isinstance(head, dict) else {}
