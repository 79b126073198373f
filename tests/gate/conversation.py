"""A conversation between one client and one kernel, read as a script: events in, commands out."""

from dataclasses import dataclass, field
from typing import Any

from colonnade.enforcement.verdict import Verdict
from colonnade.gate.commands import Ask, Close, Command, Note, ToClient, ToRuntime
from colonnade.gate.inspection import Inspection
from colonnade.gate.protocol.message import Message
from colonnade.gate.protocol.v1_form import V1Form

from .harness import execute_content, request_header, word_verdict

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
