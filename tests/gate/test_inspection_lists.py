"""What may pass at all: lists of messages and headers, and forms that a frame must have."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.gate.inspection import Inspection
from colonnade.gate.protocol.message import Message
from colonnade.gate.protocol.requests import ALLOWED
from colonnade.gate.protocol.wire import form_of

from .conversation import FORM, Conversation
from .harness import V1, request_header
from .protocol.strategies import messages

NOT_ALLOWED = [
    ("control", "execute_request"),
    ("stdin", "execute_request"),
    ("iopub", "execute_request"),
    ("control", "complete_request"),
    ("control", "comm_msg"),
    ("control", "create_subshell_request"),
    ("control", "delete_subshell_request"),
    ("control", "list_subshell_request"),
    ("control", "debug_request"),
    ("control", "usage_request"),
    ("control", "shutdown_request"),
    ("shell", "shutdown_request"),
    ("shell", "connect_request"),
    ("shell", "usage_request"),
    ("shell", "input_reply"),
    ("shell", "interrupt_request"),
    ("shell", "object_info_request"),
    ("shell", "apply_request"),
    ("shell", "clear_request"),
    ("shell", "abort_request"),
    ("shell", "status"),
]


@pytest.mark.parametrize(("channel", "msg_type"), NOT_ALLOWED)
def test_what_is_not_on_the_list_is_answered_and_goes_no_further(
    talk: Conversation, channel: str, msg_type: str
) -> None:
    msg_id = talk.client(channel, msg_type, {"code": "1", "value": "1", "command": "evaluate"})
    assert talk.to_runtime == []
    assert talk.asks == []
    assert talk.notes[0].outcome == "not-allowed"
    states = talk.replies(msg_id)
    assert states[0] == "busy"
    assert states[-1] == "idle"
    if msg_type.endswith("_request"):
        assert states[1] == msg_type.removesuffix("_request") + "_reply"
        assert talk.to_client[1].content["status"] == "error"


@given(messages())
def test_no_message_is_forwarded_that_is_not_on_the_list(message: Message) -> None:
    talk = Conversation()
    talk.do(talk.inspection.client_sent(FORM.serialise(message)))
    if (message.channel, message.msg_type) not in ALLOWED:
        assert talk.to_runtime == []
        assert talk.asks == []


@given(st.binary() | st.text(), st.sampled_from([None, V1]))
def test_any_frame_is_answered_or_closes_the_socket(
    frame: str | bytes, subprotocol: str | None
) -> None:
    commands = list(Inspection(form_of(subprotocol)).client_sent(frame))
    assert commands
    list(Inspection(form_of(subprotocol)).runtime_sent(frame))


@pytest.mark.parametrize("header", [{"subshell_id": "x"}, {"version": "4.1"}, {"version": 5}])
def test_a_header_that_changes_the_meaning_is_refused(
    talk: Conversation, header: dict[str, object]
) -> None:
    talk.client("shell", "execute_request", {"code": "1"}, header=header)
    assert talk.to_runtime == []
    assert talk.notes[0].outcome == "not-allowed"


def test_a_missing_version_is_filled_in_so_that_no_kernel_adapts_it(talk: Conversation) -> None:
    message = Message("shell", {"msg_id": "1", "msg_type": "kernel_info_request"}, {}, {}, {})
    talk.do(talk.inspection.client_sent(FORM.serialise(message)))
    assert talk.to_runtime[0].header["version"] == "5.0"


def test_a_date_that_is_a_number_is_left_out(talk: Conversation) -> None:
    talk.client("shell", "kernel_info_request", header={"date": 1.5})
    assert "date" not in talk.to_runtime[0].header


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"code": None},
        {"code": ["print(1)"]},
        {"code": "1", "silent": "no"},
        {"code": "1", "user_expressions": ["1"]},
        {"code": "1", "user_expressions": {"a": ["1"]}},
        {"code": "1", "user_expressions": {str(i): "1" for i in range(100)}},
        {"code": "x = '\ud800'"},
    ],
)
def test_content_of_another_form_is_refused(talk: Conversation, content: dict[str, Any]) -> None:
    msg_id = talk.client("shell", "execute_request", content)
    assert talk.to_runtime == []
    assert talk.asks == []
    assert talk.replies(msg_id) == ["busy", "execute_reply", "idle"]


def test_fields_that_the_gate_does_not_know_are_dropped(talk: Conversation) -> None:
    talk.cell("1", user_variables=["evil()"])
    talk.client("shell", "comm_open", {"comm_id": "c", "target_name": "t", "target_module": "os"})
    talk.client("shell", "inspect_request", {"code": "x", "cursor_pos": 1, "eval": "evil()"})
    talk.answer()
    assert [sorted(set(m.content) & {"user_variables", "target_module", "eval"}) for m in
            talk.to_runtime] == [[], [], []]  # fmt: skip


def test_history_is_empty(talk: Conversation) -> None:
    msg_id = talk.client("shell", "history_request", {"hist_access_type": "tail", "n": 9})
    assert talk.replies(msg_id) == ["busy", "history_reply", "idle"]
    assert talk.to_client[1].content == {"status": "ok", "history": []}
    assert talk.to_runtime == []


def test_features_that_are_refused_are_not_promised(talk: Conversation) -> None:
    features = ["debugger", "kernel subshells", "x", ["odd"]]
    talk.runtime("shell", "kernel_info_reply", "1", {"supported_features": features})
    assert talk.to_client[0].content == {"supported_features": ["x"], "debugger": False}


def test_output_is_not_parsed(talk: Conversation) -> None:
    frame = FORM.serialise(Message("iopub", request_header("stream"), {}, {}, {"text": "x"}))
    assert not talk.inspection.concerns(frame)


def test_a_malformed_frame_closes_with_a_reason(talk: Conversation) -> None:
    talk.do(talk.inspection.client_sent(b"\xff" * 8))
    assert talk.closed is not None
    assert talk.closed.code == 1002
    assert talk.notes[0].outcome == "malformed"


def test_a_bad_part_is_answered_where_the_header_could_be_read(talk: Conversation) -> None:
    bomb = FORM.serialise(
        Message("shell", request_header("execute_request"), {}, {}, {"code": "A" * 400})
    ).replace(b'{"code":"' + b"A" * 400 + b'"}', b"[" * 411)
    talk.do(talk.inspection.client_sent(bomb))
    assert talk.closed is None
    assert [m.msg_type for m in talk.to_client] == ["status", "execute_reply", "status"]
