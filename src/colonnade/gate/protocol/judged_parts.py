"""What in a message a kernel might run, as texts to judge.

A comm carries data to callbacks in the kernel, which may run it. Its texts are judged, all keys and
values together, and so are buffers that are text; a single word or number is not, because it can
only choose among what was planted by code that was judged. Larger or binary buffers are data.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from colonnade.enforcement.verdict import Channel
from colonnade.gate.protocol.message import Message

MAX_TEXT_BUFFER_BYTES = 1 << 20
_WORD = re.compile(r"[\w.:+-]{0,64}", re.ASCII)


@dataclass(frozen=True)
class Part:
    """One text to judge: the way it is asked, exactly what would run, and the cell's id or ''."""

    channel: Channel
    source: str
    cell_id: str = ""


def parts_of(message: Message) -> tuple[Part, ...]:
    """The texts of an admitted message that must be judged before it is forwarded; often none."""
    content = message.content
    if message.msg_type == "execute_request":
        return tuple(_execute_parts(message))
    if message.msg_type == "input_reply":
        return _unless_word("input", content["value"])
    if message.msg_type in {"comm_open", "comm_msg", "comm_close"}:
        texts = [*_texts_in(content.get("data", {})), *_buffer_texts(message.buffers)]
        return _unless_word("comm", "\n".join(text for text in texts if not _WORD.fullmatch(text)))
    return ()


def _execute_parts(message: Message) -> Iterator[Part]:
    cell_id = message.metadata.get("cellId")
    where = cell_id if isinstance(cell_id, str) else ""
    if message.content["code"].strip():
        yield Part("cell", message.content["code"], where)
    expressions = message.content.get("user_expressions", {}).values()
    if expressions:
        yield Part("user-expression", "\n".join(expressions), where)


def _unless_word(channel: Channel, text: str) -> tuple[Part, ...]:
    return () if _WORD.fullmatch(text) else (Part(channel, text),)


def _texts_in(value: Any) -> Iterator[str]:
    """Every text in a JSON value, keys included; the parser has bounded its depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, member in cast("dict[str, Any]", value).items():
            yield key
            yield from _texts_in(member)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _texts_in(item)


def _buffer_texts(buffers: tuple[bytes, ...]) -> Iterator[str]:
    for buffer in buffers:
        if len(buffer) <= MAX_TEXT_BUFFER_BYTES and b"\0" not in buffer:
            try:
                yield buffer.decode("utf-8")
            except UnicodeDecodeError:
                continue
