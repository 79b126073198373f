"""Python source into features, by tree-sitter: it survives what is half-written or hostile.

What the source holds is gone through in the order in which it would run, so that each call is read
with the constants of its moment (`calls`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tree_sitter import Node

from colonnade.detection.features.blending import mask_in, read_mixed
from colonnade.detection.features.calls import Calls
from colonnade.detection.features.codes import read_codes
from colonnade.detection.features.comments import read_comment
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.forms import read_forms
from colonnade.detection.features.keys import read_sought
from colonnade.detection.features.literal import is_encoded, read_text
from colonnade.detection.features.media import read_path
from colonnade.detection.features.mining import MAX_ENDPOINT, MAX_HOSTS, read_beside
from colonnade.detection.features.pasting import read_pasting
from colonnade.detection.features.reader import CodeReader
from colonnade.detection.features.repeated import Repetitions
from colonnade.detection.features.roles import is_voice
from colonnade.detection.features.safety import read_assignment, read_function
from colonnade.detection.features.targets import read_run_downloads
from colonnade.detection.features.training import read_training
from colonnade.detection.features.walk import lines_of, nodes_in
from colonnade.detection.features.ways import is_consequential
from colonnade.detection.normalise.fold import Folder, Value, source_of
from colonnade.detection.normalise.fold.loops import bind_target, target_name
from colonnade.detection.normalise.fold.nodes import imports_of, is_written_out
from colonnade.detection.normalise.fold.sequences import keep_listed
from colonnade.detection.normalise.fold.statements import (
    assign,
    augment,
    bring_in,
    change,
    class_of,
    define,
    follow,
    forget,
    parse,
)
from colonnade.detection.normalise.fold.values import file_key, text_of

_AFTER = frozenset({"assignment", "augmented"})
"""What happens once everything within it has happened."""
_BLOCKS = frozenset({"loop", "function", "comprehension"})
_ONE_WORD = re.compile(r"[A-Za-z][\w.\-]{2,63}|\d[\w\-]{1,40}\.[a-z]{2,4}")
MAX_NAMES = 400
MAX_MODULE_PARTS = 3
"""Of a dotted name, each may be a file that the notebook wrote."""
MAX_UNROLLED = 16
"""Rounds of a loop over known values that are gone through one by one."""
MAX_UNROLLED_EVENTS = 4000


class Event(NamedTuple):
    """A node that matters, by what it is; in the order in which the source would run."""

    at: int
    kind: str
    node: Node


def read_python(collector: Collector, folder: Folder, source: str, inner: CodeReader) -> None:
    """Note what is in `source`; assignments of constants are remembered in `folder`."""
    captures = nodes_in(parse(source))
    documentation = {node.id for node in captures.get("docstring", [])}
    for node in captures.pop("docstring", []) + captures.pop("comment", []):
        read_comment(collector, source_of(node), *lines_of(node))
    asked = read_forms(collector, source)
    events = [
        Event(node.end_byte if kind in _AFTER else node.start_byte, kind, node)
        for kind, nodes in captures.items()
        for node in nodes
        if node.id not in documentation  # It says what someone writes about, not what runs.
    ]
    # Outer nodes come before the inner ones that begin with them.
    events.sort(key=lambda event: (event.at, -event.node.end_byte))
    made_by: dict[str, str] = {}
    repetitions = Repetitions(collector, folder, made_by)
    calls = Calls(collector, folder, inner, repetitions, made_by)
    _Walk(collector, folder, inner, repetitions, calls, made_by, asked).go(events)
    made = sorted(captures.get("assignment", []), key=lambda node: node.start_byte)
    called = sorted(captures.get("call", []), key=lambda node: node.start_byte)
    read_training(collector, source, made, called)
    read_pasting(collector, source, made, called)
    read_sought(collector, source)
    read_codes(collector, source)
    read_run_downloads(collector)


@dataclass(slots=True)
class _Walk:
    """Goes through events once, in order."""

    collector: Collector
    folder: Folder
    inner: CodeReader
    repetitions: Repetitions
    calls: Calls
    made_by: dict[str, str]
    """Dotted name of the call whose result a name holds."""
    asked: frozenset[str]
    """Form fields for recordings that stand empty: what they will hold is not known."""
    names: int = 0
    pools: int = 0
    """Places of pools that were looked beside."""
    unrolled: int = 0
    read_to: int = -1
    """The end of the last literal or known sum: what is within it is part of it."""
    summed: int = -1
    """Where the last sum begins: the shorter sums that begin there are worked out with it."""
    followed_to: int = -1
    """The end of the last loop whose values are known: assignments in it have happened."""
    assigned: tuple[int, int] = (-1, -1)
    """Where the last assignment begins and ends: `b = c` in `a = b = c` happened with it."""

    def go(self, events: Sequence[Event]) -> None:
        place = 0
        while place < len(events):
            event = events[place]
            place += 1
            if event.kind in _BLOCKS:
                inside = _within(events, place, event.node)
                self._block(event, events[place:inside])
                place = inside
            else:
                self._one(event)
                if self.folder.undone:
                    self._undone(event.node)

    def _one(self, event: Event) -> None:
        node = event.node
        match event.kind:
            case "import":
                self._import(node)
            case "assignment" | "augmented":
                self._assigned(node)
            case "alias":
                self._alias(node)
            case "walrus":
                self.folder.fold(node)
            case "name":
                self._name(node)
            case "string" | "binary" | "subscript":
                self._literal(node, event.kind)
            case _:
                self._call(node)

    def _import(self, node: Node) -> None:
        """An import; of a file that the notebook wrote, its code runs here."""
        lines = lines_of(node)
        bring_in(self.folder, node)
        for _, dotted in imports_of(node):
            self.collector.add(Kind.IMPORT, dotted, *lines)
            for part in dotted.split(".")[:MAX_MODULE_PARTS]:
                written = text_of(self.inner.names.get(file_key(f"{part}.py")))
                if written:
                    self.inner.python(written, *lines)

    def _undone(self, node: Node) -> None:
        for way in sorted(self.folder.undone):
            if not way.startswith("dynamic"):
                self.collector.add(Kind.DISGUISE, way, *lines_of(node))
        self.folder.undone.clear()

    def _name(self, node: Node) -> None:
        self.names += 1
        if self.names <= MAX_NAMES:
            self.collector.add(Kind.NAME, source_of(node), *lines_of(node))

    def _block(self, event: Event, body: Sequence[Event]) -> None:
        match event.kind:
            case "function":
                self._function(event.node, body)
            case "comprehension":
                self._comprehension(event.node, body)
            case _:
                self._loop(event.node, body)

    def _function(self, node: Node, body: Sequence[Event]) -> None:
        """A body is read once as it stands, its parameters unknown.

        It leaves no names behind but those of the object itself, which other methods go on with.
        """
        define(self.folder, node)
        read_function(self.collector, node, *lines_of(node))
        if (name := node.child_by_field_name("name")) is not None:
            self._name(name)
            self.repetitions.read_handler(source_of(name), *lines_of(node))
        own = dict(self.folder.names.own)
        for event in body:
            if event.kind == "name":
                self.folder.names.bind(source_of(event.node), None)
        self.go(body)
        itself = {
            name: value for name, value in self.folder.names.own.items() if name[:6] == ".self."
        }
        self.folder.names.own = {**own, **itself} if itself else own
        if itself and (holder := class_of(node)):
            for attribute, value in itself.items():
                self.folder.names.bind(f".{holder}.{attribute[6:]}", value)

    def _loop(self, node: Node, body: Sequence[Event]) -> None:
        items: list[Value] | None = None
        self.repetitions.read(node, *lines_of(node))
        if node.type == "for_statement":
            items = self.folder.items(node.child_by_field_name("right"))
            if items and self._is_worth_unrolling(body):
                self._unroll(node, body, items[:MAX_UNROLLED])
                return
        known = node.type == "for_statement" and items is not None
        if (known or node.type == "while_statement") and node.end_byte > self.followed_to:
            known = follow(self.folder, node) or known
            self.followed_to = node.end_byte
        self.go(body)
        if not known and (block := node.child_by_field_name("body")) is not None:
            forget(self.folder, block)

    def _comprehension(self, node: Node, body: Sequence[Event]) -> None:
        """`[os.system(x) for x in commands]` runs each of them, as a loop does."""
        clause = next(one for one in node.named_children if one.type == "for_in_clause")
        if self._is_worth_unrolling(body):
            items = self.folder.items(clause.child_by_field_name("right"))
            if items:
                self._unroll(clause, body, items[:MAX_UNROLLED])
                return
        self.go(body)

    def _is_worth_unrolling(self, body: Sequence[Event]) -> bool:
        calls = (self.folder.callee(event.node) for event in body if event.kind == "call")
        if self.unrolled > MAX_UNROLLED_EVENTS or not any(map(is_consequential, calls)):
            return False
        self.unrolled += min(len(body), MAX_UNROLLED_EVENTS) * MAX_UNROLLED
        return self.unrolled <= MAX_UNROLLED_EVENTS

    def _unroll(self, node: Node, body: Sequence[Event], items: Sequence[Value]) -> None:
        for item in items:
            bind_target(self.folder, node.child_by_field_name("left"), item)
            self.read_to = self.summed = -1
            self.go(body)

    def _assigned(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.end_byte > self.followed_to and not self._is_assigned(node):
            (assign if node.type == "assignment" else augment)(self.folder, node)
            self.assigned = (node.start_byte, node.end_byte)
        if left is not None and left.type == "subscript":
            variable = target_name(self.folder, left)
            if variable.startswith("$"):  # Of the environment.
                read_assignment(self.collector, variable[1:], right, *lines_of(node))
        attribute = left.child_by_field_name("attribute") if left is not None else None
        named = attribute or left
        if named is None or named.type != "identifier":
            return
        name, lines = source_of(named), lines_of(named)
        if name in self.asked:
            self.folder.names.bind(name, None)
        if not (is_voice(name) and self.folder.names.get(name) == ""):
            self.collector.add(Kind.NAME, name, *lines)
        read_assignment(self.collector, name, right, *lines)
        if right is None or left is None:
            return
        keep_listed(self.folder.sequences, name, right, node.type == "augmented_assignment")
        if maker := mask_in(right) or (self.folder.callee(right) if right.type == "call" else ""):
            self.made_by[name] = maker
        if isinstance(path := self.folder.names.get(target_name(self.folder, left)), str):
            read_path(self.collector, name, path, *lines)

    def _is_assigned(self, node: Node) -> bool:
        first, end = self.assigned
        return node.start_byte > first and node.end_byte == end

    def _alias(self, node: Node) -> None:
        """`with open(…) as f`: `f` is that file."""
        value, *_, target = (*node.named_children, node, node)[:2]
        if value.type == "call":
            name = source_of(target)
            if name.isidentifier():
                self.folder.names.bind(name, self.folder.fold(value))
                function = value.child_by_field_name("function")
                if function is not None:
                    self.made_by[name] = self.folder.callee(function)

    def _literal(self, node: Node, kind: str) -> None:
        """A text that is written out, or put together of what is known."""
        if node.end_byte <= self.read_to or (kind == "binary" and node.start_byte == self.summed):
            return
        if kind == "binary":
            read_mixed(self.collector, node, self.made_by)
            self.summed = node.start_byte
        text = self.folder.text(node)
        if text is not None or kind == "string":
            self.read_to = node.end_byte
        if text:
            read_text(self.collector, text, *lines_of(node))
            if ":" in text and len(text) <= MAX_ENDPOINT and self.pools < MAX_HOSTS:
                self.pools += read_beside(self.collector, self.folder, node, *lines_of(node))
            whole = kind != "binary" or is_written_out(node)
            if whole and _ONE_WORD.fullmatch(text) and not is_encoded(text):
                self.collector.add(Kind.PATH, text, *lines_of(node))

    def _call(self, node: Node) -> None:
        function = node.child_by_field_name("function")
        if function is None:
            return
        name = self.folder.callee(function)
        if self.calls.makes_text(function, name):
            self._literal(node, "call")
        if node.end_byte > self.followed_to:
            change(self.folder, node)
        self.calls.read(node, function, name)


def _within(events: Sequence[Event], first: int, node: Node) -> int:
    """The place of the first event from `first` on that is not within `node`."""
    place = first
    while place < len(events) and events[place].at <= node.end_byte:
        if events[place].node.start_byte >= node.end_byte:
            break
        place += 1
    return place
