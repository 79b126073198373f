"""The same request or packet that goes out again and again, from one or from very many at once.

Who watches a page asks seldom and reads what comes; who is in the way asks and throws it away. To
know another call that sends packets, add it to `_PACKETS`; one that joins a service, to `_JOINS`.
"""

import re
from collections.abc import Callable

from tree_sitter import Node

from colonnade.detection.features.identities import MANY_REQUESTS, REQUEST, tells_something_new
from colonnade.detection.features.loop import Loop, words_of
from colonnade.detection.features.own_places import OWN, is_own
from colonnade.detection.features.reached import own_functions
from colonnade.detection.features.rounds import (
    FEW_ROUNDS,
    LONG_WAIT,
    counts,
    is_read,
    is_thrown_away,
    is_watched,
    named,
    reads,
)
from colonnade.detection.normalise.fold import Folder, arguments_of

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
_FORGED = re.compile(
    r"Rand(?:IP|Short|Int)\(|\b(?:src|source|spoof)\w{0,12}\s{0,3}=[^,)\n]{0,40}[Rr]and|\bfuzz\("
)
"""A packet that bears a sender by chance."""
_PACKETS = re.compile(r"(?:^|\.)(?:sendto|sendp|sendpfast|send|sendall)$")
_STARTED = re.compile(
    r"(?:^|\.)(?:Thread|Process|submit|apply_async|start_new_thread|create_task)$"
)
_SAYS = re.compile(
    r"""\.post\([^\n]{0,400}["'](?:content|message|text|body|comment)["']\s?:\s?["'][^"'{]{3}"""
)
"""Something is said, in the same words: whoever only watches says nothing."""
MANY_PACKETS = 50
MANY_AT_ONCE = 200
_STAYS = re.compile(r"\bwhile (?:True|1)\s?:")
_LEAVES = re.compile(r"\b(?:break|return|yield)\b|queue|\.get\(\)|\.get_nowait\(", re.IGNORECASE)
"""A task that ends, or works for others that hand it something."""
_JOINS = re.compile(
    rf"(?:^|\.)(?:(?:ws_)?connect(?:_async)?|(?:create|open)_connection)$|{REQUEST.pattern}",
    re.IGNORECASE,
)


def _request(folder: Folder, loop: Loop) -> bool:
    """The same request goes out in every round, and nobody wants the answer."""
    few = loop.rounds is not None and loop.rounds <= MANY_REQUESTS
    if is_watched(loop.text) and not _SAYS.search(loop.text):
        return False
    if (
        few
        or loop.may_end
        or not counts(loop)
        or LONG_WAIT.search(loop.text)
        or OWN.search(loop.text)
    ):
        return False
    if reads(loop):
        return False
    sent = [
        call
        for call, name in named(folder, loop, REQUEST)
        if not loop.is_guarded(call) and not (name == "request.get" and "request" in loop.varied)
    ]
    if any(not _is_local(folder, one) and not _is_new(loop, one) for one in sent):
        return True
    always = [words_of(call) for call in loop.calls if not loop.is_guarded(call)]
    own = [one.source for one in own_functions(folder, loop) if any(one.name in w for w in always)]
    blind = any(_BLIND.search(one) and not OWN.search(one) for one in own)
    return loop.is_endless and blind and "sleep(" not in loop.text


def _is_new(loop: Loop, call: Node) -> bool:
    """Whether a request asks something else; what goes round asks the same things again."""
    return not loop.goes_round and tells_something_new(loop, call)


def _is_local(folder: Folder, call: Node) -> bool:
    """Whether a request goes to the machine itself."""
    first = next(iter(arguments_of(call)), None)
    return first is not None and is_own(folder, first)


def _packet(folder: Folder, loop: Loop) -> bool:
    """Packets go out without end, and nobody waits for an answer."""
    timed = "time()" in loop.over
    forged = loop.rounds is None and counts(loop) and bool(_FORGED.search(loop.text))
    many = loop.is_endless or timed or forged or (loop.rounds or 0) > MANY_PACKETS
    waits = re.search(
        r"\baccept\(|recv|input\(|sleep\(\s*[1-9]|\.content\b|\.json\(|\byield\b", loop.text
    )
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
    if is_crowd(folder, loop):
        return True
    if few or not named(folder, loop, _STARTED):
        return False
    for one in own_functions(folder, loop):
        sends = _BLIND.search(one.source)
        if sends and not is_read(one.source) and not OWN.search(one.source):
            return True
    return False


def is_crowd(folder: Folder, loop: Loop) -> bool:
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


TRAFFIC: dict[str, Callable[[Folder, Loop], bool]] = {
    "request": _request,
    "packet": _packet,
    "thread": _thread,
}
"""What is noted of a loop, and whether it is so."""
