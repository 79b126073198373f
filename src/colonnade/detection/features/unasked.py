"""Messages to people who did not ask for them: one after another, whoever comes up, or advertising.

Who answers those that spoke first, or writes to a class or to guests, is not meant. To know another
word by which a text advertises, add it to `_ADVERTISES`.
"""

import re
from collections.abc import Callable

from tree_sitter import Node

from colonnade.detection.features.loop import Loop, words_of
from colonnade.detection.features.messages import MAIL, SENT_TO, messages_in
from colonnade.detection.features.posted import made_before
from colonnade.detection.features.rounds import FEW_ROUNDS, is_thrown_away, named
from colonnade.detection.normalise.fold import Folder, arguments_of, source_of
from colonnade.detection.normalise.fold.nodes import keywords_of

_OPENED = re.compile(r"(?:^|\.)(?:get|goto|visit|open|open_new_tab|open_new)$")
_WRITTEN_IN_ADDRESS = re.compile(
    r"(?:phone=|wa\.me/|sms:|mailto:|to=)[^\n]{0,200}\b(?:text|body|message)="
)
"""An address that opens a page where a message to somebody already stands."""
_BRIDGED = re.compile(r"@(?:s\.whatsapp\.net|c\.us)\b")
"""A number as WhatsApp's own protocol has it, where a bridge of one's own writes to it."""
_SENDS = re.compile(r"\.click\(|\bpress\(|hotkey\(|Keys\.(?:ENTER|RETURN)|\.submit\(\)")
_REPLY = re.compile(
    r"(?:^|\.)(?:update_status|create_tweet|send_tweet|reply|add_comment|post_comment)$",
    re.IGNORECASE,
)
_READ_FIRST = re.compile(r"\.(?:\w{0,10}text|body|title|content|message)\b")
_SPOKEN_TO = re.compile(r"mention|inbox|unread|notif|repl(?:y|ies)|[\"']@", re.IGNORECASE)
_HAILED = re.compile(
    r"""["'][^"'\n]{0,20}@["']\s?\+\s?[\w.\[\]]{0,60}screen_name|@\{[\w.\[\]]{0,60}screen_name"""
)
"""Somebody is addressed by the name that a search gave."""
_SEARCHED = re.compile(r"\.search(?:_\w{1,20})?\b")
_ADVERTISES = re.compile(
    r"publicid|propagand|\bpromo(?:s|code|ci[oó]n|ç[aã]o|tions?)?\b|\bofertas?\b|special offer"
    r"|our offers?\b|discount|descuento|desconto|rabatt|\d ?% ?off\b|free trial|your subscription"
    r"|premium (?:plan|account)|click here|haz clic|limited time|newsletter|e?mail marketing|casino"
    r"|lottery|you (?:have )?won\b|gift card"
    r"|реклам|скидк|акци[яи]\b|优惠|促销|折扣|广告|광고|할인|セール|割引",
    re.IGNORECASE,
)
_LOOKED_UP = re.compile(r"(?:get|fetch)_(?:member|user)s?\(|\.members\b|create_dm\(")
MAX_TOLD = 4000
MAX_WHOM = 200
_MANY_PEOPLE = re.compile(
    r"user|member|participant|contact|phone|\bph\b|\btel\b|telef|mobile|celular|number|\bnums?\b|numero|nomor"
    r"|friend|group|subscriber|follower|recipient|profile|\bleads?\b|people|\buids?\b"
)


def _messages_to_many(folder: Folder, loop: Loop) -> bool:
    """One person after another is written to, called or invited, and not just a few by hand."""
    if loop.rounds is not None and loop.rounds < FEW_ROUNDS:
        return False
    if _to_members(folder, loop):
        return True
    found = messages_in(folder, loop)
    invited = any(folder.callee(one).endswith("InviteToChannelRequest") for one in found)
    many = bool(_MANY_PEOPLE.search(loop.head.lower()))
    return bool(found) and (invited or many or any(_says_one_thing(loop, one) for one in found))


def _to_members(folder: Folder, loop: Loop) -> bool:
    """Whether one after another is written to who was looked up in a group."""
    sent = [call for call, _ in named(folder, loop, SENT_TO) if is_thrown_away(call)]
    over = loop.node.child_by_field_name("right")
    before = made_before(loop, over) if sent and over is not None else ""
    return bool(sent and _LOOKED_UP.search(f"{loop.over}\n{before}\n{loop.text}"))


def _says_one_thing(loop: Loop, call: Node) -> bool:
    """Whether somebody else is told the same in each round."""
    whom, *what = arguments_of(call) or [call]
    somebody = loop.differs(whom) and _MANY_PEOPLE.search(source_of(whom)[:MAX_WHOM].lower())
    return bool(somebody and what) and not any(map(loop.differs, what))


def _addressed(folder: Folder, loop: Loop) -> bool:
    """A page opens for one number after another in which the message already stands, and is sent.

    Who opens pages and leaves it to somebody to press what sends them writes by hand.
    """
    if _BRIDGED.search(loop.text) and "post(" in loop.text:
        return True
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


def _advertised(folder: Folder, loop: Loop) -> bool:
    """Mail goes to one address after another, and what it says advertises."""
    if loop.rounds is not None and loop.rounds < FEW_ROUNDS:
        return False
    calls = [call for call, _ in named(folder, loop, MAIL)]
    calls += [call for call, _ in named(folder, loop, SENT_TO) if "to" in dict(keywords_of(call))]
    if not any(loop.differs(one) for call in calls for one in arguments_of(call)):
        return False
    known = (folder.names.get(name) for name in words_of(loop.node))
    texts = [loop.text, *(one[:MAX_TOLD] for one in known if isinstance(one, str))]
    return any(map(_ADVERTISES.search, texts))


def _hails(loop: Loop) -> bool:
    """Whoever a search finds is addressed, round after round, by functions of one's own."""
    return bool(
        _HAILED.search(loop.text)
        and _SEARCHED.search(loop.text)
        and re.search(r"\.(?:update_status|create_tweet|send_tweet)\(", loop.text)
        and not re.search(r"mention|inbox|notif", loop.text, re.IGNORECASE)
    )


UNASKED: dict[str, Callable[[Folder, Loop], bool]] = {
    "messages": _messages_to_many,
    "addressed": _addressed,
    "answered": _answered,
    "advertised": _advertised,
}
"""What is noted of a loop, and whether it is so."""
