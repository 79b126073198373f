"""Conversations between one client and one kernel, read as scripts: events in, commands out."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.enforcement.verdict import Outcome, Verdict, digest
from colonnade.gate.commands import Ask, Close, Command, Note, ToClient, ToRuntime
from colonnade.gate.inspection import MAX_WAITING_MESSAGES, Inspection
from colonnade.gate.protocol.message import Message
from colonnade.gate.protocol.requests import ALLOWED
from colonnade.gate.protocol.v1_form import V1Form
from colonnade.gate.protocol.wire import form_of

from .harness import V1, execute_content, request_header, word_verdict
from .protocol.strategies import messages

FORM = V1Form()


@dataclass
class Conversation:
    """Drives an inspection; verdicts are `word_verdict`'s, given when `answer` is called."""

    inspection: Inspection = field(default_factory=lambda: Inspection(FORM))
    asks: list[Ask] = field(default_factory=list[Ask])
    to_runtime: list[Message] = field(default_factory=list[Message])
    to_client: list[Message] = field(default_factory=list[Message])
    closed: Close | None = None
    notes: list[Note] = field(default_factory=list[Note])

    def client(self, channel: str, msg_type: str, content: Any = None, **more: Any) -> str:
        header = request_header(msg_type) | more.pop("header", {})
        message = Message(channel, header, {}, more.pop("metadata", {}), content or {}, **more)
        self.do(self.inspection.client_sent(FORM.serialise(message)))
        return header["msg_id"]

    def cell(self, code: str, **content: object) -> str:
        return self.client("shell", "execute_request", execute_content(code) | content)

    def runtime(self, channel: str, msg_type: str, parent: str, content: Any = None) -> None:
        header = request_header(msg_type)
        message = Message(channel, header, {"msg_id": parent}, {}, content or {})
        frame = FORM.serialise(message)
        if self.inspection.concerns(frame):
            self.do(self.inspection.runtime_sent(frame))
        else:
            self.to_client.append(message)

    def answer(self, *verdicts: Verdict) -> None:
        """Answer the open question with `verdicts`, or as `word_verdict` does."""
        ask = self.asks.pop(0)
        given = verdicts or [word_verdict(part.source) for part in ask.parts]
        self.do(self.inspection.judged(given))

    def do(self, commands: Any) -> None:
        for command in commands:
            self.note(command)

    def note(self, command: Command) -> None:
        match command:
            case ToRuntime(frame):
                self.to_runtime.append(FORM.parse(frame))
            case ToClient(frame):
                self.to_client.append(FORM.parse(frame))
            case Ask():
                self.asks.append(command)
            case Close():
                self.closed = command
            case Note():
                self.notes.append(command)

    def replies(self, msg_id: str) -> list[str]:
        mine = [m for m in self.to_client if m.parent_header.get("msg_id") == msg_id]
        return [m.content.get("execution_state", m.msg_type) for m in mine]


@pytest.fixture
def talk() -> Conversation:
    return Conversation()


def test_a_cell_waits_for_its_verdict_and_goes_on_unchanged(talk: Conversation) -> None:
    talk.cell("1 + 1")
    assert talk.to_runtime == []
    assert [part.source for part in talk.asks[0].parts] == ["1 + 1"]
    talk.answer()
    assert talk.to_runtime[0].content == execute_content("1 + 1")


def test_flags_of_an_allowed_cell_are_kept(talk: Conversation) -> None:
    talk.cell("1", silent=True, store_history=False, stop_on_error=False, allow_stdin=False)
    talk.answer()
    flags = ("silent", "store_history", "stop_on_error", "allow_stdin")
    assert [talk.to_runtime[0].content[flag] for flag in flags] == [True, False, False, False]


def test_later_messages_wait_and_keep_their_order(talk: Conversation) -> None:
    talk.cell("first")
    talk.client("shell", "complete_request", {"code": "x", "cursor_pos": 1})
    talk.cell("second")
    talk.answer()
    assert [m.msg_type for m in talk.to_runtime] == ["execute_request", "complete_request"]
    talk.answer()
    assert talk.to_runtime[2].content["code"] == "second"


