"""What is given by pressing something in a page: a like, a follow, a vote, a comment.

Who collects presses too, and calls what was read `likes`. So only what is pressed is asked: by what
it was found, under which name it goes, and how the function is called that presses it. To know the
word for such a thing in another language, add it to `_GIVEN`.
"""

import re
from collections.abc import Iterator

from tree_sitter import Node

from colonnade.detection.features.loop import Loop
from colonnade.detection.features.reached import calls_in_turn, own_functions
from colonnade.detection.features.rounds import reads
from colonnade.detection.normalise.fold import Folder, arguments_of, source_of

_GIVEN = {
    "like": r"(?:dis|super)?like|thumbs?.?up|swipe(?:_right)?|me.?gusta|curtir|gostar|j.?aime"
    r"|gef.llt|beğen|лайк|нрав\w*|좋아요|点赞|點讚|いいね",
    "follow": r"follow(?![\W_]{0,2}(?:link|next|page|url|redirect|up|path|line))"
    r"|subscribe|retweet|repost|seguir|suivre|folgen|abonnieren|takip|подпис\w*"
    r"|팔로우|关注|關注|フォロー",
    "vote": r"(?:up|down)?vote|votar|voter|abstimmen|голос\w*|投票|투표",
    "invite": r"connect|invite|send.?(?:now|invitation)|add.?friend"
    r"|conectar|se.?connecter|vernetzen",
    "comment": r"(?:post|send|submit|write|add)_comment"
    r"|comment_(?:box|button|btn|field|area)|comentar|댓글|评论|留言"
    r"|(?:post|send|submit|register|write)_?answer|answer_?(?:register|submit|button|btn|box)",
}
_WORDS = {
    value: re.compile(rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])", re.IGNORECASE)
    for value, words in _GIVEN.items()
}
_TOLD_OF = r"""\bprint\s?\([^\n]{0,40}?["'][^"'\n]{0,80}?\b"""
_REPORTED = {
    value: re.compile(_TOLD_OF + rf"(?:{words})", re.IGNORECASE)
    for value, words in {
        "invite": r"(?:connection|invitation|invite|request)s? (?:was |has been )?sent"
        r"|sent (?:an? |the )?(?:connection|invit)",
        "like": r"liked (?:the |an? |this )?(?:post|photo|picture|image|tweet|video|profile)"
        r"|(?:post|photo|picture|image|tweet|video|profile)s? (?:was |has been )?liked",
        "follow": r"(?:now following|followed (?:the )?(?:user|account|profile|page))"
        r"|(?:user|account|profile|page) (?:was |has been )?followed",
        "comment": r"comment(?: was| has been)? (?:posted|added|sent)|commented on",
    }.items()
}
"""What a program prints that it has given, who presses buttons by their place alone."""
_PRESSES = frozenset({"click", "dblclick", "double_click", "tap"})
_BY_SCRIPT = frozenset({"execute_script", "evaluate"})
MAY_PRESS = (*_PRESSES, *_BY_SCRIPT)
"""How the names of calls end that may press something."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ROOT = re.compile(r"[^\W\d]\w*")
_READS = re.compile(
    r"(?:^|_)(?:get|read|fetch|scrape|scraping|crawl|collect|extract|check|count|num|number|list|parse"
    r"|find|save|is|has|open|show|view)(?:_|$)",
    re.IGNORECASE,
)
_TEXT_IS = re.compile(r"""\.(?:text|inner_text\(\))\s?==\s?["'](?P<word>[^"'\n]{1,40})["']""")
_PRESSES_GIVEN = re.compile(
    r"def \w{1,60}\((?:[^()\n]{0,80}\b)?(?P<given>[a-z]\w{0,30})\b[^()\n]{0,60}\)[^\n]{0,40}:"
    r"[\s\S]{0,600}(?:\b(?P=given)\)?\.click\(|\.click\(\);?[\"'],\s?(?P=given)\b)"
)
"""`def press(page, it): it.click()`, or the same by a script, or by where it is found."""
_SENT = re.compile(
    r"Keys\.(?:ENTER|RETURN)|\.submit\(\)|press\([^()\n]{0,60}Enter"
    r"|\w*(?:submit|send|post|publish|register)\w*\.click\("
)
_WRITTEN = re.compile(r"\.(?:send_keys|fill|type)\(")
_MAY_PRESS = re.compile(r"click|\.tap\(|\.submit\(\)|locate\w{0,20}\(")
_SHOWN = re.compile(r"""\blocate\w{0,20}\(\s*[rf]?["']([^"'\n]{1,80})["']""")
"""A picture of a button that is looked for on the screen."""
MAX_PRESSES = 60
"""Of one loop."""
MAX_ALL_PRESSES = 300
"""Of one cell, outside of loops."""
MAX_TOLD = 400
MAX_SCOPE = 20_000
MAX_BEFORE = 4000
"""Characters before a press among which that is sought which its name stands for."""
MAX_ABOVE = 4
"""Nodes above a press among which what it depends on is sought."""
MAX_STEPS = 3
"""`b` is one of `buttons`, which were found by a word."""


def given_by(call: Node) -> set[str]:
    """What a call gives where it presses something, by the thing that is pressed."""
    return _given_in("\n".join(_told(call))) if is_press(call) else set()


def presses_in(loop: Loop) -> list[str]:
    """What each thing is called and was found by that the loop presses, in words apart."""
    return presses_among(loop.calls)


def presses_among(calls: list[Node]) -> list[str]:
    """The same of calls."""
    pressed = [call for call in calls if is_press(call)][:MAX_PRESSES]
    return [_HUMP.sub(" ", "\n".join(_told(call))).replace("_", " ") for call in pressed]


def gives_again(folder: Folder, loop: Loop) -> bool:
    """Whether likes, follows, votes or comments are given in every round, whatever is read there.

    Who only opens the comments writes and sends nothing.
    """
    given = given_in_turn(folder, loop)
    writes = bool(_WRITTEN.search(loop.text) and _SENT.search(loop.text))
    return bool(given - {"comment", "invite"}) or ("comment" in given and writes)


def given_in_turn(folder: Folder, loop: Loop) -> set[str]:
    """What the loop gives in each round by pressing, itself or by functions of the notebook."""
    if not _MAY_PRESS.search(loop.text):
        return set()
    only_presses = not reads(loop)
    found: set[str] = set()
    presses = [one for one in calls_in_turn(folder, loop, "click(") if is_press(one)]
    for call in presses[:MAX_PRESSES]:
        given = given_by(call)
        if not given and only_presses:
            given = _given_in(_doing(call))
        found |= given
    if re.search(r"press\(|click\(", loop.text):
        found |= {value for shown in _SHOWN.findall(loop.text) for value in _given_in(shown)}
    if presses and "print" in loop.text:
        found |= {value for value, said in _REPORTED.items() if said.search(loop.text)}
    return found | _given_to_pressers(folder, loop)


def _given_to_pressers(folder: Folder, loop: Loop) -> set[str]:
    """What is handed to functions of the notebook's own that press what they are given."""
    pressers = {
        one.name for one in own_functions(folder, loop) if _PRESSES_GIVEN.search(one.source)
    }
    if not pressers:
        return set()
    found: set[str] = set()
    calls = calls_in_turn(folder, loop, "(")
    for call in [one for one in calls if folder.callee(one) in pressers][:MAX_PRESSES]:
        for given in arguments_of(call):
            element = source_of(given)[:MAX_TOLD]
            found |= _given_in("\n".join([element, *_found_by(call, element)]))
    return found


def is_press(call: Node) -> bool:
    """Whether a call presses something, itself or by a script."""
    function = call.child_by_field_name("function")
    name = function.child_by_field_name("attribute") or function if function is not None else None
    tail = source_of(name)[:40] if name is not None else ""
    if tail in _PRESSES or (tail == "submit" and not arguments_of(call)):
        return True
    first = next(iter(arguments_of(call)), None) if tail in _BY_SCRIPT else None
    return first is not None and "click()" in source_of(first)[:MAX_TOLD]


def _told(call: Node) -> Iterator[str]:
    """What the pressed thing is called and was found by, step by step."""
    function, given = call.child_by_field_name("function"), arguments_of(call)
    by_script = any("click()" in source_of(one)[:MAX_TOLD] for one in given[:1])
    pressed = given[1:2] if by_script else [function, *given]
    element = " ".join(source_of(one)[:MAX_TOLD] for one in pressed if one is not None)
    yield element
    yield _assigned(call)
    yield _asked(call)
    yield from _found_by(call, element)


def _found_by(call: Node, element: str) -> Iterator[str]:
    """What the name of an element was given before the call, step by step."""
    before = _before(call)
    for _ in range(MAX_STEPS):
        root = _ROOT.match(element.removeprefix("self."))
        element = _stands_for(root[0], before) if root else ""
        yield element


def _given_in(text: str) -> set[str]:
    apart = _HUMP.sub("_", text)
    return {value for value, words in _WORDS.items() if words.search(apart)}


def _assigned(call: Node) -> str:
    """`like` in `like = d.find('b').click()`."""
    above = call.parent
    while above is not None and above.type in {"lambda", "await", "parenthesized_expression"}:
        above = above.parent
    left = above.child_by_field_name("left") if above and above.type == "assignment" else None
    return source_of(left)[:100] if left is not None else ""


def _asked(call: Node) -> str:
    """`Follow` in `if d.find('b').text == 'Follow': d.find('b').click()`."""
    node: Node | None = call
    for _ in range(MAX_ABOVE):
        node = node.parent if node is not None else None
        if node is not None and node.type == "if_statement":
            condition = node.child_by_field_name("condition")
            asked = source_of(condition)[:MAX_TOLD] if condition is not None else ""
            found = _TEXT_IS.search(asked)
            return found["word"] if found else ""
    return ""


def _doing(call: Node) -> str:
    """How the function is called that presses, unless it says that it reads something."""
    node: Node | None = call
    while node is not None and node.type != "function_definition":
        node = node.parent
    name = node.child_by_field_name("name") if node is not None else None
    text = _HUMP.sub("_", source_of(name)[:100]) if name is not None else ""
    return "" if _READS.search(text) else text


def _before(call: Node) -> str:
    """What stands before the call, in its function or what else of the source is no longer."""
    scope = call
    while (above := scope.parent) is not None and scope.type != "function_definition":
        if above.end_byte - above.start_byte > MAX_SCOPE:
            break
        scope = above
    text, end = scope.text or b"", call.start_byte - scope.start_byte
    return text[max(0, end - MAX_BEFORE) : end].decode("utf-8", "replace")


def _stands_for(name: str, text: str) -> str:
    """What `name` was last given: `x` of `name = x`, or of `for name in x`."""
    given = re.compile(
        rf"\b{re.escape(name)}[ ]?=(?!=)((?:[^\n]{{0,200}}[(,\\][ ]{{0,4}}\n){{0,3}}[^\n]{{0,300}})"
        rf"|\bfor {re.escape(name)} in ([^\n:]{{1,200}})"
    )
    last = next(iter(reversed(list(given.finditer(text)))), None)
    return (last[1] or last[2] or "").strip() if last else ""
