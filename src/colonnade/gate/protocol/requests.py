"""What a client may send to a kernel: an allow-list by channel and type, refused by default.

Each entry says which fields its content may have and of which type; other fields are dropped, so
that a kernel never reads what the gate does not know. What runs code was tried message by message
(see docs/explanation/gate.md). To let a new message through: add an entry, and a script in
`tests/gate/test_inspection.py` that shows what a hostile form of it does.

Not on the list on purpose: `execute_request` on the control channel (would overtake what is being
judged), subshells (parallel execution), `debug_request` (evaluates expressions, writes files),
`usage_request` and `connect_request` (tell about the host and its ports), `shutdown_request` (the
REST API does that, and keeps the books).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, cast

from colonnade.gate.protocol.errors import NotAllowed
from colonnade.gate.protocol.json_text import Object
from colonnade.gate.protocol.message import Message

MAX_EXPRESSIONS = 64
_HEADER_FIELDS = ("msg_id", "msg_type", "session", "username", "date", "version")
_VERSION = re.compile(r"5\.[0-9]{1,3}")


class Treatment(Enum):
    """What becomes of an allowed message."""

    FORWARD = "forward"
    JUDGE = "judge"
    ANSWER = "answer"
    """The gate answers in the kernel's place."""


@dataclass(frozen=True)
class Entry:
    """One line of the allow-list: the treatment, and the content's fields, `!` marking required."""

    treatment: Treatment
    fields: dict[str, Callable[[Any], bool]]
    required: frozenset[str] = frozenset()


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and _encodes(value)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_text_list(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, cast("list[Any]", value)))


def _is_expressions(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    expressions = cast(Object, value)
    return len(expressions) <= MAX_EXPRESSIONS and all(map(_is_text, expressions.values()))


def _encodes(text: str) -> bool:
    # A lone surrogate is no text that a kernel could run, nor one that a judge could read.
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


_COMM = {"comm_id": _is_text, "data": _is_object}

ALLOWED: dict[tuple[str, str], Entry] = {
    ("shell", "execute_request"): Entry(
        Treatment.JUDGE,
        {
            "code": _is_text,
            "silent": _is_flag,
            "store_history": _is_flag,
            "user_expressions": _is_expressions,
            "allow_stdin": _is_flag,
            "stop_on_error": _is_flag,
        },
        frozenset({"code"}),
    ),
    ("shell", "comm_open"): Entry(
        Treatment.JUDGE, {**_COMM, "target_name": _is_text}, frozenset({"comm_id", "target_name"})
    ),
    ("shell", "comm_msg"): Entry(Treatment.JUDGE, _COMM, frozenset({"comm_id"})),
    ("shell", "comm_close"): Entry(Treatment.JUDGE, _COMM, frozenset({"comm_id"})),
    ("stdin", "input_reply"): Entry(
        Treatment.JUDGE, {"value": _is_text, "status": _is_text}, frozenset({"value"})
    ),
    ("shell", "complete_request"): Entry(
        Treatment.FORWARD,
        {"code": _is_text, "cursor_pos": _is_number},
        frozenset({"code", "cursor_pos"}),
    ),
    ("shell", "inspect_request"): Entry(
        Treatment.FORWARD,
        {
            "code": _is_text,
            "cursor_pos": _is_number,
            "detail_level": _is_number,
            "omit_sections": _is_text_list,
        },
        frozenset({"code", "cursor_pos"}),
    ),
    ("shell", "is_complete_request"): Entry(
        Treatment.FORWARD, {"code": _is_text}, frozenset({"code"})
    ),
    ("shell", "comm_info_request"): Entry(Treatment.FORWARD, {"target_name": _is_text}),
    ("shell", "kernel_info_request"): Entry(Treatment.FORWARD, {}),
    ("control", "kernel_info_request"): Entry(Treatment.FORWARD, {}),
    ("control", "interrupt_request"): Entry(Treatment.FORWARD, {}),
    ("shell", "history_request"): Entry(Treatment.ANSWER, {}),
}


def admit(message: Message) -> tuple[Entry, Message]:
    """The allow-list's entry for `message`, and the message in its allowed form.

    Raises NotAllowed, whose words are for the person, when there is no entry, when it addresses a
    subshell, or when a field has another type than the entry says.
    """
    entry = ALLOWED.get((message.channel, message.msg_type))
    if entry is None:
        raise NotAllowed(
            "Colonnade does not pass this kind of message on to a kernel.",
            "Interrupt, restart and shut down through the REST API; debuggers and subshells are "
            "not available.",
        )
    header = _allowed_header(message.header)
    content = _allowed_content(entry, message.content)
    return entry, replace(message, header=header, content=content)


def _allowed_header(header: Object) -> Object:
    if header.get("subshell_id") is not None:
        raise NotAllowed("Subshells are not available.", "Send the message without a subshell_id.")
    allowed = {key: header[key] for key in _HEADER_FIELDS if key in header}
    if not _is_text(allowed.get("date")):
        # Gateway clients send a number, which kernels do not read; they fill in an absent date.
        allowed.pop("date", None)
    if not all(map(_is_text, allowed.values())):
        raise NotAllowed("The message's header is not in the protocol's form.")
    # The kernel rewrites what claims to be older than version 5, or claims nothing; that rewriting
    # turns fields that nobody judged into expressions that run.
    if not _VERSION.fullmatch(allowed.setdefault("version", "5.0")):
        raise NotAllowed("Only version 5 of the messaging protocol is spoken here.")
    return allowed


def _allowed_content(entry: Entry, content: Object) -> Object:
    missing = entry.required - content.keys()
    allowed = {key: content[key] for key in entry.fields if content.get(key) is not None}
    wrong = [key for key, value in allowed.items() if not entry.fields[key](value)]
    if missing or wrong or not entry.required <= allowed.keys():
        raise NotAllowed(
            "The message's content is not in the protocol's form.",
            f"Look at: {', '.join(sorted({*missing, *wrong})) or 'null values'}.",
        )
    return allowed
