"""What a loop presses and writes in pages and windows, as if somebody did.

Who collects takes something from every page; who only presses acts. To know another button, add
its word to `BUTTON`.
"""

import re
from collections.abc import Callable

from tree_sitter import Node

from colonnade.detection.features.loops import Loop, calls_in_turn, own_functions
from colonnade.detection.features.own_places import is_own
from colonnade.detection.features.pressed import given_in_turn, gives_again, presses_in
from colonnade.detection.features.rounds import (
    FEW_ROUNDS,
    LONG_WAIT,
    counts,
    is_thrown_away,
    named,
    reads,
)
from colonnade.detection.normalise.fold import Folder, arguments_of, source_of

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
_IS_ENTER = re.compile(r"(?:enter|return)(?:_?key)?|(?:key_?)?enter", re.IGNORECASE)
"""The key, or what a name for it is called."""
_KEYS = re.compile(r"(?:^|\.)(?:typewrite|type|(?:pyautogui|keyboard)\.(?:write|hotkey))$")
_ENTER = re.compile(r"""["'](?:enter|return)["']|Key\.enter|typewrite\([^\n]{0,200}\\n""")
_SENT_BY_KEY = re.compile(r"Enter|Keys\.(?:ENTER|RETURN)|\.submit\(\)")
_OF_KEYBOARD = re.compile(r"^(?:pyautogui|keyboard)\.(?:press|hotkey|send|press_and_release)$")
_TYPED = re.compile(r"\.(?:send_keys|fill|type)$")
_PRESSED = re.compile(r"\.click\(|Keys\.(?:ENTER|RETURN)|\.submit\(\)")
_SWIPED = re.compile(r"send_keys\(Keys\.(?:(?:ARROW_)?(?:RIGHT|LEFT)|NUMPAD\d)\)")
"""A key that says yes or no to who is shown; keys that scroll are others."""
_OPENED_OR_SENT = re.compile(r"\.(?:get|goto)\(|Keys\.(?:ENTER|RETURN)|\.submit\(\)")
_LINE_BROKEN = re.compile(r"SHIFT[^\n]{0,80}(?:ENTER|RETURN)")
"""Shift and Enter begin another line of the same message."""
OPENED_AGAIN = re.compile(
    r"webdriver\.\w+\(|\bChrome\(|\.refresh\(\)|\blaunch\w{0,20}\([^\n]{0,200}prox"
    r"|incognito\w{0,20}\(|\.new_?context\(|delete_all_cookies\(",
    re.IGNORECASE,
)
"""A browser is opened anew or loads a page again; one that nobody drives, as if from elsewhere."""
_LOADS = re.compile(r"\.(?:get|goto|refresh)\(")
_OPENS_WINDOW = re.compile(r"^webbrowser\.open(?:_new)?(?:_tab)?$")
"""In the browser of whoever looks on."""
_CALENDAR = re.compile(r"datetime|strftime|weekday|schedule|timetable")
"""Whoever goes somewhere on time goes there once."""
_WAITS = re.compile(r"sleep\(\s*[^\W\d]")
"""For as long as a name says: who reminds somebody to rest does."""
MANY_VISITS = 50
_COPIED = re.compile(
    r"clipboard_get|pyperclip\.paste|hotkey\(\s?[\"'](?:ctrl|command)[\"'],\s?[\"']c[\"']"
)
"""What stands in a window is taken from it: who answers reads first."""
_FROM_FIELD_TO_FIELD = re.compile(
    r"""(?:press|send|write|typewrite)\([^()\n]{0,40}(?:["']tab["']|\\t)"""
)
"""Who fills in the fields of a form goes on from one to the next; a message has one."""
BUTTON = re.compile(
    r"\b(?:dis)?like\b|\bfollow\b|\b(?:up|down)?vote|\bsend\b|\bsubmit\b|\bconnect\b|\binvite"
    r"|\bsubscri"
    r"|\b(?:post|write|add) comment\b|\bclap|\bpublish|\benviar|\bseguir|\bgostar|\bme gusta"
    r"|\bcurtir|отправ|нрав|подпис",
    re.IGNORECASE,
)


_TAKEN_BACK = re.compile(
    r"\b(?:un(?:follow|like|friend|subscribe|save|tag|pin)|remove|delete|withdraw|archive)\b"
    r"|dejar de seguir|deixar de seguir|ne plus suivre|entfolgen|entfernen|takibi b[ıi]rak"
    r"|отпис|удал|取消|删除|削除|삭제|언팔",
    re.IGNORECASE,
)