@pytest.mark.parametrize(
    ("channel", "msg_type"),
    [
        ("control", "interrupt_request"),
        ("control", "kernel_info_request"),
        ("shell", "kernel_info_request"),
    ],
)
def test_some_messages_do_not_wait(talk: Conversation, channel: str, msg_type: str) -> None:
    talk.cell("judged for long")
    talk.client(channel, msg_type)
    assert [m.msg_type for m in talk.to_runtime] == [msg_type]


def test_a_refused_cell_is_replaced_by_one_that_raises(talk: Conversation) -> None:
    msg_id = talk.cell("EVIL", silent=True, stop_on_error=False, user_expressions={})
    talk.answer()
    [sent] = talk.to_runtime
    assert sent.msg_id == msg_id
    assert "EVIL here" not in sent.content["code"]
    assert sent.content["stop_on_error"] is True
    assert sent.content["silent"] is False
    with pytest.raises(Exception, match="Clause 1, rule EVIL") as caught:
        exec(sent.content["code"], {"type": 3, "str": 4})
    assert type(caught.value).__name__ == "RefusedByPolicy"
    traceback = caught.value._render_traceback_()  # pyright: ignore[reportAttributeAccessIssue]
    assert traceback == ["Clause 1, rule EVIL", "line 1: here"]


def test_a_held_cell_is_named_so(talk: Conversation) -> None:
    talk.cell("HOLD")
    talk.answer()
    assert "HeldByPolicy" in talk.to_runtime[0].content["code"]


def test_a_notice_is_shown_and_the_cell_runs(talk: Conversation) -> None:
    msg_id = talk.cell("NOTE")
    talk.answer()
    assert talk.to_runtime[0].content["code"] == "NOTE"
    [shown] = talk.to_client
    assert shown.parent_header["msg_id"] == msg_id
    assert shown.content == {"name": "stderr", "text": "Clause 1, rule NOTE\nline 1: here"}


def test_run_all_stops_at_a_refused_cell(talk: Conversation) -> None:
    talk.cell("sleep")
    refused, after, more = talk.cell("EVIL"), talk.cell("after"), talk.cell("more")
    talk.answer()
    talk.answer()
    assert len(talk.to_runtime) == 2
    assert talk.asks == [], "cells behind a refused one are not even judged"
    assert talk.replies(after) == []
    talk.runtime("shell", "execute_reply", refused, {"status": "error"})
    for msg_id in (after, more):
        assert talk.replies(msg_id) == ["busy", "execute_reply", "idle"]
    assert talk.to_client[-2].content == {"status": "aborted"}
    assert len(talk.to_runtime) == 2


def test_after_the_refusals_reply_cells_run_again(talk: Conversation) -> None:
    refused = talk.cell("EVIL")
    talk.answer()
    talk.runtime("shell", "execute_reply", refused, {"status": "error"})
    talk.cell("again")
    talk.answer()
    assert talk.to_runtime[-1].content["code"] == "again"


def test_other_replies_do_not_end_the_aborting(talk: Conversation) -> None:
    first = talk.cell("sleep")
    talk.answer()
    talk.cell("EVIL")
    talk.answer()
    after = talk.cell("after")
    talk.runtime("shell", "execute_reply", first, {"status": "ok"})
    assert talk.replies(after) == []


@pytest.mark.parametrize("state", ["starting", "restarting", "autorestarting", "dead"])
def test_a_replaced_kernel_ends_the_aborting(talk: Conversation, state: str) -> None:
    talk.cell("EVIL")
    talk.answer()
    after = talk.cell("after")
    talk.runtime("iopub", "status", "", {"execution_state": state})
    assert talk.replies(after) == ["busy", "execute_reply", "idle"]


def test_expressions_are_judged_beside_the_code(talk: Conversation) -> None:
    talk.cell("", user_expressions={"a": "1", "b": "EVIL"})
    [part] = talk.asks[0].parts
    assert (part.channel, part.source) == ("user-expression", "1\nEVIL")
    talk.answer()
    assert talk.to_runtime[0].content["user_expressions"] == {}


def test_the_cells_id_goes_to_the_judge(talk: Conversation) -> None:
    talk.client("shell", "execute_request", {"code": "1"}, metadata={"cellId": "c9"})
    assert talk.asks[0].parts[0].cell_id == "c9"


