"""What a loop does in each round: whether it counts, reads, watches or throws away."""

import re

from tree_sitter import Node

from colonnade.detection.features.loop import Loop
from colonnade.detection.normalise.fold import Folder

MAX_NAME = 200
FEW_ROUNDS = 5
"""A few rounds try again what failed."""
_READING = re.compile(
    r"\.json\(|\.text\b|\.content\b|\.recv\(|recvfrom|\.read\(|append\(|yield\b|page_source"
    r"|get_attribute|to_csv|screenshot|find_all|findall|return \w*\.|len\("
)
_FROM_FILE = re.compile(r"\bopen\([^()\n]{0,80}\)\.(?:read|splitlines)\w*\(")
_COUNTED = re.compile(
    r"\blen\([\w.]{1,40}\.find_elements?\w*\(|\brange\(len\(|\bwhile \w{1,20} ?<=? ?len\("
    r"|[\"'][^\"'\n]{1,40}[\"'] in \w{1,20}\.page_source"
)
"""How many there are to be gone through, or whether there is one."""
_MADE = re.compile(r"return \w{1,40}\.[A-Z]\w{0,40}\(")
"""Something new is handed back, such as a browser: that is no answer."""
_READ_AND_LEFT = re.compile(
    r"^[ \t]*(?:await \w{1,20}|(?:\w{1,20}\.){0,3}urlopen\([^\n]{0,200}\))"
    r"\.(?:read|text|json)\(\)[ \t]*$",
    re.MULTILINE,
)
"""An answer is waited for, and nobody takes it."""
_PRINTED = re.compile(r"\bprint\s*\([^\n]*|\.json\(\)\)?\[[\"']retry_after")
LONG_WAIT = re.compile(r"sleep\(\s*(?:\d{3,}|\d+\s*\*\s*\d)")
_SELDOM = re.compile(r"sleep\(\s*\d{2}")
_PAUSES = re.compile(r"sleep\(\s*[1-9]")


def is_thrown_away(call: Node) -> bool:
    """Whether nobody takes the answer."""
    parent = call.parent
    while parent is not None and parent.type in {"await", "parenthesized_expression"}:
        parent = parent.parent
    return parent is not None and parent.type == "expression_statement"


def calls_of(folder: Folder, loop: Loop) -> list[tuple[Node, str]]:
    """The calls of the loop with their names, as (call, name)."""
    if loop.named is None:
        loop.named = [(call, folder.callee(call)[:MAX_NAME]) for call in loop.calls]
    return loop.named


def named(folder: Folder, loop: Loop, pattern: re.Pattern[str]) -> list[tuple[Node, str]]:
    """The calls of such a name, as (call, name)."""
    return [(call, name) for call, name in calls_of(folder, loop) if pattern.search(name)]


def counts(loop: Loop) -> bool:
    """Whether it only counts, or never ends, and does not merely try a few times."""
    few = loop.rounds is not None and loop.rounds < FEW_ROUNDS
    if loop.node.type == "while_statement":
        return loop.is_endless or bool(re.search(r"<|>|!=", loop.over))
    if loop.goes_round:
        return True
    return not few and bool(re.match(r"t?range\(|(?:itertools\.)?count\(", loop.over))


def is_read(text: str) -> bool:
    """Whether answers are kept or looked into; who prints them does not, or asks when to go on."""
    for told_apart in (_PRINTED, _READ_AND_LEFT, _FROM_FILE, _COUNTED, _MADE):
        text = told_apart.sub("", text)
    return bool(_READING.search(text))


def reads(loop: Loop) -> bool:
    """`is_read` of a loop; a list of what was gone through, or failed, holds no answers."""
    variables = "|".join(map(re.escape, sorted(loop.variables)))
    gone_through = rf"\.append\((?:{variables})\)"
    return is_read(re.sub(gone_through, "", loop.text) if variables else loop.text)


def is_watched(text: str) -> bool:
    """Whether something is asked for seldom, or now and then and shown: so does who watches it."""
    return bool(_SELDOM.search(text) or (_PAUSES.search(text) and _READING.search(text)))
