"""Mail, messages and calls that go to the same person again and again, or to many in turn.

To know another way of sending, add its call to `_MAIL`, where it takes who it goes to, or to
`_MESSAGE`.
"""

import re
from collections.abc import Callable

from tree_sitter import Node

from colonnade.detection.features.loops import Loop, own_functions, words_of
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

_MAIL = re.compile(r"(?:^|\.)(?:sendmail|send_message|send_?e?mail|send_raw_email)$", re.IGNORECASE)
_MESSAGE = re.compile(
    r"(?:^|\.)(?:sendwhatmsg\w*|send_direct_message|sendwhats\w*|messages\.create|calls\.create|send_sms|sendsms|send_text"
    r"|send_message|sendmessage|itchat\.send(?:_msg)?|invitetochannelrequest|addchatuserrequest)$",
    re.IGNORECASE,
)
_OPENED = re.compile(r"(?:^|\.)(?:get|goto|visit|open|open_new_tab|open_new)$")
_WRITTEN_IN_ADDRESS = re.compile(
    r"(?:phone=|wa\.me/|sms:|mailto:|to=)[^\n]{0,200}\b(?:text|body|message)="
)
"""An address that opens a page where a message to somebody already stands."""
_SENDS = re.compile(r"\.click\(|\bpress\(|hotkey\(|Keys\.(?:ENTER|RETURN)|\.submit\(\)")
_REPLY = re.compile(
    r"(?:^|\.)(?:update_status|create_tweet|send_tweet|reply|add_comment|post_comment)$",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"(?:^|\.)(?:sleep|print|str|range|format|randint|uniform)$")
"""What a loop calls that does nothing but number what it sends, and wait."""
_READ_FIRST = re.compile(r"\.(?:\w{0,10}text|body|title|content|message)\b")
_SPOKEN_TO = re.compile(r"mention|inbox|unread|notif|repl(?:y|ies)|[\"']@", re.IGNORECASE)
_CONVERSATION = re.compile(r"get_?updates|\breply\b|\.recv", re.IGNORECASE)
_HAILED = re.compile(
    r"""["'][^"'\n]{0,20}@["']\s?\+\s?[\w.\[\]]{0,60}screen_name|@\{[\w.\[\]]{0,60}screen_name"""
)
"""Somebody is addressed by the name that a search gave."""
_SEARCHED = re.compile(r"\.search(?:_\w{1,20})?\b")
MAX_WHOM = 200
_SENT_TO = re.compile(r"\.send$")
_MANY_PEOPLE = re.compile(
    r"user|member|participant|contact|phone|\bph\b|\btel\b|telef|mobile|celular|number|numero|nomor"
    r"|friend|group|subscriber|follower|recipient"
)


def _mail(folder: Folder, loop: Loop) -> bool:
    """The same person gets mail in every round, whatever it says."""
    if not counts(loop) or LONG_WAIT.search(loop.text):
        return False
    for call, name in named(folder, loop, _MAIL):
        arguments = arguments_of(call)
        told = arguments[1:2] if name.lower().endswith("sendmail") else arguments
        same = not any(map(loop.differs, told)) and not loop.is_guarded(call)
        if same and (name.endswith("sendmail") or is_thrown_away(call)):
            return True
    for call, _ in named(folder, loop, _SENT_TO):
        keys = dict(keywords_of(call))
        if "to" in keys and not loop.differs(keys["to"]) and not loop.is_guarded(call):
            return True
    own = any(".sendmail(" in one.source for one in own_functions(folder, loop))
    return own and not re.search(r"\bif\b", loop.text) and "sleep(" not in loop.text


def _message(folder: Folder, loop: Loop) -> bool:
    """The same message, call or invitation goes out in every round, or the same with its number."""
    if not counts(loop):
        return False
    given = [arguments_of(one) for one in _messages(folder, loop)]
    if any(not any(map(loop.differs, told)) for told in given):
        return True
    numbers = all(
        _NUMBERING.search(name) or _MESSAGE.search(name) for _, name in calls_of(folder, loop)
    )
    return numbers and any(all(_is_numbered(loop, one) for one in told) for told in given)


def _is_numbered(loop: Loop, node: Node) -> bool:
    """Whether what a message says differs by how many went before, and not by what is looked up."""
    said = loop.made.get(source_of(node), node)
    return words_of(said) & loop.varied <= loop.variables and "[" not in source_of(said)


def _messages(folder: Folder, loop: Loop) -> list[Node]:
    """The calls that send messages whose answer nobody takes: who talks with a model does."""
    found = [
        call
        for call, name in named(folder, loop, _MESSAGE)
        if not loop.is_guarded(call) and (is_thrown_away(call) or name.endswith("Request"))
    ]
    return found if found and not _CONVERSATION.search(loop.text) else []


def _messages_to_many(folder: Folder, loop: Loop) -> bool:
    """One person after another is written to, called or invited, and not just a few by hand."""
    if loop.rounds is not None and loop.rounds < FEW_ROUNDS:
        return False
    found = _messages(folder, loop)
    invited = any(folder.callee(one).endswith("InviteToChannelRequest") for one in found)
    many = bool(_MANY_PEOPLE.search(loop.head.lower()))
    return bool(found) and (invited or many or any(_says_one_thing(loop, one) for one in found))


def _says_one_thing(loop: Loop, call: Node) -> bool:
    """Whether somebody else is told the same in each round."""
    whom, *what = arguments_of(call) or [call]
    somebody = loop.differs(whom) and _MANY_PEOPLE.search(source_of(whom)[:MAX_WHOM].lower())
    return bool(somebody and what) and not any(map(loop.differs, what))


def _addressed(folder: Folder, loop: Loop) -> bool:
    """A page opens for one number after another in which the message already stands, and is sent.

    Who opens pages and leaves it to somebody to press what sends them writes by hand.
    """
    if not re.search(r"\b(?:text|body|message)=", loop.text) or not _SENDS.search(loop.text):
        return False
    for call, _ in named(folder, loop, _OPENED):
        for told in arguments_of(call)[:1]:
            address = source_of(loop.made.get(source_of(told), told))[:400]
            if _WRITTEN_IN_ADDRESS.search(address) and loop.is_candidate(told):
                return True
    return False


def _answered(folder: Folder, loop: Loop) -> bool:
    """One after another is told something that does not follow from what they said.

    Who goes through what was said to them answers those who spoke first, and who asks something
    before they answer chooses.
    """
    if _hails(loop):
        return True
    if _SPOKEN_TO.search(loop.over) or loop.node.type != "for_statement":
        return False
    for call, name in named(folder, loop, _REPLY):
        told = arguments_of(call)
        whom = name.endswith("reply") or any(map(loop.differs, told[1:]))
        made = [source_of(loop.made.get(source_of(one), one))[:1000] for one in told]
        if whom and not loop.is_guarded(call) and not any(map(_READ_FIRST.search, made)):
            return True
    return False


def _hails(loop: Loop) -> bool:
    """Whoever a search finds is addressed, round after round, by functions of one's own."""
    return bool(
        _HAILED.search(loop.text)
        and _SEARCHED.search(loop.text)
        and re.search(r"\.(?:update_status|create_tweet|send_tweet)\(", loop.text)
        and not re.search(r"mention|inbox|notif", loop.text, re.IGNORECASE)
    )


MESSAGES: dict[str, Callable[[Folder, Loop], bool]] = {
    "mail": _mail,
    "message": _message,
    "messages": _messages_to_many,
    "addressed": _addressed,
    "answered": _answered,
}
"""What is noted of a loop, and whether it is so."""
