"""Which cells, inputs and comms are judged, and what becomes of them."""

import pytest

from colonnade.enforcement.verdict import Outcome, Verdict, digest
from colonnade.gate.commands import Note
from colonnade.gate.inspection import MAX_WAITING_MESSAGES

from .conversation import Conversation
from .harness import execute_content, word_verdict


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
