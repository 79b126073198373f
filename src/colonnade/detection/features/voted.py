"""Likes, follows and votes that an interface is told to give, round after round.

To know another call that gives one, add it to `_VOTE`; another address, to `_ACTING_ADDRESS`.
"""

import re

from tree_sitter import Node

from colonnade.detection.features.loop import Loop
from colonnade.detection.features.own_places import is_own
from colonnade.detection.features.pressed import gives_again
from colonnade.detection.features.reached import calls_in_turn, own_functions
from colonnade.detection.features.rounds import (
    is_thrown_away,
    named,
)
from colonnade.detection.normalise.fold import Folder, arguments_of

_VOTE = re.compile(
    r"(?:^|\.)(?:create_(?:friendship|favorite)|favorite|retweet|upvote|downvote|media_like|user_follow"
    r"|(?:bot|api|cl|client|session|insta\w*|ig|user|me)\.(?:(?:post|media|send|create)_)?(?:like|follow)"
    r"|(?:post|media|send)_(?:like|comment)|friendships?_create"
    r"|follow_(?:user|hashtag|tag|by|back|followers|likers|list|account)\w*"
    r"|like_(?:by|media|tweet|post|hashtag|user|timeline|feed|photo)\w*"
    r"|comment_(?:media|hashtag|post|user)\w*|put_(?:like|comment)|commentthreads)$",
    re.IGNORECASE,
)
_THANKED = re.compile(r"mentions_timeline|\.(?:get_users_)?mentions\(|inbox\.\w{1,12}\(")
"""Those who spoke first may be thanked with a like."""
_LIKED = re.compile(r"\.(?:(?:super|dis)?like|(?:up|down)vote)\d?$", re.IGNORECASE)
"""What is told to like, and gives no answer: of a table it is asked for rows."""
_ASKS = re.compile(r"(?:^|[._])(?:get|post|put|request|fetch)(?:_\w{1,40})?$")
_ONLY_ASKS = re.compile(r"(?:^|[._])(?:get|fetch)(?:_\w{1,40})?$")
_ACTING_ADDRESS = re.compile(
    r"/(?:(?:super)?like|follow|(?:up|down)?vote|retweet|swipe|friendships/create|add_?friend"
    r"|comments?/[^/\"'\s]{1,40}/add|user/(?:following|starred)(?=/))"
    r"(?=[/?\"'{.&]|$)",
    re.IGNORECASE,
)
"""An address by which an interface is told to like, follow or vote."""
_ACTING_METHOD = re.compile(
    r"/method/(?:likes\.add|friends\.add|groups\.join|wall\.(?:post|createComment|repost))\b"
)
"""The same where a method is named (VK's interface): it acts however it is asked for."""
_WITHOUT_HOST = re.compile(r"""[rfbu]{0,2}["'][/\w.]""")


def is_voted(folder: Folder, loop: Loop) -> bool:
    """A service is asked to like, follow or vote in every round, by its interface or a button."""
    if gives_again(folder, loop) or _asked(folder, loop):
        return True
    if _THANKED.search(loop.text):
        return False
    own = {one.name for one in own_functions(folder, loop)}
    names = [name for _, name in named(folder, loop, _VOTE) if name not in own]
    liked = [(call, name.rpartition(".")[2]) for call, name in named(folder, loop, _LIKED)]
    names += [name for call, name in liked if is_thrown_away(call) and name not in own]
    if any(name.lower().endswith("commentthreads") for name in names):
        return bool(re.search(r"commentThreads\(\)\.insert", loop.text))
    return bool(names)


def _asked(folder: Folder, loop: Loop) -> bool:
    """A request goes to an address that likes, follows or votes, and is more than a question."""
    if not ("/method/" in loop.text or _ACTING_ADDRESS.search(loop.text)):
        return False
    asks = ((call, folder.callee(call)[:200]) for call in calls_in_turn(folder, loop))
    for call, name in asks:
        if not _ASKS.search(name):
            continue
        told = [one for one in arguments_of(call)[:2] if one.type != "keyword_argument"]
        if any(_acts(folder, loop, one, _ACTING_METHOD) for one in told):
            return True
        acts = any(_acts(folder, loop, one) for one in told)
        only_asks = bool(_ONLY_ASKS.search(name)) and not is_thrown_away(call)
        if acts and not only_asks:
            return True
    return False


def _acts(
    folder: Folder, loop: Loop, node: Node, acting: re.Pattern[str] = _ACTING_ADDRESS
) -> bool:
    """Whether an argument is an address that acts, and neither a file nor of one's own service."""
    said = loop.said_by(node)
    if _WITHOUT_HOST.match(said) and "://" not in said:
        return False
    return not is_own(folder, node) and bool(acting.search(folder.text(node) or said))