def _typed(folder: Folder, loop: Loop) -> bool:
    """Keys are pressed as if by somebody: a text and the key that sends it."""
    if _COPIED.search(loop.text) or _FROM_FIELD_TO_FIELD.search(loop.text):
        return False
    if _shouted(folder, loop):
        return True
    keys = named(folder, loop, _KEYS) or re.search(r"""\.press\(["']\w["']\)""", loop.text)
    return bool(keys) and (bool(_ENTER.search(loop.text)) or _sends_by_key(folder, loop))


def _sends_by_key(folder: Folder, loop: Loop) -> bool:
    """Whether the key that sends is pressed, of a keyboard and not of a page, in any case."""
    pressed = (arguments_of(call)[:1] for call, _ in named(folder, loop, _OF_KEYBOARD))
    keys = (folder.text(one) or source_of(one)[:40] for given in pressed for one in given)
    return any(_IS_ENTER.fullmatch(key) for key in keys)


def _shouted(folder: Folder, loop: Loop) -> bool:
    """The same, or what chance gives, is typed into a page and sent, without end or so often."""
    few = loop.rounds is not None and loop.rounds < FEW_ROUNDS
    if few or not counts(loop) or loop.may_end or reads(loop) or not _SENT_BY_KEY.search(loop.text):
        return False
    typed = [call for call, _ in named(folder, loop, _TYPED) if not loop.is_guarded(call)]
    said = [one for call in typed for one in arguments_of(call) if _says(one)]
    return bool(said) and not any(map(loop.differs, said))


def _says(node: Node) -> bool:
    """Whether an argument is a text and not a key."""
    return not source_of(node).startswith(("Keys.", "'#", '"#'))


def _written(folder: Folder, loop: Loop) -> bool:
    """Something is written into a page and sent in every round, and nothing taken from it.

    The same words on one page after another are no search, whatever is read from it.
    """
    if not _click(folder, loop) or _takes_back(loop):
        return False
    if not reads(loop):
        return bool(re.search(r"\.(?:send_keys|fill|type)\(", loop.text))
    typed = [call for call, _ in named(folder, loop, _TYPED)]
    same = any(one.type == "string" for call in typed for one in arguments_of(call)[-1:])
    return same and ".get(" in loop.text


def _takes_back(loop: Loop) -> bool:
    """Whether what is pressed takes back what was given, or removes what is one's own."""
    return any(_TAKEN_BACK.search(one) for one in presses_in(loop))


def _click(folder: Folder, loop: Loop) -> bool:
    """Something in a page is pressed in every round."""
    del folder
    return bool(_PRESSED.search(_LINE_BROKEN.sub("", loop.text)))


def _press(folder: Folder, loop: Loop) -> bool:
    """The same on one page after another, without end, or by what the button does.

    Nothing is taken from it; who presses until there is no more collects what came.
    """
    if _SWIPED.search(loop.text) and counts(loop) and not reads(loop):
        return True
    if not _click(folder, loop) or _takes_back(loop):
        return False
    if "invite" in given_in_turn(folder, loop):
        return True
    if reads(loop):
        return False
    if loop.is_endless and not loop.may_end:
        return True
    if _OPENED_OR_SENT.search(_LINE_BROKEN.sub("", loop.text)):
        return True
    return any(BUTTON.search(one) for one in presses_in(loop))


def _visit(folder: Folder, loop: Loop) -> bool:
    """A browser opens or refreshes the same page in every round, and reads nothing."""
    opened = [one for one, _ in named(folder, loop, _OPENS_WINDOW) if not loop.is_guarded(one)]
    if opened and counts(loop) and not (LONG_WAIT.search(loop.text) or _WAITS.search(loop.text)):
        return loop.rounds is None or loop.rounds >= MANY_VISITS
    again = OPENED_AGAIN.search(loop.text) and _LOADS.search(loop.text)
    if not again or reads(loop) or re.search(r"\bbreak\b", loop.text):
        return False
    return counts(loop) or not _CALENDAR.search(loop.text)


def _vote(folder: Folder, loop: Loop) -> bool:
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


BROWSING: dict[str, Callable[[Folder, Loop], bool]] = {
    "typed": _typed,
    "written": _written,
    "click": _click,
    "press": _press,
    "visit": _visit,
    "vote": _vote,
}
"""What is noted of a loop, and whether it is so."""
