"""What the gate says itself: to a client for a kernel, or to a kernel in a request's place."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import cast

from colonnade.gate.protocol.json_text import Object
from colonnade.gate.protocol.message import Message
from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.errors import ColonnadeError
from colonnade.kit.ids import new_id

PROTOCOL_VERSION = "5.4"
END_OF_INPUT = "\x04"
"""ipykernel's `input()` raises EOFError when this is the answer (ipykernel 7, `_input_request`)."""
_HIDDEN_FEATURES = frozenset({"debugger", "kernel subshells"})


@dataclass(frozen=True)
class Scribe:
    """Writes the gate's own messages. `session` fills their headers."""

    session: str = field(default_factory=new_id)
    now: Clock = utcnow
    make_id: Callable[[], str] = new_id

    def status(self, parent: Object, state: str) -> Message:
        """The kernel's state ('busy', 'idle') on behalf of the request with header `parent`."""
        return self._message("iopub", "status", parent, {"execution_state": state})

    def stderr(self, parent: Object, text: str) -> Message:
        """Text on the standard error of the cell whose request had the header `parent`."""
        return self._message("iopub", "stream", parent, {"name": "stderr", "text": text})

    def answered(self, request: Message, content: Object) -> list[Message]:
        """A reply of the gate's own, between the states that tell a client it is complete."""
        parent = request.header
        kind = request.msg_type.removesuffix("_request") + "_reply"
        return [
            self.status(parent, "busy"),
            self._message(request.channel, kind, parent, content),
            self.status(parent, "idle"),
        ]

    def refused(self, request: Message, problem: ColonnadeError) -> list[Message]:
        """A well-formed error reply, so that the client does not wait for ever."""
        if not request.msg_type.endswith("_request"):
            return self.dropped(request, f"{problem}\n")
        content: Object = {
            "status": "error",
            "ename": type(problem).__name__,
            "evalue": str(problem),
            "traceback": [str(problem)],
        }
        if request.msg_type == "debug_request":
            content |= {"type": "response", "success": False, "message": str(problem)}
        return self.answered(request, content)

    def dropped(self, message: Message, text: str) -> list[Message]:
        """What is said about a message that has no reply, such as a comm's."""
        parent = message.header
        return [
            self.status(parent, "busy"),
            self.stderr(parent, text),
            self.status(parent, "idle"),
        ]

    def aborted(self, request: Message) -> list[Message]:
        """What a kernel answers to a request behind one that failed."""
        return self.answered(request, {"status": "aborted"})

    def empty_history(self, request: Message) -> list[Message]:
        """No history: earlier code is not given away, and consoles work without."""
        return self.answered(request, {"status": "ok", "history": []})

    def _message(self, channel: str, kind: str, parent: Object, content: Object) -> Message:
        header: Object = {
            "msg_id": self.make_id(),
            "msg_type": kind,
            "session": self.session,
            "username": "colonnade",
            "date": self.now().isoformat(),
            "version": PROTOCOL_VERSION,
        }
        return Message(channel, header, parent, {}, content)


def substitute_for(request: Message, name: str, text: str) -> Message:
    """The execute request that goes to the kernel in place of a refused one.

    It has the same msg_id and raises an exception `name` whose traceback is `text`, so that the
    order of cells is kept, and the kernel aborts what is queued behind it. It leaves no name behind
    and uses none that a notebook is likely to have overwritten.
    """
    lines = json.dumps(text.splitlines() or [name])
    first = json.dumps((text.splitlines() or [name])[0])
    code = (
        f"raise ().__class__.__class__({json.dumps(name)}, (Exception,), "
        f"{{'_render_traceback_': lambda self: {lines}}})({first})"
    )
    content: Object = {
        "code": code,
        "silent": False,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }
    return replace(request, content=content, buffers=())


def end_of_input(reply: Message) -> Message:
    """The input reply that ends `input()` in place of a refused value."""
    return replace(reply, content={"status": "ok", "value": END_OF_INPUT}, buffers=())


def without_hidden_features(reply: Message) -> Message:
    """A kernel_info_reply that does not promise what the gate refuses, so that no client asks."""
    features = reply.content.get("supported_features")
    kept = [one for one in _texts(features) if one not in _HIDDEN_FEATURES]
    return replace(reply, content={**reply.content, "supported_features": kept, "debugger": False})


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        return []
    return [item for item in cast("list[object]", value) if isinstance(item, str)]
