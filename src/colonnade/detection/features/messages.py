"""Mail, messages and calls that go to the same person again and again, or to many in turn.

To know another way of sending, add its call to `_MAIL`, where it takes who it goes to, or to
`_MESSAGE`.
"""

import re
from collections.abc import Callable

from tree_sitter import Node

from colonnade.detection.features.loops import (
    LONG_WAIT,
    Loop,
    counts,
    is_thrown_away,
    named,
    own_functions,
)
from colonnade.detection.normalise.fold import Folder, arguments_of
from colonnade.detection.normalise.fold.nodes import keywords_of

_MAIL = re.compile(r"(?:^|\.)(?:sendmail|send_message|send_?e?mail|send_raw_email)$", re.IGNORECASE)
_MESSAGE = re.compile(
    r"(?:^|\.)(?:sendwhatmsg\w*|send_direct_message|sendwhats\w*|messages\.create|calls\.create|send_sms|sendsms|send_text"
    r"|send_message|sendmessage|invitetochannelrequest|addchatuserrequest)$",
    re.IGNORECASE,
)
_SENT_TO = re.compile(r"\.send$")
_MANY_PEOPLE = re.compile(
    r"user|member|participant|contact|phone|number|friend|group|subscriber|follower"
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
    """The same message, call or invitation goes out in every round."""
    return counts(loop) and any(
        not any(map(loop.differs, arguments_of(one))) for one in _messages(folder, loop)
    )


def _messages(folder: Folder, loop: Loop) -> list[Node]:
    """The calls that send messages whose answer nobody takes: who talks with a model does."""
    if re.search(r"get_?updates|\breply\b|\.recv", loop.text, re.IGNORECASE):
        return []
    return [
        call
        for call, name in named(folder, loop, _MESSAGE)
        if not loop.is_guarded(call) and (is_thrown_away(call) or name.endswith("Request"))
    ]


def _messages_to_many(folder: Folder, loop: Loop) -> bool:
    """One person after another is written to, called or invited."""
    found = _messages(folder, loop)
    invited = any(folder.callee(one).endswith("InviteToChannelRequest") for one in found)
    return bool(found) and (invited or bool(_MANY_PEOPLE.search(loop.head.lower())))


MESSAGES: dict[str, Callable[[Folder, Loop], bool]] = {
    "mail": _mail,
    "message": _message,
    "messages": _messages_to_many,
}
"""What is noted of a loop, and whether it is so."""
