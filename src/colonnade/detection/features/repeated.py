"""What is done again and again: the same message, request, packet or press of a button.

One mail says that a training is over; the same mail in a loop fills somebody's letter-box. What is
sent to each of many, or read and kept, is work. To know another thing that can be repeated, write a
function from a loop to whether it is, and list it in `_REPEATED`.
"""

import re
from collections.abc import Callable, Mapping

from tree_sitter import Node

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.guessing import read_guesses
from colonnade.detection.features.loops import (
    CHARACTERS_A_NODE,
    MAX_ALL_NODES,
    Loop,
    beginning_of,
    loop_of,
    own_functions,
    words_of,
)
from colonnade.detection.normalise.fold import Folder, Function, arguments_of, source_of
from colonnade.detection.normalise.fold.nodes import keywords_of

FEW_ROUNDS = 5
"""A few rounds try again what failed."""
MANY_REQUESTS = 100
MANY_ROUNDS = 100_000
_SENDERS = re.compile(
    r"^(?:requests|httpx|session|s|client)\.(?:post|put|request)$|\.(?:sendto|sendmail)$"
)
_MATTERS = re.compile(
    r"send|post|put|request|get|click|login|digest|create|typewrite|write\(|Thread|Process|submit|pwd|password"
    r"|connect|refresh|checkpw|crypt|address|retweet|favorite|vote|sleep|Request|load_key|decrypt|invite"
)
_CALLED = re.compile(r"\b([^\W\d]\w{0,60})\(")
MAX_CALLED = 40
_MAIL = re.compile(r"(?:^|\.)(?:sendmail|send_message|send_?e?mail|send_raw_email)$", re.IGNORECASE)
_MESSAGE = re.compile(
    r"(?:^|\.)(?:sendwhatmsg\w*|sendwhats\w*|messages\.create|calls\.create|send_sms|sendsms|send_text"
    r"|send_message|sendmessage|invitetochannelrequest|addchatuserrequest)$",
    re.IGNORECASE,
)
_SENT_TO = re.compile(r"\.send$")
_MANY_PEOPLE = re.compile(r"user|member|participant|contact|phone|number|friend|group|subscriber")
_REQUEST = re.compile(
    r"^(?:requests?|httpx|session|s|sess|client|scraper)\.(?:get|post|put|head|request)$"
    r"|(?:^|\.)(?:urlopen|commentthreads)$",
    re.IGNORECASE,
)
_BLIND = re.compile(
    r"^[ \t]*(?:await )?(?:print\s*\(\s*)?(?:requests?|httpx|session|s|sess|urllib\.request)\."
    r"(?:get|post|put|head|urlopen)\s*\("
    r"|\.(?:sendto|sendall)\s*\(|\bsendmail\s*\(|\b(?:sendp?|sr1?)\(",
    re.MULTILINE,
)
_READING = re.compile(
    r"\.json\(|\.text\b|\.content\b|\.recv\(|recvfrom|\.read\(|append\(|yield\b|page_source"
    r"|get_attribute|to_csv|screenshot|find_all|findall|return \w*\.|len\("
)
_PRINTED = re.compile(r"\bprint\s*\([^\n]*")
_PACKETS = re.compile(r"(?:^|\.)(?:sendto|sendp|sendpfast|send|sendall)$")
_VOTE = re.compile(
    r"(?:^|\.)(?:create_(?:friendship|favorite)|favorite|retweet|upvote|downvote|media_like|user_follow"
    r"|(?:bot|api|cl|client|session|insta\w*|user|me)\.(?:un)?follow"
    r"|(?:un)?follow_(?:user|hashtag|tag|by|back|followers|likers|list|account)\w*"
    r"|like_(?:by|media|tweet|post|hashtag|user|timeline|feed|photo)\w*"
    r"|comment_(?:media|hashtag|post|user)\w*|commentthreads)$",
    re.IGNORECASE,
)
_IDLE = frozenset({"sleep", "print", "clear_output", "now", "strftime", "time"})
_BUTTON = re.compile(
    r"\b(?:dis)?like\b|\bfollow|\b(?:up|down)?vote|\bsend\b|\bsubmit\b|\bconnect\b|\binvite|\bsubscri"
    r"|\bcomment|\bpublish|\benviar|\bseguir|\bgostar|\bme gusta|\bcurtir|отправ|нрав|подпис",
    re.IGNORECASE,
)
_STARTED = re.compile(
    r"(?:^|\.)(?:Thread|Process|submit|apply_async|start_new_thread|create_task)$"
)
_LOCAL = re.compile(r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|::1)", re.IGNORECASE)
_CONTENTS = frozenset({"url", "data", "json", "params", "files", "content"})
_LONG_WAIT = re.compile(r"sleep\(\s*(?:\d{3,}|\d+\s*\*\s*\d)")
_CODES = re.compile(r"otp|sms|send_?-?code|verif(?:y|ication)|2fa")
MANY_SERVICES = 3


