"""What the gate does with each message between one client and one terminal, without I/O.

terminado's protocol: JSON arrays; a client sends `["stdin", text]` and `["set_size", rows, columns,
…]`. A line is judged before its Return is passed on. A refused line is erased in the terminal, what
was typed or pasted behind it is dropped, and the notice is shown where the terminal's output is.
Courtesy, not the wall: what a script or an editor does afterwards is seen from outside the sandbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from colonnade.enforcement.verdict import Verdict
from colonnade.gate.commands import Ask, Close, Commands, Note, ToClient, ToRuntime, sum_up
from colonnade.gate.protocol.errors import ProtocolError
from colonnade.gate.protocol.json_text import read_array, write
from colonnade.gate.protocol.judged_parts import Part
from colonnade.gate.protocol.typed_line import TypedLine

MAX_WAITING_CHARACTERS = 1 << 20
ERASE_LINE = "\x05\x15"
"""Ctrl-E, Ctrl-U: to the end of the line, then erase it. Ctrl-C would also stop a program that was
started before, and with it somebody's work."""
_INTERRUPT = "\x03"
_MAX_SIZE = 10_000


@dataclass
class TerminalInspection:
    """The state between one client and one terminal."""

    _line: TypedLine = field(default_factory=TypedLine)
    _waiting: str = ""
    _asked: tuple[Part, str] | None = None

    @property
    def full(self) -> bool:
        """Whether so much waits that no more should be read from the client."""
        return self._asked is not None and len(self._waiting) >= MAX_WAITING_CHARACTERS

    def client_sent(self, frame: str | bytes) -> Commands:
        """What to do with a frame from the client."""
        try:
            kind, *rest = _read(frame)
        except ProtocolError as problem:
            yield Note("terminal", "", "malformed", reason=problem.message)
            yield Close(problem.close_code, problem.message)
            return
        if kind == "stdin":
            yield from self._typed(rest[0])
        elif kind == "set_size":
            yield ToRuntime(_array("set_size", *rest))
        else:
            yield Note("terminal", "other", "not-allowed")

    def judged(self, verdicts: Sequence[Verdict]) -> Commands:
        """What to do now that the line has its verdict."""
        assert self._asked is not None
        (part, held), self._asked = self._asked, None
        verdict = sum_up((part,), verdicts)
        yield Note("terminal", "line", verdict.outcome, verdict.sha256)
        if verdict.outcome.runs:
            yield ToRuntime(_array("stdin", held), activity=True)
        else:
            self._waiting = ""
            self._line.clear()
            yield ToRuntime(_array("stdin", ERASE_LINE))
        if verdict.text:
            yield ToClient(_array("stdout", _shown(verdict.text)))
        yield from self._advance()

    def told(self, text: str) -> Commands:
        """Show it where the terminal's output is."""
        yield ToClient(_array("stdout", _shown(text)))

    def concerns(self, frame: str | bytes) -> bool:
        """Nothing that a terminal prints concerns the gate."""
        return False

    def printed(self, frame: str | bytes) -> str | bytes:
        """Whatever a terminal prints."""
        return frame

    def runtime_sent(self, frame: str | bytes) -> Commands:
        """Pass it on."""
        yield ToClient(frame)

    def _typed(self, text: str) -> Commands:
        _, interrupt, after = text.rpartition(_INTERRUPT)
        if interrupt and (self._asked or self._waiting):
            # Whoever interrupts does not want what still waits; and it must not wait itself.
            self._waiting, text = "", after
            self._line.clear()
            yield ToRuntime(_array("stdin", interrupt), activity=True)
        self._waiting += text
        if self._asked is None and len(self._waiting) > MAX_WAITING_CHARACTERS:
            self._waiting = ""
            yield ToClient(_array("stdout", _shown("What was pasted is too long.")))
        yield from self._advance()

    def _advance(self) -> Commands:
        if self._asked is not None or not self._waiting:
            return
        taken = self._line.take(self._waiting)
        self._waiting = taken.rest
        if taken.forward:
            yield ToRuntime(_array("stdin", taken.forward), activity=True)
        if taken.asks:
            part = Part("terminal", taken.line)
            self._asked = part, taken.held
            yield Ask((part,))


def _read(frame: str | bytes) -> list[Any]:
    if isinstance(frame, bytes):
        raise ProtocolError("A terminal takes text frames.", 1003)
    message = read_array(frame.encode("utf-8", "replace"))
    match message:
        case ["stdin", str()]:
            return message
        case ["set_size", *sizes] if len(sizes) in {2, 4} and all(map(_is_size, sizes)):
            return message
        case [str(kind), *_] if kind not in {"stdin", "set_size"}:
            return message
        case _:
            raise ProtocolError("That is not a message to a terminal.")


def _is_size(value: Any) -> bool:
    return isinstance(value, int | float) and 0 <= value <= _MAX_SIZE


def _array(*items: object) -> str:
    return write(list(items)).decode("utf-8")


def _shown(text: str) -> str:
    return "\r\n" + text.replace("\n", "\r\n") + "\r\n"
