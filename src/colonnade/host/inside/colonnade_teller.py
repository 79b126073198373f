"""The thread by which a kernel's hook speaks to the host, and what waits for it.

A packet is one line of JSON, then the text: `{"kind": "text", "origin": "computed", "language":
"python", "process": 7}`. Every `PULSE_SECONDS` comes a pulse, `{"kind": "pulse", "process": 7,
"dropped": 0}`, so that silence can be told from having nothing to say.
"""

# It runs where `inside/` is on the path.
# pyright: basic, reportMissingImports=false

import _thread
import fcntl
import json
import os
import socket
import time
from _queue import Empty, SimpleQueue
from collections import deque

import colonnade_code

PULSE_SECONDS = 15.0
MAX_TEXT_BYTES = 64 << 10
MOST_WAITING = 64
"""Of each of the two kinds, at `MAX_TEXT_BYTES` each."""
MOST_KNOWN = 20_000
A_SECOND, AT_ONCE = 10.0, 100.0
"""Packets, on average and in a burst; the host takes no more than it has agreed to."""
FULL_SECONDS = 0.2
HIGH = 200
"""Descriptors below are left to programs: who closes one of theirs twice closes none of ours."""
URGENT = frozenset({"computed", "code"})
_FLAGS = socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL


class Gone(Exception):
    """The channel leads nowhere any more."""


class Teller:
    """Tells each text once; what was decoded before what can be read elsewhere.

    Nothing here locks: `tell` may be called at any point of the person's code, also within itself,
    and after a fork. Raises OSError when `number` is no descriptor.
    """

    def __init__(self, number: int) -> None:
        descriptor = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, HIGH)
        os.close(number)
        self._channel = socket.socket(fileno=descriptor)
        self._identity = os.fstat(descriptor)[:3]
        self._urgent, self._plain = deque(), deque()
        self._known = set()
        self._wake = SimpleQueue()
        self._threaded = True
        self._dropped = 0
        self._room, self._counted_at = AT_ONCE, time.monotonic()

    def start(self) -> None:
        """Start the thread. A forked child has none, and sends for itself."""
        os.register_at_fork(after_in_child=self._forked)
        _thread.start_new_thread(self._run, ())

    def tell(self, origin: str, language: str, source) -> None:
        """Take note of text, bytes or a code object; never waits."""
        key = hash(source)
        if key in self._known:
            return
        waiting = self._urgent if origin in URGENT else self._plain
        if len(waiting) >= MOST_WAITING:
            self._dropped += 1
            return
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known.add(key)
        waiting.append((origin, language, source[:MAX_TEXT_BYTES] if _is_text(source) else source))
        if self._threaded:
            self._wake.put(None)
        else:
            self._flush()

    def _forked(self) -> None:
        self._threaded = False
        self._urgent.clear()
        self._plain.clear()

    def _run(self) -> None:
        pulse_at = 0.0
        try:
            while True:
                if time.monotonic() >= pulse_at:
                    self._send({"kind": "pulse", "dropped": self._dropped})
                    pulse_at = time.monotonic() + PULSE_SECONDS
                try:
                    self._wake.get(timeout=max(0.0, pulse_at - time.monotonic()))
                except Empty:
                    continue
                self._pass_on(patient=True)
        except Gone:
            return

    def _flush(self) -> None:
        try:
            self._pass_on(patient=False)
        except Gone:
            return

    def _pass_on(self, patient: bool) -> None:
        """Send the most telling of what waits, within the rate."""
        while not self._may_send():
            if not patient:
                return
            time.sleep(FULL_SECONDS)
        try:
            waiting = self._urgent or self._plain
            origin, language, source = waiting.popleft()
        except IndexError:
            return
        head = {"kind": "text", "origin": origin, "language": language}
        body = _encoded(source)
        while body and not self._send(head, body):
            if not patient:
                self._dropped += 1
                return
            time.sleep(FULL_SECONDS)

    def _may_send(self) -> bool:
        now = time.monotonic()
        self._room = min(AT_ONCE, self._room + (now - self._counted_at) * A_SECOND)
        self._counted_at = now
        if self._room < 1:
            return False
        self._room -= 1
        return True

    def _send(self, head: "dict[str, object]", body: bytes = b"") -> bool:
        """Whether it went; False when the host has yet to take what came before. Raises Gone."""
        line = json.dumps({**head, "process": os.getpid()}).encode()
        try:
            # Code here may have closed it and opened something of its own under its number.
            if os.fstat(self._channel.fileno())[:3] != self._identity:
                raise Gone
            self._channel.send(line + b"\n" + body, _FLAGS)
        except BlockingIOError:
            return False
        except OSError as problem:
            raise Gone from problem
        return True


def _is_text(source) -> bool:
    return isinstance(source, str | bytes)


def _encoded(source) -> bytes:
    if not _is_text(source):
        source = colonnade_code.describe(source)
    if isinstance(source, str):
        source = source.encode("utf-8", "replace")
    return source[:MAX_TEXT_BYTES]
