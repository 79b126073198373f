"""People who do not exist: accounts, votes and entries that a loop makes up by chance.

To know another address under which people enter themselves, add its word to `_ENTRY`; another
thing that tells of a person, to `_PERSON`.
"""

import re
from collections.abc import Iterator

from tree_sitter import Node

from colonnade.detection.features.chance import CHANCE
from colonnade.detection.features.loop import MAX_SAID, Loop, words_of
from colonnade.detection.features.own_places import OWN, is_own
from colonnade.detection.features.rounds import named
from colonnade.detection.normalise.fold import Folder, Function, arguments_of, source_of
from colonnade.detection.normalise.fold.nodes import keywords_of

_ENTRY = re.compile(
    r"(?:^|[/=_])(?:register|registration|sign_?-?up|create_?-?(?:account|user)|accounts?/create|join"
    r"|inscri\w{1,8}|cadastro|регистрац\w{1,3}|(?:up)?vote|petition|sign|enter|entry|imzala|firmar"
    r"|assinar|signer|подпис\w{1,4}|unterschreiben|reviews?|recensioni|rese[nñ]as?|avis|bewertung(?:en)?|отзыв\w{0,2}|giveaway|raffle|lottery|gewinnspiel"
    r"|sort[ei]+o|konkurs|розыгрыш|抽奖)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"[\"'](?:name|nome|nombre|nom|user|mail|pass|login)[\"']|[\"']wallet|user_?name|nick|e_?mail|phone|mobile|passw(?:or)?d|(?:first|last|full|sur)_?name|\bcorreo|telef"
    r"|celular",
    re.IGNORECASE,
)
_TRIED = re.compile(
    OWN.pattern
    + r"|demoqa|the-internet|saucedemo|automation(?:practice|exercise|testing)|parabank|reqres"
    r"|httpbin|jsonplaceholder|petstore|mockapi|orangehrm|\bdemo\b|practice"
    r"|ngrok|trycloudflare|herokuapp|onrender|\.run\.app|azurewebsites|vercel\.app|railway\.app"
    r"|pythonanywhere|amazonaws|hf\.space|replit",
    re.IGNORECASE,
)
"""What is one's own, there for exercises, or where people put what they try out."""
_ANSWERS = "/formResponse"
"""Where the answers to a public form go."""
_TYPES = re.compile(r"\.(?:send_keys|fill|type)$")
_MATTERS = re.compile(rf"{_PERSON.pattern}|{_ANSWERS}", re.IGNORECASE)
_POSTS = re.compile(r"\.(?:post|put|request)$")
_SENT = re.compile(r"\.click\(|\.submit\(\)|Keys\.(?:ENTER|RETURN)|press\([^()\n]{0,60}Enter")
_SENDING = (".post(", ".put(", ".request(", ".goto(", ".get(", ".visit(")
_OPENS = re.compile(r"\.(?:get|goto|visit)$")
_FORMS = frozenset({"data", "json", "params", "files"})
MANY_FIELDS = 2
_GATHERING = re.compile(
    r"kahoot|quizizz|gimkit|blooket|menti\.com|meet\.google|zoom\.us|teams\.(?:microsoft|live)"
)
"""Where a name alone lets somebody in."""


def enters_invented(folder: Folder, loop: Loop) -> bool:
    """Whether in every round somebody who was made up by chance is entered somewhere."""
    if not any(one in loop.text for one in _SENDING) or not _MATTERS.search(loop.text):
        return False
    if _TRIED.search(loop.text):
        return False
    return _by_request(folder, loop) or _by_page(folder, loop)


def _by_request(folder: Folder, loop: Loop) -> bool:
    """A request goes to where people enter themselves, with a person drawn by chance."""
    for call, _ in named(folder, loop, _POSTS):
        address, *rest = [*arguments_of(call), call]
        text = folder.text(address) or loop.said_by(address)
        answers = text.partition("?")[0].endswith(_ANSWERS)
        if not (answers or _ENTRY.search(text)) or is_own(folder, address, _TRIED):
            continue
        sent = [value for key, value in keywords_of(call) if key in _FORMS]
        sent += [one for one in rest[:1] if one.type not in {"keyword_argument", "call"}]
        if any(
            _is_invented(folder, loop, one) or (answers and _is_drawn(loop, one)) for one in sent
        ):
            return True
    return False


def _is_invented(folder: Folder, loop: Loop, node: Node) -> bool:
    text = " ".join([loop.said_by(node), *_parts(folder, loop, node)])
    return bool(_PERSON.search(text)) and (_is_drawn(loop, node) or bool(CHANCE.search(text)))


def _is_drawn(loop: Loop, node: Node) -> bool:
    return bool(words_of(node) & loop.by_chance or CHANCE.search(source_of(node)[:MAX_SAID]))


def _by_page(folder: Folder, loop: Loop) -> bool:
    """Fields of a page are filled with what was drawn by chance, and sent."""
    pages = [arguments_of(call)[:1] for call, _ in named(folder, loop, _OPENS)]
    if not pages or not _SENT.search(loop.text):
        return False
    typed = [arguments_of(call)[-1:] for call, _ in named(folder, loop, _TYPES)]
    drawn = [one for given in typed for one in given if _is_drawn(loop, one)]
    addresses = [one for given in pages for one in given]
    if not drawn or any(is_own(folder, one, _TRIED) for one in addresses):
        return False
    in_turn = any(_is_in_inner_loop(loop, one) for one in drawn)
    named_only = any(_GATHERING.search(folder.text(one) or "") for one in addresses)
    enters = any(_ENTRY.search(folder.text(one) or "") for one in addresses)
    return len(drawn) >= MANY_FIELDS or in_turn or named_only or enters


def _is_in_inner_loop(loop: Loop, node: Node) -> bool:
    """Whether several fields are filled at this place, one after another."""
    above = node.parent
    while above is not None and above.id != loop.node.id:
        if above.type == "for_statement":
            return True
        above = above.parent
    return False


def _parts(folder: Folder, loop: Loop, node: Node) -> Iterator[str]:
    """What the names in an argument were made from in the round, or which function makes it."""
    for word in sorted(words_of(node)):
        value = folder.names.get(word)
        if isinstance(value, Function):
            yield value.source[:MAX_SAID]
        elif word in loop.made:
            yield source_of(loop.made[word])[:MAX_SAID]
