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
from colonnade.detection.features.identities import (
    MANY_REQUESTS,
    REQUEST,
    in_many_names,
    tells_something_new,
)
from colonnade.detection.features.invented import enters_invented
from colonnade.detection.features.loops import (
    CHARACTERS_A_NODE,
    FEW_ROUNDS,
    LONG_WAIT,
    MAX_ALL_NODES,
    OWN,
    Loop,
    beginning_of,
    calls_of,
    counts,
    is_own,
    is_read,
    is_thrown_away,
    is_watched,
    loop_of,
    named,
    own_functions,
)
from colonnade.detection.features.mapped import (
    called_loop,
    for_each,
    loop_of_function,
    mapped_loop,
    parameters_of,
)
from colonnade.detection.features.messages import MESSAGES
from colonnade.detection.features.pressed import MAX_ALL_PRESSES, given_by, is_press
from colonnade.detection.normalise.fold import Folder, Function, arguments_of

MANY_ROUNDS = 100_000
_SENDERS = re.compile(
    r"^(?:requests|httpx|session|s|client)\.(?:post|put|request)$|\.(?:sendto|sendmail)$"
)
_MATTERS = re.compile(
    r"send|post|put|request|get|click|login|digest|create|typewrite|write\(|Thread|Process|submit"
    r"|pwd|password|hash|connect|refresh|checkpw|crypt|address|retweet|favorite|vote|sleep|\.type\(|hotkey|press\(|jwt"
    r"|[pP]ub_?key|Key(?:pair)?\(|Request|load_|decrypt|invite|passphrase|unlock|unsign|h160"
    r"|[pP]rivate_?[kK]ey|\b(?:loads|decode)\([^)\n]{1,80},|\)\.loads"
    r"|\.(?:super|dis)?like\d?\(|status|tweet|reply|goto\(|fetch|\.open\("
)
_CALLED = re.compile(r"\b([^\W\d]\w{0,60})\(")
MAX_CALLED = 40
_BLIND = re.compile(
    r"^[ \t]*(?:await )?(?:print\s*\(\s*)?(?:self\.)?"
    r"(?:requests?|httpx|session|s|sess|urllib\.request|client|http|c|pool)\."
    r"(?:get|post|put|head|urlopen|request)\s*\("
    r"|\.(?:sendto|sendall)\s*\(|\bsendmail\s*\(|\b(?:sendp?|sr1?)\(",
    re.MULTILINE,
)
_RAW_REQUEST = re.compile(
    r"""(?:send|sendall|write)\(\s*[rfbu]{0,2}["']"""
    r"""(?:(?:GET|POST|HEAD) /|[\w-]{1,20}: ?[^"'\n]{0,60}\\r\\n)"""
)
"""A request that is written by hand, or one more line of a request that is never ended."""
_FORGED = re.compile(r"Rand(?:IP|Short|Int)\(|\bsrc\s{0,3}=[^,)\n]{0,40}[Rr]and|\bfuzz\(")
"""A packet that bears a sender by chance."""
_PACKETS = re.compile(r"(?:^|\.)(?:sendto|sendp|sendpfast|send|sendall)$")
_IDLE = frozenset({"sleep", "print", "clear_output", "now", "strftime", "time"})
_STARTED = re.compile(
    r"(?:^|\.)(?:Thread|Process|submit|apply_async|start_new_thread|create_task)$"
)
_CODES = re.compile(r"otp|sms|send_?-?code|verif(?:y|ication)|2fa")
_SAYS = re.compile(
    r"""\.post\([^\n]{0,400}["'](?:content|message|text|body|comment)["']\s?:\s?["'][^"'{]{3}"""
)
"""Something is said, in the same words: whoever only watches says nothing."""
_TOLD_NUMBER = re.compile(
    r"https?://(?P<host>[\w.-]{4,80})/(?:(?!https?://|\n\n)[\s\S]){0,300}?"
    r"(?<![^\W_])(?:phone|tele?f?o?n?|mobile|msisdn|celular|cellphone|nomor|nomer|no_?hp|contact_?no)"
    r"(?:_?(?:number|no|num))?(?:[\"']\s?[:,]|=)(?!\s?[\"']\s?[,}])",
    re.IGNORECASE,
)
"""An address, and a telephone number among what it is told."""
MANY_SERVICES = 3
MANY_AT_ONCE = 200
_HANDLES = re.compile(r"on_(?:status|tweet|post|comment|submission)")
"""What libraries call for each that a stream brings."""
_STAYS = re.compile(r"\bwhile (?:True|1)\s?:")
_LEAVES = re.compile(r"\b(?:break|return|yield)\b|queue|\.get\(\)|\.get_nowait\(", re.IGNORECASE)
"""A task that ends, or works for others that hand it something."""
_JOINS = re.compile(
    rf"(?:^|\.)(?:(?:ws_)?connect(?:_async)?|(?:create|open)_connection)$|{REQUEST.pattern}",
    re.IGNORECASE,
)


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
        for value, is_repeated in _REPEATED.items():
            if loop.waits_for_somebody or (few and value in _NOT_BY_HAND):
                continue
            if is_repeated(self._folder, loop):
                self._collector.add(Kind.REPEATED, value, line, end)
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
            node = called_loop(self._folder, outer, call) if self._room > 0 else None
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