def test_an_empty_cell_is_not_judged(talk: Conversation) -> None:
    talk.cell(" \n")
    assert len(talk.to_runtime) == 1


@pytest.mark.parametrize("msg_type", ["comm_open", "comm_msg", "comm_close"])
def test_what_a_comm_carries_is_judged(talk: Conversation, msg_type: str) -> None:
    content = {"comm_id": "c", "target_name": "t", "data": {"a": [{"EVIL code": 1}]}}
    msg_id = talk.client("shell", msg_type, content)
    assert talk.asks[0].parts[0].channel == "comm"
    talk.answer()
    assert talk.to_runtime == []
    assert talk.replies(msg_id) == ["busy", "stream", "idle"]


def test_a_comms_buffers_are_judged_when_they_are_text(talk: Conversation) -> None:
    content = {"comm_id": "c", "data": {"value": 1}}
    talk.client("shell", "comm_msg", content, buffers=(b"EVIL code", b"\0\xff"))
    assert [part.source for part in talk.asks[0].parts] == ["EVIL code"]


def test_sliders_move_without_a_judge(talk: Conversation) -> None:
    data = {"method": "update", "state": {"value": 3.5, "layout": "IPY_MODEL_1"}}
    talk.client("shell", "comm_msg", {"comm_id": "c", "data": data})
    assert len(talk.to_runtime) == 1


def test_a_refused_input_ends_the_input_and_shows_why(talk: Conversation) -> None:
    cell = talk.cell("input()")
    talk.answer()
    talk.runtime("stdin", "input_request", cell, {"prompt": "", "password": False})
    talk.client("stdin", "input_reply", {"value": "EVIL code", "status": "ok"})
    talk.answer()
    assert talk.to_runtime[-1].content == {"status": "ok", "value": "\x04"}
    assert talk.replies(cell) == ["input_request", "stream"]


def test_a_plain_answer_to_input_is_not_judged(talk: Conversation) -> None:
    talk.client("stdin", "input_reply", {"value": "yes", "status": "ok"})
    assert talk.to_runtime[0].content["value"] == "yes"


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


def refusal() -> Verdict:
    return Verdict(Outcome.REFUSE, "n", "", digest("x"))


@pytest.mark.parametrize(
    "verdicts",
    [
        [Verdict(Outcome.ALLOW, "", "", digest("another text"))],
        [Verdict(Outcome.NOTICE, "n", "text", digest("another text"))],
        [refusal()],
    ],
)
def test_only_a_verdict_on_this_very_text_lets_it_through(
    talk: Conversation, verdicts: list[Verdict]
) -> None:
    talk.cell("this")
    talk.answer(*verdicts)
    assert "raise" in talk.to_runtime[0].content["code"]


def test_a_part_without_a_verdict_is_refused(talk: Conversation) -> None:
    talk.cell("this", user_expressions={"a": "that"})
    talk.answer(word_verdict("this"))
    assert "raise" in talk.to_runtime[0].content["code"]


def test_the_note_of_a_verdict_carries_its_hash(talk: Conversation) -> None:
    talk.cell("EVIL")
    talk.answer()
    assert talk.notes[-1] == Note("shell", "execute_request", "refuse", digest("EVIL"))


def test_reading_stops_when_too_much_waits(talk: Conversation) -> None:
    talk.cell("judged for long")
    for _ in range(MAX_WAITING_MESSAGES):
        assert not talk.inspection.full
        talk.cell("x")
    assert talk.inspection.full


def test_words_of_the_platform_stand_in_the_cell_that_runs(talk: Conversation) -> None:
    first, second = talk.cell("1"), talk.cell("2")
    talk.answer()
    talk.answer()
    talk.do(talk.inspection.told("Not connected."))
    assert talk.to_client[-1].content == {"name": "stderr", "text": "Not connected.\n"}
    assert talk.to_client[-1].parent_header["msg_id"] == first
    talk.runtime("shell", "execute_reply", first, {"status": "ok"})
    talk.do(talk.inspection.told("Again."))
    assert talk.to_client[-1].parent_header["msg_id"] == second
    talk.runtime("shell", "execute_reply", second, {"status": "ok"})
    shown = len(talk.to_client)
    talk.do(talk.inspection.told("Nobody runs anything."))
    assert len(talk.to_client) == shown
