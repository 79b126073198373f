"""What is done again and again: the same message, request, packet or press of a button.

One mail says that a training is over; the same mail in a loop fills somebody's letter-box. What is
sent to each of many, or read and kept, is work. To know another thing that can be repeated, write a
function from a loop to whether it is, and list it in `_REPEATED`.
"""

import re
from collections.abc import Callable, Mapping

from tree_sitter import Node

from colonnade.detection.features.browsing import BROWSING
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.guessing import read_guesses
from colonnade.detection.features.identities import in_many_names
from colonnade.detection.features.invented import enters_invented
from colonnade.detection.features.loop import Loop, beginning_of
from colonnade.detection.features.loops import CHARACTERS_A_NODE, MAX_ALL_NODES, loop_of
from colonnade.detection.features.mapped import (
    called_loop,
    for_each,
    loop_of_function,
    mapped_loop,
    parameters_of,
)
from colonnade.detection.features.messages import MESSAGES
from colonnade.detection.features.own_places import is_own
from colonnade.detection.features.pressed import MAX_ALL_PRESSES, given_by, is_press
from colonnade.detection.features.pretence import PRETENCE
from colonnade.detection.features.rounds import FEW_ROUNDS, calls_of, named
from colonnade.detection.features.traffic import TRAFFIC, is_crowd
from colonnade.detection.features.unasked import UNASKED
from colonnade.detection.normalise.fold import Folder, Function, arguments_of

MANY_ROUNDS = 100_000
_SENDERS = re.compile(
    r"^(?:requests|httpx|session|s|client)\.(?:post|put|request)$|\.(?:sendto|sendmail)$"
)
_MATTERS = re.compile(
    r"send|(?<![a-z])(?:post|put|get)|request|click|login|digest|create|typewrite|write\(|Thread|Process|submit"
    r"|pwd|password|hash|connect|refresh|checkpw|crypt|address|retweet|favorite|vote|sleep|\.(?:type|fill)\(|hotkey|press\(|jwt"
    r"|[pP]ub_?key|Key(?:pair)?\(|Request|load_|decrypt|invite|passphrase|unlock|unsign|h160"
    r"|[pP]rivate_?[kK]ey|\b(?:loads|decode)\([^)\n]{1,80},|\)\.loads"
    r"|\.(?:super|dis)?like\d?\(|status|tweet|reply|[Ww]ebhook|join_|report_|follow|[Cc]omment|locateO|goto\(|fetch|\.open\("
)
_CALLED = re.compile(r"\b([^\W\d]\w{0,60})\(")
MAX_CALLED = 40
_IDLE = frozenset({"sleep", "print", "clear_output", "now", "strftime", "time"})
_HANDLES = re.compile(r"on_(?:status|tweet|post|comment|submission)")
"""What libraries call for each that a stream brings."""


class Repetitions:
    """Reads the loops of one cell, within `MAX_ALL_NODES` of all of them together."""

    def __init__(self, collector: Collector, folder: Folder, made_by: Mapping[str, str]) -> None:
        self._collector, self._folder, self._made_by = collector, folder, made_by
        self._room, self._presses = MAX_ALL_NODES, MAX_ALL_PRESSES

    def read(self, node: Node, line: int, end: int) -> None:
        """Note what the `for` or `while` statement `node` repeats, and what it guesses."""
        if self._room <= 0 or not self._may_matter(beginning_of(node)):
            return
        loop = loop_of(self._folder, node, self._room)
        loop.before = self._made_by
        self._room -= loop.nodes + len(loop.text) // CHARACTERS_A_NODE
        few = loop.rounds is not None and loop.rounds < FEW_ROUNDS
        for value, is_repeated in () if loop.waits_for_somebody else _REPEATED.items():
            if not (few and value in _NOT_BY_HAND) and is_repeated(self._folder, loop):
                self._collector.add(Kind.REPEATED, value, line, end)
        self._room -= loop.searched // CHARACTERS_A_NODE
        self._read_called(loop, line, end)
        if (loop.rounds or 0) >= MANY_ROUNDS:
            for call, name in named(self._folder, loop, _SENDERS):
                if not any(is_own(self._folder, one) for one in arguments_of(call)):
                    self._collector.add(Kind.FLOOD, name, line, end)
        read_guesses(self._collector, self._folder, loop, line, end)

    def read_mapped(self, call: Node, name: str, line: int, end: int) -> None:
        """The same where the call of `name` maps one of the notebook's functions over items."""
        loop = mapped_loop(self._folder, call, name) if self._room > 0 else None
        if loop is not None:
            self.read(loop, line, end)

    def read_handler(self, name: str, line: int, end: int) -> None:
        """The same where a function of the notebook's own is given all that a stream brings."""
        function = self._folder.names.get(name) if _HANDLES.fullmatch(name) else None
        if isinstance(function, Function) and self._room > 0:
            given = parameters_of(function)[:1]
            if (loop := loop_of_function(function, for_each(given, "stream"))) is not None:
                self.read(loop, line, end)

    def read_pressed(self, call: Node, line: int, end: int) -> None:
        """What the call gives, if it presses something in a page, in a loop or not."""
        if self._presses > 0 and is_press(call):
            self._presses -= 1
            for value in sorted(given_by(call)):
                self._collector.add(Kind.PRESSED, value, line, end)

    def _read_called(self, outer: Loop, line: int, end: int) -> None:
        """What the notebook's own functions do that the loop calls or starts, in each round."""
        few = outer.rounds is not None and outer.rounds < FEW_ROUNDS
        for call in outer.calls[: 0 if few or outer.waits_for_somebody else MAX_CALLED]:
            if self._room <= 0:
                return
            node = called_loop(self._folder, outer, call, _MATTERS.search)
            if node is None:
                continue
            loop = loop_of(self._folder, node, self._room)
            loop.text += "\n" + beginning_of(outer.node)
            self._room -= loop.nodes + len(loop.text) // CHARACTERS_A_NODE
            for value, is_repeated in _IN_TURN.items():
                if value == "request" and outer.is_guarded(call):
                    continue
                if is_repeated(self._folder, loop):
                    self._collector.add(Kind.REPEATED, value, line, end)

    def _may_matter(self, text: str) -> bool:
        """Whether it could repeat anything, by its own words or in the notebook's functions."""
        if _MATTERS.search(text):
            return True
        called = list(dict.fromkeys(_CALLED.findall(text)))[:MAX_CALLED]
        return any(isinstance(self._folder.names.get(one), Function) for one in called)


def _wait(folder: Folder, loop: Loop) -> bool:
    """It waits without end, and does nothing else."""
    if not loop.is_endless:
        return False
    names = {name.rpartition(".")[2] for _, name in calls_of(folder, loop)}
    return names <= _IDLE and ("sleep" in names or loop.text.split()[-1] == "pass")


_REPEATED: dict[str, Callable[[Folder, Loop], bool]] = {
    **MESSAGES,
    **UNASKED,
    **BROWSING,
    **PRETENCE,
    "invented": enters_invented,
    **TRAFFIC,
    "names": in_many_names,
    "wait": _wait,
}

_NOT_BY_HAND = frozenset({*BROWSING, "invented"})
"""What a few rounds of do only what somebody would do by hand."""
_IN_TURN = {
    **{
        value: _REPEATED[value]
        for value in ("names", "invented", "vote", "messages", "addressed", "request")
    },
    "thread": is_crowd,
}
"""What is the same where a function of the notebook's own does it in each round."""
