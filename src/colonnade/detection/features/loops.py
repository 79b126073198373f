"""How the loops of a cell are read: their calls, and what is another thing in each round.

To know another way in which something new comes into a round, add it to `_COMING_IN`.
"""

import re
from collections.abc import Iterator

from tree_sitter import Node

from colonnade.detection.features.chance import CHANCE, draws
from colonnade.detection.features.loop import MAX_TEXT, Loop, beginning_of, words_of
from colonnade.detection.features.reached import feeds, own_functions
from colonnade.detection.normalise.fold import Folder, Function, arguments_of, source_of

MAX_NODES = 3000
"""Nodes of one loop that are looked at; what lies further within it is left to its own loops."""
MAX_ALL_NODES = 20_000
"""Nodes of all loops of one cell together, so that loops within loops cost no more than others."""
CHARACTERS_A_NODE = 8
"""Text that is searched costs as much as one node."""
_COUNTS_ON = re.compile(r"(\w+)=\(?\1\s*[+-]\s*\d+\)?")
"""`i = i + 1`"""
_FLAG = re.compile(r"\(?([^\W\d]\w{0,40})(?: is True| == True)?\)?")
_COMING_IN = re.compile(
    r"(?:read|recv|input|next|pop|get|load|fetch|query|frame|json|accept|poll|grab|capture|receive"
    r"|predict|encode|dumps)\w*\("
)


def loop_of(folder: Folder, node: Node, room: int = MAX_NODES) -> Loop:
    """Look through the `for` or `while` statement `node`; `room` bounds how many nodes."""
    is_for = node.type == "for_statement"
    over = node.child_by_field_name("right" if is_for else "condition")
    loop = Loop(node, beginning_of(node), source_of(over)[:400] if over is not None else "")
    left = node.child_by_field_name("left")
    if is_for and left is not None:
        loop.varied |= words_of(left)
    for inner in _within(loop, min(room, MAX_NODES)):
        match inner.type:
            case "call":
                loop.calls.append(inner)
                loop.by_chance |= _drawing(folder, inner.child_by_field_name("function"))
            case "comparison_operator":
                loop.compared.append(inner)
            case "assignment":
                loop.by_chance |= _drawing(folder, inner.child_by_field_name("right"))
                _assigned(loop, inner)
            case "augmented_assignment":
                left = inner.child_by_field_name("left")
                loop.counted |= words_of(left) if left is not None else set()
            case "for_statement":
                _inner(loop, inner)
            case "break_statement" | "return_statement":
                _ended(loop, inner)
            case _:
                pass
    loop.rounds = _rounds(folder, over) if is_for else None
    loop.holds = not is_for and _holds(folder, loop)
    rounds = [one for one in own_functions(folder, loop) if not feeds(loop, one)]
    called = "\n".join(one.source for one in rounds)
    loop.text = f"{loop.own_text}\n{called[:MAX_TEXT]}"
    return loop


def _within(loop: Loop, room: int) -> Iterator[Node]:
    """The nodes of the loop in the order of its source."""
    waiting = [loop.node]
    while waiting and loop.nodes < room:
        node = waiting.pop()
        loop.nodes += 1
        if node.id != loop.node.id:
            yield node
        if node.type not in {"string", "comment"}:
            waiting.extend(reversed(node.named_children))


def _assigned(loop: Loop, node: Node) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return
    text, names = source_of(right)[:1000], words_of(left)
    if left.type == "identifier":
        loop.made[source_of(left)] = right
    if CHANCE.search(text):
        loop.by_chance |= names
    elif "input(" in text or "getpass(" in text:
        loop.asked |= names
        loop.varied |= names
    elif loop.varied & words_of(right) or (_COMING_IN.search(text) and not names & words_of(right)):
        loop.varied |= names
    if loop.by_chance & words_of(right):
        loop.by_chance |= names
    if _COUNTS_ON.fullmatch(f"{source_of(left)[:40]}={source_of(right)[:60]}"):
        loop.counted |= names


def _drawing(folder: Folder, node: Node | None) -> set[str]:
    """The names of the notebook's own functions in `node` that draw something by chance."""
    found: set[str] = set()
    for name in words_of(node) if node is not None else ():
        value = folder.names.get(name)
        if isinstance(value, Function) and draws(value.source):
            found.add(name)
    return found


def _holds(folder: Folder, loop: Loop) -> bool:
    found = _FLAG.fullmatch(loop.over)
    return bool(found) and found[1] not in loop.made and folder.names.get(found[1]) is True


def _ended(loop: Loop, node: Node) -> None:
    """`break` or `return` within the loop, unless it only leaves a loop in it."""
    above = node.parent
    while above is not None and above.type not in {"for_statement", "while_statement"}:
        above = above.parent
    if node.type == "return_statement" or (above is not None and above.id == loop.node.id):
        loop.ends.append(node)


def _inner(loop: Loop, node: Node) -> None:
    """What a loop within this one goes through differs as well, where it follows or comes in."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return
    if loop.varied & words_of(right) or _COMING_IN.search(source_of(right)[:1000]):
        loop.varied |= words_of(left)
    if loop.by_chance & words_of(right):
        loop.by_chance |= words_of(left)


def _rounds(folder: Folder, over: Node | None) -> int | None:
    """How often `range(…)` or a list goes round, where its ends or items are known."""
    if over is None:
        return None
    if over.type != "call" or not folder.callee(over).endswith("range"):
        items = folder.fold(over)
        if isinstance(items, list):
            return len(items) or None  # What stands empty was taken out before it was shown.
        written = over.type in {"list", "tuple"} and "*" not in source_of(over)
        return over.named_child_count if written else None
    ends = [folder.fold(one) for one in arguments_of(over)[:2]]
    known = [one for one in ends if isinstance(one, int)]
    if not known or len(known) < len(ends):
        return None
    return max(0, known[-1] - (known[0] if len(known) > 1 else 0))
