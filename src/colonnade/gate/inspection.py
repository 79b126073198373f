"""What the gate does with each message between one client and one kernel, without I/O.

Frames and verdicts go in as events, commands come out; `relay` performs them. Rules:

- A message is parsed once and forwarded as what was parsed, in the form of the allow-list.
- What can run code is judged first; the messages behind it wait, so that a client's order is kept.
  The control channel and kernel_info requests do not wait.
- A refused cell is replaced by one that raises with the notice as its traceback. Cells that the
  client sent before it could know of the refusal are answered as 'aborted' once the refusal's reply
  has passed by, as a kernel does with what is queued behind an error: 'Run all' stops there.
- Frames from the runtime pass untouched, but for the few that `concerns` picks out.
"""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from colonnade.enforcement.verdict import Outcome, Verdict
from colonnade.gate.commands import Ask, Close, Commands, Note, ToClient, ToRuntime, sum_up
from colonnade.gate.protocol.errors import NotAllowed, ProtocolError
from colonnade.gate.protocol.json_text import Object
from colonnade.gate.protocol.judged_parts import Part, parts_of
from colonnade.gate.protocol.message import Message
from colonnade.gate.protocol.replies import (
    Scribe,
    end_of_input,
    substitute_for,
    without_hidden_features,
)
from colonnade.gate.protocol.requests import Treatment, admit
from colonnade.gate.protocol.wire import WireForm

MAX_WAITING_MESSAGES = 2_000
MAX_WAITING_BYTES = 64 << 20
MAX_RUNNING = 1_000
"""Cells of which it is remembered that they have not been answered."""
_EXCEPTIONS = {Outcome.HOLD: "HeldByPolicy", Outcome.REFUSE: "RefusedByPolicy"}
_LOST_STATES = frozenset({"starting", "restarting", "autorestarting", "dead"})


