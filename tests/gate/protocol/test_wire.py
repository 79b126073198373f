"""Both wire forms: nothing is lost, and no bytes raise anything but the one typed error."""

import json
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.gate.protocol.default_form import DefaultForm
from colonnade.gate.protocol.errors import ProtocolError
from colonnade.gate.protocol.message import MAX_BUFFERS, MAX_MESSAGE_BYTES, Message
from colonnade.gate.protocol.v1_form import SUBPROTOCOL, V1Form
from colonnade.gate.protocol.wire import WireForm, form_of

from .strategies import messages

FORMS = [DefaultForm(), V1Form()]
HEADER = {"msg_id": "1", "msg_type": "execute_request"}
CELL = Message("shell", HEADER, {}, {}, {"code": "1"})


def damaged(frame: bytes, at: int, byte: int) -> bytes:
    return frame[: at % len(frame)] + bytes([byte]) + frame[at % len(frame) + 1 :]


def survives(form: WireForm, frame: str | bytes) -> None:
    form.peek(frame)
    with suppress(ProtocolError):
        form.parse(frame)


@pytest.mark.parametrize("form", FORMS)
@given(messages())
def test_what_was_written_reads_as_the_same_message(form: WireForm, message: Message) -> None:
    assert form.parse(form.serialise(message)) == message


@pytest.mark.parametrize("form", FORMS)
@given(st.binary() | st.text())
def test_any_frame_is_a_message_or_a_protocol_error(form: WireForm, frame: str | bytes) -> None:
    survives(form, frame)


@pytest.mark.parametrize("form", FORMS)
@given(messages(), st.integers(0), st.integers(0, 255), st.integers(0, 200))
def test_any_damage_is_a_message_or_a_protocol_error(
    form: WireForm, message: Message, at: int, byte: int, cut: int
) -> None:
    frame = form.serialise(message)
    raw = frame.encode("utf-8") if isinstance(frame, str) else frame
    survives(form, damaged(raw, at, byte))
    survives(form, raw[:-cut])


def test_the_agreed_subprotocol_chooses_the_form() -> None:
    assert isinstance(form_of(SUBPROTOCOL), V1Form)
    assert isinstance(form_of(None), DefaultForm)


def test_peeking_copies_no_header_without_end() -> None:
    words = struct.pack("<7Q", 6, 56, 61, 1 << 40, 1 << 40, 1 << 40, 1 << 40)
    channel, header = V1Form().peek(words + b"iopub" + b"x" * (1 << 20))
    assert channel == "iopub"
    assert 0 < len(header) <= 4096


def test_peeking_shows_channel_and_type_without_parsing() -> None:
    channel, header = V1Form().peek(V1Form().serialise(CELL))
    assert channel == "shell"
    assert b"execute_request" in header
    assert b"execute_request" in DefaultForm().peek(DefaultForm().serialise(CELL))[1]


def v1(*words: int, tail: bytes = b"") -> bytes:
    return struct.pack(f"<{len(words)}Q", *words) + tail


GOOD_V1 = V1Form().serialise(CELL)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xff" * 8,
        v1(2**63, 0),
        v1(0),
        v1(5, *[48] * 5),
        v1(6, *[0] * 6),
        v1(6, *[56] * 5, 10**9),
        v1(6, 56, 70, 60, 80, 90, 95, tail=b"x" * 40),
        v1(MAX_BUFFERS + 7, *[8] * (MAX_BUFFERS + 7)),
        GOOD_V1 + b"beyond",
        GOOD_V1[:-1],
        GOOD_V1.replace(b"shell", b"shelf"),
    ],
)
def test_v1_offsets_are_counted_ordered_and_bounded(frame: bytes) -> None:
    with pytest.raises(ProtocolError):
        V1Form().parse(frame)


def test_the_v1_form_takes_no_text() -> None:
    with pytest.raises(ProtocolError) as caught:
        V1Form().parse("{}")
    assert caught.value.close_code == 1003


def test_a_v1_message_with_a_bad_part_can_still_be_answered() -> None:
    message = Message("shell", HEADER, {}, {}, {"code": "A" * 10})
    frame = V1Form().serialise(message).replace(b"AAAAAAAAAA", b"\xff" * 10)
    with pytest.raises(ProtocolError) as caught:
        V1Form().parse(frame)
    assert (caught.value.channel, caught.value.header) == ("shell", HEADER)


def binary(*words: int, tail: bytes = b"") -> bytes:
    return struct.pack(f"!{len(words)}I", *words) + tail


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xff" * 4,
        binary(0),
        binary(1, 0),
        binary(1, 9),
        binary(2, 12, 10, tail=b"{}"),
        binary(2, 12, 2**31, tail=b"{}"),
        binary(MAX_BUFFERS + 2, *[4 * (MAX_BUFFERS + 3)] * (MAX_BUFFERS + 2)),
    ],
)
def test_default_offsets_are_counted_ordered_and_bounded(frame: bytes) -> None:
    with pytest.raises(ProtocolError):
        DefaultForm().parse(frame)


def members(**changed: object) -> str:
    whole = {
        "header": HEADER,
        "parent_header": {},
        "metadata": {},
        "content": {},
        "channel": "shell",
    }
    return json.dumps({k: v for k, v in (whole | changed).items() if v != "absent"})


@pytest.mark.parametrize(
    "frame",
    [
        "[]",
        "null",
        "{}",
        members(channel="heartbeat"),
        members(channel=["shell"]),
        members(header="absent"),
        members(header={"msg_id": "1"}),
        members(header={"msg_id": 1, "msg_type": "x"}),
        members(header={"msg_id": "i" * 257, "msg_type": "x"}),
        members(content=[]),
        members(metadata="x"),
        members(msg_type="kernel_info_request"),
        members(msg_id="2"),
        members(buffers=["x"]),
        members()[:-1] + ', "channel": "control"}',
        members(header={"msg_id": "1", "msg_type": "x\ud800"}).replace("\\ud800", "\ud800"),
    ],
)
def test_default_messages_have_one_meaning(frame: str) -> None:
    with pytest.raises(ProtocolError):
        DefaultForm().parse(frame)


def test_a_message_without_a_channel_is_for_the_shell() -> None:
    assert DefaultForm().parse(members(channel="absent")).channel == "shell"


def test_an_enormous_frame_is_refused_before_it_is_read() -> None:
    for form in FORMS:
        with pytest.raises(ProtocolError) as caught:
            form.parse(b"\0" * (MAX_MESSAGE_BYTES + 1))
        assert caught.value.close_code == 1009
