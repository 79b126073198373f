"""Requests that say something to somebody: the same to the same is a message, whatever they answer.

Who asks a model how long it takes sends the same words too, and to nobody. To know another name for
whom it goes to, add it to `_WHOM`.
"""

import re

from tree_sitter import Node

from colonnade.detection.features.identities import CONTENTS, REQUEST
from colonnade.detection.features.loop import Loop
from colonnade.detection.features.own_places import OWN
from colonnade.detection.features.rounds import FEW_ROUNDS, named
from colonnade.detection.normalise.fold import Folder, arguments_of, source_of

_TO_A_CHAT = re.compile(
    r"messages?(?:[/.?]|$)|send_?message|webhooks?/|channels?\b|/comments?\b|/chats?/|wall\.|/dm\b",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"""["'](?:text|content|message|body|comment|question)["']\s*:|[?&]text=""", re.IGNORECASE
)
_WHOM = re.compile(
    r"""["'](?:chat_?id|to|recipient\w{0,8}|channel\w{0,8}|peer_?id|user_?(?:id|name)|phone)["']\s*:""",
    re.IGNORECASE,
)
_ASKS_FIRST = re.compile(r"(?<!dumps)(?<!str)(?<!int)\(")
"""What is said is worked out by another call, which may give something else each time."""
MAX_SAID = 2000
MAX_BEFORE = 4000
"""Characters before a loop in which that is sought which its names hold."""


def says_the_same(folder: Folder, loop: Loop) -> bool:
    """Whether the same is said to the same somebody by a request in every round."""
    if (loop.rounds is not None and loop.rounds < FEW_ROUNDS) or loop.asked:
        return False
    return any(
        _says_to_somebody(folder, loop, call)
        for call, _ in named(folder, loop, REQUEST)
        if not loop.is_guarded(call)
    )


def _says_to_somebody(folder: Folder, loop: Loop, call: Node) -> bool:
    told = [one for one in arguments_of(call) if _is_content(one)]
    made_anew = any(_ASKS_FIRST.search(source_of(one)[:MAX_SAID]) for one in told)
    if not told or made_anew or any(map(loop.differs, told)):
        return False
    address, *_ = said = [_said(folder, loop, one) for one in told]
    text = "\n".join(said)
    if not _WORDS.search(text) or OWN.search(text):
        return False
    return bool(_WHOM.search(text) or _TO_A_CHAT.search(address))


def _is_content(argument: Node) -> bool:
    """Whether an argument of a request is said, and not how and as whom it is sent."""
    key = argument.child_by_field_name("name")
    return key is None or source_of(key) in CONTENTS


def _said(folder: Folder, loop: Loop, argument: Node) -> str:
    """What an argument says, as far as it is known."""
    value = argument.child_by_field_name("value") or argument
    known = folder.fold(value)
    written = "" if known is None else str(known)[:MAX_SAID]
    return f"{loop.said_by(value)} {written} {made_before(loop, value)}"


def made_before(loop: Loop, node: Node) -> str:
    """What a name was last given in the same source before the loop: `{'text': …`."""
    if node.type != "identifier":
        return ""
    root = loop.node
    while root.parent is not None:
        root = root.parent
    before = (root.text or b"")[max(0, loop.node.start_byte - MAX_BEFORE) : loop.node.start_byte]
    given = re.compile(rf"\b{source_of(node)}\s*=(?!=)\s*(\{{[^{{}}]{{0,1000}}\}}|[^\n]{{0,300}})")
    found = given.findall(before.decode("utf-8", "replace"))
    return found[-1] if found else ""
