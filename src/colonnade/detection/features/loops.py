"""A loop as what is done again and again sees it: its calls, and what differs from round to round.

`repeated` and `guessing` ask whether the same thing is sent again, or something else tried each
time; what they ask of every loop is in `rounds`. To know another way in which something new comes
into a round, add it to `_COMING_IN`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from tree_sitter import Node

from colonnade.detection.features.chance import CHANCE, draws
from colonnade.detection.features.walk import nodes_in
from colonnade.detection.normalise.fold import Folder, Function, arguments_of, source_of
from colonnade.detection.normalise.fold.statements import parse

MAX_NODES = 3000
"""Nodes of one loop that are looked at; what lies further within it is left to its own loops."""
MAX_ALL_NODES = 20_000
"""Nodes of all loops of one cell together, so that loops within loops cost no more than others."""
MAX_TEXT = 6000
CHARACTERS_A_NODE = 8
"""Text that is searched costs as much as one node."""
MAX_SAID = 1500
MAX_OWN_CALLS, MAX_OWN_FUNCTIONS = 60, 8
"""Calls that are looked at for functions of the notebook's own, and functions that are."""
MAX_REACHED = 12
_CALLED = re.compile(r"(?:\btarget=|\b(?=[^\W\d]\w{0,60}\())([^\W\d]\w{0,60})")
_COUNTS_ON = re.compile(r"(\w+)=\(?\1\s*[+-]\s*\d+\)?")
"""`i = i + 1`"""
_FLAG = re.compile(r"\(?([^\W\d]\w{0,40})(?: is True| == True)?\)?")
_NAMES = re.compile(r"[^\W\d]\w*")
_COMING_IN = re.compile(
    r"(?:read|recv|input|next|pop|get|load|fetch|query|frame|json|accept|poll|grab|capture|receive"
    r"|predict|encode|dumps)\w*\("
)


@dataclass(slots=True)
class Loop:
    """One `for` or `while`.

    Attributes:
        own_text: its source; `text` has that of the notebook's own functions too which it calls.
        calls: calls in it, outer ones first; `compared` its comparisons.
        varied: names that follow the loop's variable, or that something new is read into.
        asked: names that a person is asked for in each round.
        by_chance: names that are drawn at random in each round; `counted` go up or down.
        before: dotted name of the call whose result a name holds from before.
        ends: where it is left from within; what leaves an inner loop is none.
        holds: whether its condition is a name that is true and stays so.
        rounds: how often it goes round, where that is known.
        named, own: see `calls_of` and `own_functions`, which work them out once: a loop is asked
            for them many times, all at the moment when it stands there.
    """

    node: Node
    own_text: str
    over: str
    text: str = ""
    calls: list[Node] = field(default_factory=list[Node])
    compared: list[Node] = field(default_factory=list[Node])
    made: dict[str, Node] = field(default_factory=dict[str, Node])
    varied: set[str] = field(default_factory=set[str])
    asked: set[str] = field(default_factory=set[str])
    by_chance: set[str] = field(default_factory=set[str])
    counted: set[str] = field(default_factory=set[str])
    before: Mapping[str, str] = field(default_factory=dict[str, str])
    ends: list[Node] = field(default_factory=list[Node])
    holds: bool = False
    rounds: int | None = None
    nodes: int = 0
    named: list[tuple[Node, str]] | None = None
    own: list[Function] | None = None
    reached: list[Function] | None = None

    @property
    def head(self) -> str:
        """Its variable and what it goes through."""
        left = self.node.child_by_field_name("left")
        return f"{source_of(left)[:100] if left is not None else ''} {self.over}"

    @property
    def variables(self) -> set[str]:
        """The names that `for` gives something else in each round."""
        left = self.node.child_by_field_name("left")
        return words_of(left) if left is not None else set()

    @property
    def is_endless(self) -> bool:
        """`while True`, or the same things over and over."""
        always = self.holds or self.over in {"True", "1", "(True)", "(1)"}
        return self.goes_round or (always and self.node.type == "while_statement")

    @property
    def goes_round(self) -> bool:
        """`for x in cycle(xs)`."""
        return bool(re.match(r"(?:itertools\.)?cycle\(", self.over))

    @property
    def may_end(self) -> bool:
        """Whether something that happens in it may end it, and not only a count that is reached."""
        return not all(map(self._is_counted_out, self.ends))

    @property
    def waits_for_somebody(self) -> bool:
        """Whether every round begins with a person who types something."""
        body = self.node.child_by_field_name("body")
        first = body.named_children[:1] if body is not None else []
        return bool(self.asked) and any("input(" in source_of(one)[:1000] for one in first)

    def differs(self, node: Node) -> bool:
        """Whether what `node` says is another thing in each round."""
        return bool(self.varied & words_of(node))

    def said_by(self, node: Node) -> str:
        """The source of an argument, or of what its name was made from in the round."""
        return source_of(self.made.get(source_of(node), node))[:MAX_SAID]

    def is_candidate(self, node: Node) -> bool:
        """Whether `node` says something else in each round, and nobody typed it in."""
        names = words_of(node)
        return (
            bool(names & (self.varied | self.by_chance | self.counted)) and not names & self.asked
        )

    def is_guarded(self, node: Node) -> bool:
        """Whether something within the loop is asked of each before `node` happens."""
        what = node.child_by_field_name("function")
        for _ in range(40):
            parent = node.parent
            if parent is None or parent.id == self.node.id:
                return False
            if parent.type in {"except_clause", "conditional_expression"}:
                return True
            if parent.type == "if_statement" and self._asks(parent) and not _in_both(parent, what):
                return True
            node = parent
        return True

    def _is_counted_out(self, end: Node) -> bool:
        choice = end.parent
        while choice is not None and choice.type != "if_statement":
            choice = choice.parent if choice.id != self.node.id else None
        condition = choice.child_by_field_name("condition") if choice is not None else None
        if condition is None or "(" in source_of(condition)[:1000].lstrip("("):
            return False
        return bool(self.counted & words_of(condition)) and not self.varied & words_of(condition)

    def _asks(self, choice: Node) -> bool:
        """Whether the answer of an `if` may differ: `if dry_run:` has the same one each time."""
        condition = choice.child_by_field_name("condition")
        if condition is None or "(" in source_of(condition)[:1000]:
            return True
        turn = self.varied | self.by_chance | self.counted | self.made.keys()
        return bool(turn & words_of(condition))


