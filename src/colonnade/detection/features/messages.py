"""Mail, messages and calls that go to the same person again and again, or to many in turn.

To know another way of sending, add its call to `MAIL`, where it takes who it goes to, or to
`_MESSAGE`.
"""

import re
from collections.abc import Callable

from tree_sitter import Node

from colonnade.detection.features.loop import Loop, words_of
from colonnade.detection.features.posted import says_the_same
from colonnade.detection.features.pressed import presses_in
from colonnade.detection.features.reached import own_functions
from colonnade.detection.features.rounds import (
    FEW_ROUNDS,
    LONG_WAIT,
    calls_of,
    counts,
    is_thrown_away,
    named,
)
from colonnade.detection.normalise.fold import Folder, arguments_of, source_of
from colonnade.detection.normalise.fold.nodes import keywords_of

MAIL = re.compile(r"(?:^|\.)(?:sendmail|send_message|send_?e?mail|send_raw_email)$", re.IGNORECASE)
_MESSAGE = re.compile(
    r"(?:^|\.)(?:sendwhatmsg\w*|send_direct_message|direct_send|sendwhats\w*|messages\.create|calls\.create|send_sms|sendsms|send_text"
    r"|send_message|sendmessage|itchat\.send(?:_msg)?|invitetochannelrequest|addchatuserrequest"
    r"|create_?comment|wall\.post|messages\.send|\w{0,12}hook\w{0,4}\.(?:execute|send))$",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"(?:^|\.)(?:sleep|print|str|range|format|randint|uniform)$")
"""What a loop calls that does nothing but number what it sends, and wait."""
_CONVERSATION = re.compile(
    r"get_?updates|\breply\b|\.recv|WIN_CLOSED|\b(?:window|win|janela)\.read\(", re.IGNORECASE
)
_SENDS_CODE = re.compile(
    r"\b(?:re-?send|request|send|get|kirim|enviar)\b[^\n]{0,12}\b(?:otp|sms|code|kode|c[oó]digo)\b",
    re.IGNORECASE,
)
_WHOM = frozenset({"thread_id", "chat_id", "user_id", "peer_id", "recipient_id"})
SENT_TO = re.compile(r"\.send$")


def _mail(folder: Folder, loop: Loop) -> bool:
    """The same person gets mail in every round, whatever it says."""
    if not counts(loop) or LONG_WAIT.search(loop.text):
        return False
    for call, name in named(folder, loop, MAIL):
        arguments = arguments_of(call)
        told = arguments[1:2] if name.lower().endswith("sendmail") else arguments
        same = not any(map(loop.differs, told)) or _goes_to_the_same(loop, told)
        same = same and not loop.is_guarded(call)
        if same and (name.endswith("sendmail") or is_thrown_away(call)):
            return True
    for call, _ in named(folder, loop, SENT_TO):
        keys = dict(keywords_of(call))
        if "to" in keys and not loop.differs(keys["to"]) and not loop.is_guarded(call):
            return True
    own = any(".sendmail(" in one.source for one in own_functions(folder, loop))
    return own and not re.search(r"\bif\b", loop.text) and "sleep(" not in loop.text


def _goes_to_the_same(loop: Loop, told: list[Node]) -> bool:
    """Whether a mail that is made anew in every round goes to one address: `mail['To'] = you`."""
    for one in told[:1]:
        given = rf"\b{re.escape(source_of(one)[:40])}\[[\"']To[\"']\]\s*=\s*([^\n]{{1,200}})"
        found = re.search(given, loop.text)
        if found and not set(re.findall(r"[^\W\d]\w*", found[1])) & loop.varied:
            return True
    return False


def _message(folder: Folder, loop: Loop) -> bool:
    """The same message, call or invitation goes out in every round, or the same with its number."""
    if not counts(loop):
        return False
    given = [_told(loop, one) for one in messages_in(folder, loop)]
    if any(not any(map(loop.differs, told)) for told in given):
        return True
    if says_the_same(folder, loop) or _has_codes_sent(loop):
        return True
    numbers = all(
        _NUMBERING.search(name) or _MESSAGE.search(name) for _, name in calls_of(folder, loop)
    )
    return numbers and any(all(_is_numbered(loop, one) for one in told) for told in given)


def _has_codes_sent(loop: Loop) -> bool:
    """Whether a button is pressed in every round that sends a code to somebody's telephone."""
    few = loop.rounds is not None and loop.rounds < FEW_ROUNDS
    return not few and any(_SENDS_CODE.search(one) for one in presses_in(loop))


def _told(loop: Loop, call: Node) -> list[Node]:
    """What a message is told: of one that was made before it is sent, what it was made of."""
    if told := arguments_of(call):
        return told
    function = call.child_by_field_name("function")
    sender = function.child_by_field_name("object") if function is not None else None
    if sender is None or loop.differs(sender):
        return [sender] if sender is not None else []
    made = loop.made.get(source_of(sender))
    return [made] if made is not None else []


def _is_sent(call: Node, name: str) -> bool:
    """Whether nobody waits for an answer, or it says to whom and is told what became of it."""
    if is_thrown_away(call) or name.lower().endswith((".execute", "request")):
        return True
    return "to" in dict(keywords_of(call))


def _is_numbered(loop: Loop, node: Node) -> bool:
    """Whether what a message says differs by how many went before, and not by what is looked up."""
    said = loop.made.get(source_of(node), node)
    return words_of(said) & loop.varied <= loop.variables and "[" not in source_of(said)


def messages_in(folder: Folder, loop: Loop) -> list[Node]:
    """The calls that send messages whose answer nobody takes: who talks with a model does."""
    sent = [call for call, name in named(folder, loop, _MESSAGE) if _is_sent(call, name)]
    sent += [
        call for call, _ in named(folder, loop, SENT_TO) if _WHOM & dict(keywords_of(call)).keys()
    ]
    found = [call for call in sent if not loop.is_guarded(call)]
    return found if found and not _CONVERSATION.search(loop.text) else []


MESSAGES: dict[str, Callable[[Folder, Loop], bool]] = {
    "mail": _mail,
    "message": _message,
}
"""What is noted of a loop, and whether it is so."""
