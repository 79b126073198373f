"""A loop as what is done again and again sees it: its calls, and what differs from round to round.

`repeated` and `guessing` ask whether the same thing is sent again, or something else tried each
time; what they ask of every loop is in `rounds`. How one is read is in `loops`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from colonnade.detection.normalise.fold import Function, source_of

MAX_TEXT = 6000
MAX_SAID = 1500
_NAMES = re.compile(r"[^\W\d]\w*")


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
        searched: characters of functions that were searched for it besides its own text.
        named, own, reached: see `rounds.calls_of` and module `reached`, which work them out once: a
            loop is asked for them many times, all at the moment when it stands there.
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
    searched: int = 0
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