@dataclass
class Inspection:
    """The state between one client and one kernel. `form` is the one both agreed on."""

    form: WireForm
    scribe: Scribe = field(default_factory=Scribe)
    _waiting: deque[tuple[Message, int]] = field(default_factory=deque[tuple[Message, int]])
    _waiting_bytes: int = 0
    _asked: tuple[Message, tuple[Part, ...]] | None = None
    _refused_id: str | None = None
    _aborting: list[Message] = field(default_factory=list[Message])
    _running: OrderedDict[str, Object] = field(default_factory=OrderedDict[str, Object])
    _input_parent: Object = field(default_factory=dict[str, object])

    @property
    def full(self) -> bool:
        """Whether so much waits that no more should be read from the client."""
        count = len(self._waiting) + len(self._aborting)
        return count >= MAX_WAITING_MESSAGES or self._waiting_bytes >= MAX_WAITING_BYTES

    def client_sent(self, frame: str | bytes) -> Commands:
        """What to do with a frame from the client."""
        try:
            message = self.form.parse(frame)
        except ProtocolError as problem:
            yield from self._malformed(problem)
            return
        try:
            entry, message = admit(message)
        except NotAllowed as problem:
            yield Note(message.channel, message.msg_type, "not-allowed", reason=problem.message)
            yield from self._say(self.scribe.refused(message, problem))
            return
        if message.channel == "control" or message.msg_type == "kernel_info_request":
            yield from self._forward(message)
        elif entry.treatment is Treatment.ANSWER:
            yield from self._say(self.scribe.empty_history(message))
        else:
            self._waiting.append((message, len(frame)))
            self._waiting_bytes += len(frame)
            yield from self._advance()

    def judged(self, verdicts: Sequence[Verdict]) -> Commands:
        """What to do now that the parts of the last `Ask` have their verdicts.

        A part without a verdict, or with one on another text, counts as refused.
        """
        assert self._asked is not None
        message, parts = self._asked
        self._asked = None
        verdict = sum_up(parts, verdicts)
        note = Note(message.channel, message.msg_type, verdict.outcome, verdict.sha256)
        if verdict.outcome.runs:
            # The kernel waits for this; what is only counted can wait for the kernel.
            yield from self._forward(message)
            yield note
            if verdict.text:
                yield from self._say([self.scribe.stderr(self._shown_at(message), verdict.text)])
        else:
            yield note
            yield from self._refuse(message, verdict)
        yield from self._advance()

    def told(self, text: str) -> Commands:
        """Show it in the cell that runs: the first of this client's that was not answered.

        Where none runs, a page of ours shows it anyway.
        """
        if self._running:
            parent = next(iter(self._running.values()))
            yield from self._say([self.scribe.stderr(parent, f"{text}\n")])

    def concerns(self, frame: str | bytes) -> bool:
        """Whether a frame from the runtime must go through `runtime_sent`; cheap for the rest."""
        if self._refused_id is not None:
            return True
        channel, header = self.form.peek(frame)
        return channel != "iopub" and (
            b'"execute_reply"' in header
            or b'"kernel_info_reply"' in header
            or b'"input_request"' in header
        )

    def printed(self, frame: str | bytes) -> str | bytes:
        """The frame, if it is of a stream; of both forms the text then stands near the end."""
        return frame if b'"stream"' in self.form.peek(frame)[1] else ""

    def runtime_sent(self, frame: str | bytes) -> Commands:
        """What to do with a frame from the runtime that `concerns` us. Never raises.

        It is passed on before it is read, but for the one kind that is changed on the way: the
        person waits for the answer, and nobody for our books.
        """
        changes = b'"kernel_info_reply"' in self.form.peek(frame)[1]
        if not changes:
            yield ToClient(frame)
        try:
            message = self.form.parse(frame)
        except ProtocolError:
            if changes:
                yield ToClient(frame)
            return
        if changes:
            yield ToClient(self._for_client(frame, message))
        if message.msg_type == "execute_reply":
            self._running.pop(str(message.parent_header.get("msg_id")), None)
        elif message.msg_type == "input_request":
            self._input_parent = message.parent_header
        if self._ends_refusal(message):
            yield from self._abort_the_rest()

    def _for_client(self, frame: str | bytes, message: Message) -> str | bytes:
        if message.msg_type != "kernel_info_reply":
            return frame
        return self.form.serialise(without_hidden_features(message))

    def _malformed(self, problem: ProtocolError) -> Commands:
        yield Note(problem.channel, "", "malformed", reason=problem.message)
        header = problem.header or {}
        if all(isinstance(header.get(key), str) for key in ("msg_id", "msg_type")):
            message = Message(problem.channel, header, {}, {}, {})
            if message.channel in {"shell", "control"}:
                yield from self._say(self.scribe.refused(message, problem))
                return
        yield Close(problem.close_code, problem.message)

    def _advance(self) -> Commands:
        while self._waiting and self._asked is None:
            message, size = self._waiting.popleft()
            self._waiting_bytes -= size
            if message.msg_type == "execute_request" and self._refused_id is not None:
                self._aborting.append(message)
                continue
            parts = parts_of(message)
            if parts:
                self._asked = message, parts
                yield Ask(parts)
            else:
                yield from self._forward(message)

    def _forward(self, message: Message) -> Commands:
        if message.msg_type == "execute_request":
            self._running[message.msg_id] = message.header
            if len(self._running) > MAX_RUNNING:
                self._running.popitem(last=False)
        activity = message.msg_type in {"execute_request", "input_reply", "comm_msg"}
        yield ToRuntime(self.form.serialise(message), activity)

    def _refuse(self, message: Message, verdict: Verdict) -> Commands:
        if message.msg_type == "execute_request":
            self._refused_id = message.msg_id
            name = _EXCEPTIONS[verdict.outcome]
            yield from self._forward(substitute_for(message, name, verdict.text))
        elif message.msg_type == "input_reply":
            yield from self._say([self.scribe.stderr(self._shown_at(message), verdict.text)])
            yield from self._forward(end_of_input(message))
        else:
            yield from self._say(self.scribe.dropped(message, verdict.text))

    def _shown_at(self, message: Message) -> Object:
        # An answer to `input()` is shown in the cell that asked, not by itself.
        return self._input_parent if message.channel == "stdin" else message.header

    def _ends_refusal(self, message: Message) -> bool:
        if self._refused_id is None:
            return False
        if message.msg_type == "status":
            # A kernel that was replaced will never answer what its predecessor was asked.
            return message.content.get("execution_state") in _LOST_STATES
        parent_id = message.parent_header.get("msg_id")
        return message.msg_type == "execute_reply" and parent_id == self._refused_id

    def _abort_the_rest(self) -> Commands:
        aborting, self._aborting, self._refused_id = self._aborting, [], None
        for message in aborting:
            yield Note(message.channel, message.msg_type, "aborted")
            yield from self._say(self.scribe.aborted(message))

    def _say(self, messages: Sequence[Message]) -> Commands:
        for message in messages:
            yield ToClient(self.form.serialise(message))