def _in_both(choice: Node, what: Node | None) -> bool:
    """Whether the same function is called whatever an `if` and its `else` say."""
    ways = [choice.child_by_field_name(one) for one in ("consequence", "alternative")]
    name = f"{source_of(what)}(" if what is not None else ""
    return bool(name) and all(one is not None and name in source_of(one) for one in ways)


def beginning_of(node: Node) -> str:
    """The first `MAX_TEXT` of the source of `node`."""
    return (node.text or b"")[:MAX_TEXT].decode("utf-8", "replace")


def words_of(node: Node) -> set[str]:
    """The names in the source of `node`."""
    return set(_NAMES.findall(source_of(node)[:2000]))


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
    rounds = [one for one in own_functions(folder, loop) if not _feeds(loop, one)]
    called = "\n".join(one.source for one in rounds)
    loop.text = f"{loop.own_text}\n{called[:MAX_TEXT]}"
    return loop


def own_functions(folder: Folder, loop: Loop) -> list[Function]:
    """The notebook's own functions that are called in the loop, or handed to something there."""
    if loop.own is None:
        loop.own = list(islice(_own_functions(folder, loop), MAX_OWN_FUNCTIONS))
    return loop.own


def _own_functions(folder: Folder, loop: Loop) -> Iterator[Function]:
    found: set[str] = set()
    for call in loop.calls[:MAX_OWN_CALLS]:
        pieces = [call.child_by_field_name("function"), *arguments_of(call)]
        for piece in pieces:
            text = source_of(piece)[:200] if piece is not None else ""
            holder, _, name = text.rpartition("=")[2].strip().rpartition(".")
            value = folder.names.get(name) if name.isidentifier() and name not in found else None
            if isinstance(value, Function) and (value.is_method if holder else True):
                found.add(name)
                yield value


def _feeds(loop: Loop, function: Function) -> bool:
    """Whether it only gives what the loop goes through: it reads outside of the rounds."""
    called = f"{function.name}("
    if loop.node.type != "for_statement" or called not in loop.over:
        return called in loop.over and "yield" in function.source
    return loop.own_text.count(called) == loop.over.count(called)


def reached_functions(folder: Folder, loop: Loop) -> list[Function]:
    """The notebook's own functions that run in each round, however many others call them."""
    if loop.reached is None:
        loop.reached = list(islice(_reached(folder, loop), MAX_REACHED))
    return loop.reached


def _reached(folder: Folder, loop: Loop) -> Iterator[Function]:
    found: set[str] = set()
    waiting = [one for one in own_functions(folder, loop) if not _feeds(loop, one)]
    while waiting:
        function = waiting.pop(0)
        if function.name in found:
            continue
        found.add(function.name)
        yield function
        for name in _called_in(function.source):
            value = folder.names.get(name)
            if isinstance(value, Function) and name not in found:
                waiting.append(value)


@lru_cache(1024)
def _called_in(source: str) -> tuple[str, ...]:
    """The last names of what a function calls, or hands on."""
    return tuple(dict.fromkeys(_CALLED.findall(source[:MAX_TEXT])))


def calls_within(loop: Loop, functions: list[Function]) -> list[Node]:
    """The calls of the loop and of functions."""
    inner = (nodes_in(parse(one.source)).get("call", []) for one in functions)
    return [*loop.calls, *(call for calls in inner for call in calls)]


def calls_in_turn(folder: Folder, loop: Loop, word: str = "") -> list[Node]:
    """The calls of a loop, and those of the notebook's own functions there that say `word`."""
    calls = list(loop.calls)
    for function in own_functions(folder, loop):
        if word in function.source:
            calls += nodes_in(parse(function.source)).get("call", [])
    return calls


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
