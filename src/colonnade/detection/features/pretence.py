"""What a loop does to pass for a person: it waits as long as chance says, or says what that picks.

Who collects from pages waits so too, and takes something from each; who answers those that spoke
first may pick a greeting. To know another call by which something is said, add it to `_SAYS`.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from tree_sitter import Node

from colonnade.detection.features.browsing import BUTTON, OPENED_AGAIN
from colonnade.detection.features.loop import MAX_TEXT, Loop, words_of
from colonnade.detection.features.mapped import parameters_of
from colonnade.detection.features.own_places import OWN
from colonnade.detection.features.pressed import presses_among
from colonnade.detection.features.reached import calls_within, reached_functions
from colonnade.detection.normalise.fold import Folder, Function, arguments_of, source_of
from colonnade.detection.normalise.fold.nodes import keywords_of

_BY_CHANCE = re.compile(r"rand|uniform|choice|sample|gauss|normal|triangular")
_DRAW = (
    r"(?:\w{1,20}\.){0,2}"
    r"(?:random|rand|uniform|randint|randrange|choice|gauss|normal|triangular)\("
)
_ROUNDED = r"(?:\d+(?:\.\d+)?\s*[*+]\s*)?(?:int\(|round\(|abs\()?\s*"
_SLEEP = r"\b(?:\w{0,20}sleep|wait_for_timeout|pause|wait|delay)\(\s*"
_WAITS = re.compile(_SLEEP + _ROUNDED + _DRAW)
_DRAWN_NUMBER = re.compile(rf"\b(\w{{1,40}})\s*=\s*{_ROUNDED}{_DRAW}")
_WAITS_FOR = re.compile(_SLEEP + r"(\w{1,40})\b")
_PRESSES = re.compile(
    r"click\(|Keys\.(?:ENTER|RETURN)|\.submit\(\)|press\([^()\n]{0,60}[Ee]nter|\.tap\("
)
_TYPES = re.compile(r"\.(?:send_keys|fill|type|paste)\((?!\s*Keys\.)|typewrite\(|pyperclip\.copy\(")
"""Keys that scroll are no text."""
_SENDS = re.compile(
    r"\b(?:send_?message|sendmail|send_?e?mail|messages\.create|calls\.create|send_text|send_sms"
    r"|create_?comment|post_?comment|add_?comment|friends\.add|direct_send|media_like|user_follow|retweet"
    r"|update_status|create_tweet|create_?friendship|create_?favorite|inviteto\w{1,20}|\w{1,20}\.reply)\(",
    re.IGNORECASE,
)
_KEEPS = re.compile(
    r"to_csv|DataFrame\(|page_source|get_attribute\(|\.json\(|\.text\b|writerow|\byield\b|inner_text"
    r"|text_content|BeautifulSoup|\.content\b|screenshot|download|find_all\("
)
_COMPARED = re.compile(r"\bin \w{1,20}\.text\b|\.text(?:\.\w{1,20}\(\))?\s*[=!]=")
"""Whether a button says this or that is asked before it is pressed."""
_SPOKEN_TO = re.compile(
    r"get_?updates|clipboard_get|pyperclip\.paste\(|on_message|mention|inbox|unread|\binput\("
    r"|recognize|listen\(",
    re.IGNORECASE,
)
_CHOSEN = re.compile(r"\b(?:choices?|sample)\(|\[\s*(?:\w+\.)?(?:randint|randrange)\(")
_NAMED_CHOICE = re.compile(
    r"\b(\w{1,40})(?:\[[^\]\n]{1,40}\])?\s*=[^=\n]{0,200}?\b(?:choices?|sample)\("
)
_GIVES_CHOICE = re.compile(r"\breturn\b[^\n]{0,200}\b(?:choices?|sample)\(")
_SAYS = re.compile(
    r"(?:^|\.)(?:send_keys|fill|type|typewrite|copy|input_text|set_value"
    r"|send_?message|send_?text|send_?msg|sendmail|sendwhatmsg\w*|direct_send|messages\.create|reply"
    r"|(?:media|create|add|post)?_?comment|update_status|create_tweet"
    r"|(?:pyautogui|keyboard|pg|controller|kb)\.write)$",
    re.IGNORECASE,
)
_POSTS = re.compile(r"\.post$")
_TEXTS = re.compile(
    r"""["'](?:text\w?|testo|message|content|body|comment\w*|kommentar|msg|review|caption)["']\s*:"""
)
MAX_TOLD = 1500