class Repetitions:
    """Reads the loops of one cell, within `MAX_ALL_NODES` of all of them together."""

    def __init__(self, collector: Collector, folder: Folder, made_by: Mapping[str, str]) -> None:
        self._collector, self._folder, self._made_by = collector, folder, made_by
        self._room = MAX_ALL_NODES

    def read(self, node: Node, line: int, end: int) -> None:
        """Note what the `for` or `while` statement `node` repeats, and what it guesses."""
        if self._room <= 0 or not self._may_matter(beginning_of(node)):
            return
        loop = loop_of(self._folder, node, self._room)
        loop.before = self._made_by
        self._room -= loop.nodes + len(loop.text) // CHARACTERS_A_NODE
        for value, is_repeated in _REPEATED.items():
            if is_repeated(self._folder, loop):
                self._collector.add(Kind.REPEATED, value, line, end)
        if (loop.rounds or 0) >= MANY_ROUNDS:
            for _, name in _named(self._folder, loop, _SENDERS):
                self._collector.add(Kind.FLOOD, name, line, end)
        read_guesses(self._collector, self._folder, loop, line, end)

    def _may_matter(self, text: str) -> bool:
        """Whether it could repeat anything, by its own words or in the notebook's functions."""
        if _MATTERS.search(text):
            return True
        called = list(dict.fromkeys(_CALLED.findall(text)))[:MAX_CALLED]
        return any(isinstance(self._folder.names.get(one), Function) for one in called)


def read_codes(collector: Collector) -> None:
    """Note that one cell knows where several services send codes to telephones."""
    hosts = {
        one.value.partition("/")[0]: one
        for one in collector.found.values()
        if one.kind in {Kind.URL, Kind.DOWNLOAD} and _CODES.search(one.value.partition("/")[2])
    }
    if len(hosts) >= MANY_SERVICES:
        first = next(iter(hosts.values()))
        collector.add(Kind.REPEATED, "codes-asked", first.line - collector.offset)


def _named(folder: Folder, loop: Loop, pattern: re.Pattern[str]) -> list[tuple[Node, str]]:
    """The calls of such a name, as (call, name)."""
    named = ((call, folder.callee(call)[:200]) for call in loop.calls)
    return [(call, name) for call, name in named if pattern.search(name)]


def _counts(loop: Loop) -> bool:
    """Whether it only counts, or never ends, and does not merely try a few times."""
    few = loop.rounds is not None and loop.rounds < FEW_ROUNDS
    if loop.node.type == "while_statement":
        return loop.is_endless or bool(re.search(r"<|>|!=", loop.over))
    return not few and bool(re.match(r"t?range\(|(?:itertools\.)?count\(", loop.over))


def _is_read(text: str) -> bool:
    """Whether answers are kept or looked into; who prints them does not."""
    return bool(_READING.search(_PRINTED.sub("", text)))


def _is_thrown_away(call: Node) -> bool:
    """Whether nobody takes the answer: who talks with a model does."""
    parent = call.parent
    if parent is not None and parent.type == "await":
        parent = parent.parent
    return parent is not None and parent.type == "expression_statement"


def _mail(folder: Folder, loop: Loop) -> bool:
    """The same person gets mail in every round, whatever it says."""
    if not _counts(loop) or _LONG_WAIT.search(loop.text):
        return False
    for call, name in _named(folder, loop, _MAIL):
        arguments = arguments_of(call)
        told = arguments[1:2] if name.lower().endswith("sendmail") else arguments
        same = not any(map(loop.differs, told)) and not loop.is_guarded(call)
        if same and (name.endswith("sendmail") or _is_thrown_away(call)):
            return True
    for call, _ in _named(folder, loop, _SENT_TO):
        keys = dict(keywords_of(call))
        if "to" in keys and not loop.differs(keys["to"]) and not loop.is_guarded(call):
            return True
    own = any(".sendmail(" in one.source for one in own_functions(folder, loop))
    return own and not re.search(r"\bif\b", loop.text) and "sleep(" not in loop.text


def _message(folder: Folder, loop: Loop) -> bool:
    """The same message, call or invitation goes out in every round."""
    return _counts(loop) and any(
        not any(map(loop.differs, arguments_of(one))) for one in _messages(folder, loop)
    )


def _messages(folder: Folder, loop: Loop) -> list[Node]:
    if re.search(r"get_?updates|\breply\b|\.recv", loop.text, re.IGNORECASE):
        return []
    return [
        call
        for call, name in _named(folder, loop, _MESSAGE)
        if not loop.is_guarded(call) and (_is_thrown_away(call) or name.endswith("Request"))
    ]


def _messages_to_many(folder: Folder, loop: Loop) -> bool:
    """One person after another is written to, called or invited."""
    return bool(_MANY_PEOPLE.search(loop.head.lower())) and bool(_messages(folder, loop))


def _typed(folder: Folder, loop: Loop) -> bool:
    """Keys are pressed as if by somebody: a text and the key that sends it."""
    del folder
    keys = re.search(
        r"(?:typewrite|pyautogui\.write|keyboard\.(?:write|type)|\.hotkey|paste)\(", loop.text
    )
    return bool(keys) and bool(re.search(r"""["'](?:enter|return)["']|Key\.enter|\\n""", loop.text))