def read_codes(collector: Collector, text: str) -> None:
    """Note that one cell has several services send codes to telephones, or tells them a number."""
    hosts = {
        one.value.partition("/")[0]: one.line - collector.offset
        for one in collector.found.values()
        if one.kind in {Kind.URL, Kind.DOWNLOAD} and _CODES.search(one.value.partition("/")[2])
    }
    if "://" in text:
        for found in _TOLD_NUMBER.finditer(text):
            hosts.setdefault(found["host"].lower(), text.count("\n", 0, found.start()) + 1)
    if len(hosts) >= MANY_SERVICES:
        collector.add(Kind.REPEATED, "codes-asked", min(hosts.values()))


def _request(folder: Folder, loop: Loop) -> bool:
    """The same request goes out in every round, and nobody wants the answer."""
    few = loop.rounds is not None and loop.rounds <= MANY_REQUESTS
    if is_watched(loop.text) and not _SAYS.search(loop.text):
        return False
    ends = re.search(r"\b(?:break|return)\b", loop.text)
    if few or ends or not counts(loop) or LONG_WAIT.search(loop.text) or OWN.search(loop.text):
        return False
    if is_read(loop.text):
        return False
    sent = [call for call, _ in named(folder, loop, REQUEST) if not loop.is_guarded(call)]
    if any(not _is_local(folder, one) and not tells_something_new(loop, one) for one in sent):
        return True
    own = [one.source for one in own_functions(folder, loop)]
    blind = any(_BLIND.search(one) and not OWN.search(one) for one in own)
    return loop.is_endless and blind and "sleep(" not in loop.text


def _is_local(folder: Folder, call: Node) -> bool:
    """Whether a request goes to the machine itself."""
    first = next(iter(arguments_of(call)), None)
    return first is not None and is_own(folder, first)


def _packet(folder: Folder, loop: Loop) -> bool:
    """Packets go out without end, and nobody waits for an answer."""
    timed = "time()" in loop.over
    forged = loop.rounds is None and counts(loop) and bool(_FORGED.search(loop.text))
    many = loop.is_endless or timed or forged or (loop.rounds or 0) > MANY_REQUESTS
    waits = re.search(r"recv|input\(|sleep\(\s*[1-9]|\.content\b|\.json\(|\byield\b", loop.text)
    if not many or OWN.search(loop.text):
        return False
    if _RAW_REQUEST.search(loop.text) and not re.search(r"recv\(|\.read", loop.text):
        return True
    if waits:
        return False
    return any(_is_packet(folder, loop, call) for call, _ in named(folder, loop, _PACKETS))


def _is_packet(folder: Folder, loop: Loop, call: Node) -> bool:
    arguments = arguments_of(call)
    if not arguments or _is_no_socket(call):
        return False
    if loop.goes_round:
        if not is_thrown_away(call) or "sleep(" in loop.text:
            return False  # What is shown again and again keeps time.
    elif any(map(loop.differs, arguments)):
        return False
    if arguments[0].type in {"none", "true", "integer", "keyword_argument"}:
        return False  # A generator is sent on, or a message has a name for each part.
    return not any(is_own(folder, one) for one in arguments)


def _is_no_socket(call: Node) -> bool:
    """Whether a generator is sent on, and what it yields kept, or a value just made is sent."""
    parent, function = call.parent, call.child_by_field_name("function")
    left = parent.child_by_field_name("left") if parent and parent.type == "assignment" else None
    sender = function.child_by_field_name("object") if function is not None else None
    yields = left is not None and left.type == "pattern_list"
    return yields or (sender is not None and sender.type == "call")


def _thread(folder: Folder, loop: Loop) -> bool:
    """Very many at once send something, and nobody wants the answers."""
    few = loop.rounds is not None and loop.rounds < 2 * FEW_ROUNDS
    if _crowd(folder, loop):
        return True
    if few or not named(folder, loop, _STARTED):
        return False
    for one in own_functions(folder, loop):
        sends = _BLIND.search(one.source)
        if sends and not is_read(one.source) and not OWN.search(one.source):
            return True
    return False


def _crowd(folder: Folder, loop: Loop) -> bool:
    """Each of hundreds at once stays with the same service without end, like a guest."""
    stays = _STAYS.search(loop.text)
    if (loop.rounds or 0) < MANY_AT_ONCE or not stays or OWN.search(loop.text):
        return False
    if _LEAVES.search(loop.text, stays.end()):
        return False
    joined = [arguments_of(call)[:1] for call, _ in named(folder, loop, _JOINS)]
    return any(
        not loop.differs(one) and not is_own(folder, one) for given in joined for one in given
    )


def _wait(folder: Folder, loop: Loop) -> bool:
    """It waits without end, and does nothing else."""
    if not loop.is_endless:
        return False
    names = {name.rpartition(".")[2] for _, name in calls_of(folder, loop)}
    return names <= _IDLE and ("sleep" in names or loop.text.split()[-1] == "pass")


_REPEATED: dict[str, Callable[[Folder, Loop], bool]] = {
    **MESSAGES,
    **BROWSING,
    "invented": enters_invented,
    "request": _request,
    "names": in_many_names,
    "packet": _packet,
    "thread": _thread,
    "wait": _wait,
}

_NOT_BY_HAND = frozenset({*BROWSING, "invented"})
"""What a few rounds of do only what somebody would do by hand."""
_IN_TURN = {
    **{
        value: _REPEATED[value]
        for value in ("names", "invented", "vote", "messages", "addressed", "request")
    },
    "thread": _crowd,
}
"""What is the same where a function of the notebook's own does it in each round."""