def _said_in_turn(folder: Folder, loop: Loop) -> str:
    """The source of all that runs in each round.

    Empty where nothing is drawn, or a place of one's own is tried.
    """
    functions = reached_functions(folder, loop)
    if not any(map(_draws, [loop.own_text, *(one.source for one in functions)])):
        return ""
    text = "\n".join([loop.own_text, *(one.source[:MAX_TEXT] for one in functions)])
    loop.searched += len(text)
    known = (folder.names.get(one) for one in words_of(loop.node))
    told = [text, *(one for one in known if isinstance(one, str))]
    return "" if any(OWN.search(one) for one in told) else text


@lru_cache(1024)
def _draws(source: str) -> bool:
    return bool(_BY_CHANCE.search(source[:MAX_TEXT]))


def _paced(folder: Folder, loop: Loop) -> bool:
    """It waits as long as chance says between what it gives, and takes nothing."""
    text = _said_in_turn(folder, loop)
    if not _waits_by_chance(text) or _SPOKEN_TO.search(text):
        return False
    if _KEEPS.search(_COMPARED.sub("", text)):
        return False
    return bool(_SENDS.search(text)) or _gives_in_page(folder, loop, text)


def _gives_in_page(folder: Folder, loop: Loop, text: str) -> bool:
    if not _PRESSES.search(text):
        return False
    if _TYPES.search(text) or OPENED_AGAIN.search(text):
        return True
    calls = calls_within(loop, reached_functions(folder, loop))
    return any(BUTTON.search(one) for one in presses_among(calls))


def _waits_by_chance(text: str) -> bool:
    if _WAITS.search(text):
        return True
    drawn = set(_DRAWN_NUMBER.findall(text))
    return bool(drawn) and not drawn.isdisjoint(_WAITS_FOR.findall(text))


def _canned(folder: Folder, loop: Loop) -> bool:
    """One of some ready texts is said in every round, and nobody spoke first."""
    text = _said_in_turn(folder, loop)
    if not _CHOSEN.search(text) or _SPOKEN_TO.search(text):
        return False
    functions = {one.name: one for one in reached_functions(folder, loop)}
    calls = [(one, folder.callee(one)[:200]) for one in calls_within(loop, [*functions.values()])]
    chosen = set(_NAMED_CHOICE.findall(text))
    chosen |= {name for name, one in functions.items() if _GIVES_CHOICE.search(one.source)}
    for call, name in calls:
        called = functions.get(name.rpartition(".")[2])
        chosen |= set(_given_chosen(call, called, chosen)) if called is not None else set()
    return any(_says_chosen(call, name, chosen) for call, name in calls)


def _given_chosen(call: Node, function: Function, chosen: set[str]) -> Iterator[str]:
    """The parameters of a function that are given something chosen."""
    for name, given in zip(parameters_of(function), arguments_of(call), strict=False):
        if _is_chosen(given, chosen):
            yield name


def _is_chosen(node: Node, chosen: set[str]) -> bool:
    return bool(chosen & words_of(node) or _CHOSEN.search(source_of(node)[:MAX_TOLD]))


def _says_chosen(call: Node, name: str, chosen: set[str]) -> bool:
    if _SAYS.search(name):
        return any(_is_chosen(one, chosen) for one in arguments_of(call))
    if not _POSTS.search(name):
        return False
    sent = [value for _, value in keywords_of(call)]
    return any(_TEXTS.search(source_of(one)[:MAX_TOLD]) and _is_chosen(one, chosen) for one in sent)


PRETENCE: dict[str, Callable[[Folder, Loop], bool]] = {"paced": _paced, "canned": _canned}
"""What is noted of a loop, and whether it is so."""