def _wait(folder: Folder, loop: Loop) -> bool:
    """It waits without end, and does nothing else."""
    if not loop.is_endless:
        return False
    names = {folder.callee(call).rpartition(".")[2] for call in loop.calls}
    return names <= _IDLE and "sleep" in names | {loop.text.split()[-1]}


def _written(folder: Folder, loop: Loop) -> bool:
    """Something is written into a page and sent in every round, and nothing taken from it."""
    keys = re.search(r"\.(?:send_keys|fill|type)\(", loop.text)
    return bool(keys) and _click(folder, loop) and not _is_read(loop.text)


def _click(folder: Folder, loop: Loop) -> bool:
    """Something in a page is pressed in every round."""
    del folder
    return bool(re.search(r"\.click\(|Keys\.(?:ENTER|RETURN)|\.submit\(", loop.text))


def _press(folder: Folder, loop: Loop) -> bool:
    """The same on one page after another, or by what the button does; nothing is taken from it."""
    told = re.search(r"\.(?:get|goto)\(", loop.text) or _BUTTON.search(loop.text)
    return _click(folder, loop) and bool(told) and not _is_read(loop.text)


def _visit(folder: Folder, loop: Loop) -> bool:
    """A browser opens or refreshes the same page in every round, and reads nothing."""
    del folder
    again = re.search(r"webdriver\.\w+\(|\.refresh\(\)", loop.text)
    return bool(again) and not _is_read(loop.text) and not re.search(r"\bbreak\b", loop.text)


def _request(folder: Folder, loop: Loop) -> bool:
    """The same request goes out in every round, and nobody wants the answer."""
    few = loop.rounds is not None and loop.rounds <= MANY_REQUESTS
    ends = re.search(r"\b(?:break|return)\b", loop.text)
    if few or ends or not _counts(loop) or _LONG_WAIT.search(loop.text) or _LOCAL.search(loop.text):
        return False
    if _is_read(loop.text):
        return False
    sent = [call for call, _ in _named(folder, loop, _REQUEST) if not loop.is_guarded(call)]
    return any(not _is_local(folder, one) and not _tells_something_new(loop, one) for one in sent)


def _tells_something_new(loop: Loop, call: Node) -> bool:
    """Whether the address or what is sent differs; sender's names and ways there may."""
    for argument in arguments_of(call):
        key, _, _ = source_of(argument).partition("=")
        if argument.type == "keyword_argument" and key.strip() not in _CONTENTS:
            continue
        worked_out = {name for name, made in loop.made.items() if made.type == "call"}
        if (loop.varied | worked_out - loop.by_chance) & words_of(argument):
            return True
    return False


def _is_local(folder: Folder, call: Node) -> bool:
    """Whether a request goes to the machine itself."""
    first = next(iter(arguments_of(call)), None)
    return bool(_LOCAL.search(folder.text(first) or source_of(first)[:200])) if first else False


def _packet(folder: Folder, loop: Loop) -> bool:
    """Packets go out without end, and nobody waits for an answer."""
    many = loop.is_endless or (loop.rounds or 0) > MANY_REQUESTS
    waits = re.search(r"recv|input\(|sleep\(\s*[1-9]", loop.text)
    if not many or waits or _LOCAL.search(loop.text):
        return False
    return any(_is_packet(folder, loop, call) for call, _ in _named(folder, loop, _PACKETS))


def _is_packet(folder: Folder, loop: Loop, call: Node) -> bool:
    arguments = arguments_of(call)
    if not arguments or any(map(loop.differs, arguments)):
        return False
    if arguments[0].type in {"none", "true", "integer", "keyword_argument"}:
        return False  # A generator is sent on, or a message has a name for each part.
    known = [folder.names.get(word) for one in arguments for word in words_of(one)]
    return not any(isinstance(one, str) and _LOCAL.search(one[:200]) for one in known)


def _thread(folder: Folder, loop: Loop) -> bool:
    """Very many at once send something, and nobody wants the answers."""
    few = loop.rounds is not None and loop.rounds < 2 * FEW_ROUNDS
    if few or not _named(folder, loop, _STARTED):
        return False
    for one in own_functions(folder, loop):
        sends = _BLIND.search(one.source)
        if sends and not _is_read(one.source) and not _LOCAL.search(one.source):
            return True
    return False


def _vote(folder: Folder, loop: Loop) -> bool:
    """A service's own interface is asked to like, follow or vote in every round."""
    own = {one.name for one in own_functions(folder, loop)}
    named = [name for _, name in _named(folder, loop, _VOTE) if name not in own]
    if any(name.lower().endswith("commentthreads") for name in named):
        return bool(re.search(r"commentThreads\(\)\.insert", loop.text))
    return bool(named)


_REPEATED: dict[str, Callable[[Folder, Loop], bool]] = {
    "mail": _mail,
    "message": _message,
    "messages": _messages_to_many,
    "typed": _typed,
    "written": _written,
    "click": _click,
    "press": _press,
    "visit": _visit,
    "request": _request,
    "packet": _packet,
    "thread": _thread,
    "vote": _vote,
    "wait": _wait,
}
