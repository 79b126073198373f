"""What a loop presses and writes in pages and windows, as if somebody did.

Who collects takes something from every page; who only presses acts. To know another button, add
its word to `BUTTON`.
"""

import re
from collections.abc import Callable

from tree_sitter import Node

from colonnade.detection.features.loop import Loop, words_of
from colonnade.detection.features.pressed import given_in_turn, presses_in
from colonnade.detection.features.rounds import (
    LONG_WAIT,
    counts,
    named,
    reads,
)
from colonnade.detection.features.typed import TYPED, is_text, is_typed
from colonnade.detection.features.voted import is_voted
from colonnade.detection.normalise.fold import Folder, arguments_of, source_of

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


def _written(folder: Folder, loop: Loop) -> bool:
    """Something is written into a page and sent in every round, and nothing taken from it.

    The same words on one page after another are no search, whatever is read from it.
    """
    if not _click(folder, loop) or _takes_back(loop):
        return False
    if not reads(loop):
        return bool(re.search(r"\.(?:send_keys|fill|type)\(", loop.text))
    typed = [call for call, _ in named(folder, loop, TYPED)]
    same = any(one.type == "string" for call in typed for one in arguments_of(call)[-1:])
    return same and ".get(" in loop.text


def _entered(folder: Folder, loop: Loop) -> bool:
    """Each field is filled with something else of a table in every round: a row is entered."""
    del folder
    typed = [call for call in loop.calls if TYPED.search(_called(call))]
    texts = [one for call in typed for one in arguments_of(call)[-1:] if is_text(one)]
    turn = loop.varied - loop.by_chance
    return len(texts) > 1 and all(turn & words_of(one) for one in texts)


def _called(call: Node) -> str:
    """The source of what is called."""
    function = call.child_by_field_name("function")
    return source_of(function)[-40:] if function is not None else ""


def _takes_back(loop: Loop) -> bool:
    """Whether what is pressed only takes back what was given, or removes what is one's own."""
    pressed = presses_in(loop)
    back = [one for one in pressed if _TAKEN_BACK.search(one)]
    return bool(back) and not any(BUTTON.search(one) for one in pressed if one not in back)


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


BROWSING: dict[str, Callable[[Folder, Loop], bool]] = {
    "typed": is_typed,
    "written": _written,
    "entered": _entered,
    "click": _click,
    "press": _press,
    "visit": _visit,
    "vote": is_voted,
}
"""What is noted of a loop, and whether it is so."""
