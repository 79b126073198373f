"""Conversations between one client and one terminal, read as scripts."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.gate.commands import Ask, Close, ToClient, ToRuntime
from colonnade.gate.terminal_inspection import (
    ERASE_LINE,
    MAX_WAITING_CHARACTERS,
    TerminalInspection,
)

from .harness import word_verdict


@dataclass
class Typing:
    """Drives an inspection; `script` is what came out, in order."""

    inspection: TerminalInspection = field(default_factory=TerminalInspection)
    asks: list[Ask] = field(default_factory=list[Ask])
    script: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    closed: Close | None = None

    def types(self, text: str) -> None:
        self.sends(json.dumps(["stdin", text]))

    def sends(self, frame: str | bytes) -> None:
        self.do(self.inspection.client_sent(frame))

    def answer(self) -> None:
        ask = self.asks.pop(0)
        self.do(self.inspection.judged([word_verdict(part.source) for part in ask.parts]))

    def do(self, commands: Any) -> None:
        for command in commands:
            match command:
                case ToRuntime(frame):
                    self.script.append(("runtime", json.loads(frame)))
                case ToClient(frame):
                    self.script.append(("client", json.loads(frame)))
                case Ask():
                    self.asks.append(command)
                case Close():
                    self.closed = command
                case _:
                    pass

    def typed(self) -> str:
        return "".join(m[1] for to, m in self.script if to == "runtime" and m[0] == "stdin")


@pytest.fixture
def typing() -> Typing:
    return Typing()


def test_keys_are_passed_on_and_return_waits(typing: Typing) -> None:
    typing.types("ls")
    typing.types("\r")
    assert typing.typed() == "ls"
    assert typing.asks[0].parts[0].source == "ls"
    assert typing.asks[0].parts[0].channel == "terminal"
    typing.answer()
    assert typing.typed() == "ls\r"


def test_a_refused_line_is_erased_and_the_notice_shown(typing: Typing) -> None:
    typing.types("EVIL\r")
    typing.answer()
    assert typing.typed() == "EVIL" + ERASE_LINE
    assert typing.script[-1] == (
        "client",
        ["stdout", "\r\nClause 1, rule EVIL\r\nline 1: here\r\n"],
    )


def test_what_follows_a_refused_line_is_dropped(typing: Typing) -> None:
    typing.types("one\rEVIL\rthree\r")
    typing.answer()
    typing.answer()
    assert typing.typed() == "one\rEVIL" + ERASE_LINE
    assert typing.asks == []


def test_a_notice_is_shown_and_the_line_runs(typing: Typing) -> None:
    typing.types("NOTE\r")
    typing.answer()
    assert typing.typed() == "NOTE\r"
    assert typing.script[-1][0] == "client"


def test_what_is_typed_meanwhile_waits_in_order(typing: Typing) -> None:
    typing.types("one\r")
    typing.types("two\r")
    assert typing.typed() == "one"
    typing.answer()
    typing.answer()
    assert typing.typed() == "one\rtwo\r"


def test_an_interrupt_does_not_wait(typing: Typing) -> None:
    typing.types("one\r")
    typing.types("two\r\x03")
    assert typing.typed() == "one\x03"
    typing.answer()
    assert typing.typed() == "one\x03\r"
    assert typing.asks == []


def test_a_paste_of_several_lines_is_judged_before_any_of_it_arrives(typing: Typing) -> None:
    typing.types("\x1b[200~cd x\rEVIL\r\x1b[201~")
    assert typing.typed() == ""
    typing.answer()
    assert typing.typed() == ERASE_LINE


def test_a_paste_without_an_end_is_dropped_when_too_long(typing: Typing) -> None:
    typing.types("\x1b[200~" + "x" * MAX_WAITING_CHARACTERS)
    assert "too long" in typing.script[-1][1][1]
    typing.types("ls")
    assert typing.typed() == "ls"


def test_sizes_pass(typing: Typing) -> None:
    typing.sends('["set_size", 24, 80, 400.5, 600]')
    assert typing.script == [("runtime", ["set_size", 24, 80, 400.5, 600])]


@pytest.mark.parametrize("frame", ['["disconnect", 1]', '["setup", {}]', '["x"]'])
def test_other_messages_go_no_further(typing: Typing, frame: str) -> None:
    typing.sends(frame)
    assert typing.script == []
    assert typing.closed is None


@pytest.mark.parametrize(
    "frame",
    [
        b"x",
        "",
        "{}",
        "[]",
        "[1]",
        '["stdin"]',
        '["stdin", 1]',
        '["stdin", "a", "b"]',
        '["set_size", "a", 1]',
        '["set_size", 1e9, 1]',
        "[" * 100_000,
    ],
)
def test_malformed_frames_close_with_a_reason(typing: Typing, frame: str | bytes) -> None:
    typing.sends(frame)
    assert typing.closed is not None
    assert typing.script == []


@given(st.binary() | st.text())
def test_any_frame_is_survived(frame: str | bytes) -> None:
    Typing().sends(frame)


def test_reading_stops_when_too_much_waits(typing: Typing) -> None:
    typing.types("one\r")
    assert not typing.inspection.full
    typing.types("x" * MAX_WAITING_CHARACTERS)
    assert typing.inspection.full


def test_words_of_the_platform_stand_where_the_output_is() -> None:
    typing = Typing()
    typing.do(typing.inspection.told("Not\nconnected."))
    assert typing.script == [("client", ["stdout", "\r\nNot\r\nconnected.\r\n"])]
