"""The folder: takes nodes to values by handlers, within budgets of depth, steps and size."""

import binascii
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from tree_sitter import Node

from colonnade.detection.normalise.fold.nodes import arguments_of, source_of
from colonnade.detection.normalise.fold.values import (
    MAX_BITS,
    MAX_FOLDED,
    Function,
    Named,
    Namespace,
    Opened,
    Value,
    file_key,
    items_of,
    text_of,
)

MAX_STEPS = 20_000
"""Nodes that are folded in one cell, some 3 µs each."""
MAX_WORK = 6 << 20
"""Characters, bytes and items of all values on the way."""
INTEGER_WORK = 64
"""Charged for a number as it stands: texts are hidden in thousands of them, 1 µs each."""
MAX_FOLD_DEPTH = 60
MAX_CALLEE_LINKS = 24

_FAILURES = (
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    AttributeError,
    OverflowError,
    EOFError,
    ZeroDivisionError,
    RecursionError,
    OSError,
    zlib.error,
    binascii.Error,
    lzma.LZMAError,
)
"""What the standard library answers to arguments that it cannot take; the expression is unknown."""

Handler = Callable[["Folder", Node], Value | None]
HANDLERS: dict[str, Handler] = {}
"""By type of node; the modules beside this one put theirs in (see the package)."""

_BUILTINS = frozenset(
    {"exec", "eval", "compile", "getattr", "setattr", "open", "input", "globals", "locals", "vars"}
    | {"__import__", "__builtins__", "builtins", "chr", "ord", "bytes", "bytearray", "str", "int"}
    | {"list", "tuple", "set", "dict", "map", "filter", "zip", "range", "reversed", "sorted", "len"}
    | {"sum", "min", "max", "abs", "hex", "oct", "bin", "repr", "enumerate", "print", "next"}
    | {"iter", "format", "get_ipython", "__name__"}
)


@dataclass(slots=True)
class Folder:
    """Folds the expressions of one cell. `names` says what identifiers stand for, and learns."""

    names: Namespace = field(default_factory=Namespace)
    undone: set[str] = field(default_factory=set[str])
    """Ways of hiding that were undone since somebody emptied it: `base64`, `codes`."""
    sequences: dict[str, tuple[Node, ...]] = field(default_factory=dict[str, tuple[Node, ...]])
    """The parts of lists that names stand for, for commands of which only some words are known."""
    steps: int = 0
    work: int = 0
    depth: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether a budget is used up: what is asked now is not known, whatever it is."""
        return self.steps > MAX_STEPS or self.work > MAX_WORK

    def text(self, node: Node | None) -> str | None:
        """The string (or decodable bytes) that `node` stands for, or None."""
        return text_of(self.fold(node))

    def fold(self, node: Node | None) -> Value | None:
        """The constant that `node` stands for, or None when it is not known."""
        if node is not None and node.type == "integer":
            self.work += INTEGER_WORK
        else:
            self.steps += 1
        # A text as it stands takes no working out, and is known also when the budget is used up.
        if node is None or (node.type != "string" and self.is_spent):
            return None
        handler = HANDLERS.get(node.type)
        if handler is None or self.depth > MAX_FOLD_DEPTH:
            return None
        self.depth += 1
        try:
            value = handler(self, node)
        except _FAILURES:
            return None
        finally:
            self.depth -= 1
        if isinstance(value, str | bytes | list | dict):
            self.work += len(value)
            return value if len(value) <= MAX_FOLDED else None
        if isinstance(value, int):
            return value if value.bit_length() <= MAX_BITS else None
        return value

    def items(self, node: Node | None) -> list[Value] | None:
        """What a loop over `node` goes through: of a file, the lines that were written to it."""
        value = self.fold(node)
        return self.lines_of(value) if isinstance(value, Opened) else items_of(value)

    def lines_of(self, file: Opened) -> list[Value] | None:
        """The lines of a file that the notebook wrote, or None."""
        text = self.names.get(file_key(file.path))
        return list(text.splitlines(keepends=True)) if isinstance(text, str) else None

    def all(self, nodes: list[Node]) -> list[Value] | None:
        """Every node's value, or None when one is not known."""
        values: list[Value] = []
        for node in nodes:
            value = self.fold(node)
            if value is None:
                return None
            values.append(value)
        return values

    def need(self, node: Node) -> None:
        """What runs is decided by `node`: names in it that are not known are wanted."""
        waiting = [node]
        for _ in range(40):
            if not waiting:
                return
            one = waiting.pop()
            if one.type == "identifier":
                name = source_of(one)
                if name not in _BUILTINS:
                    self.names.want(name)
            waiting.extend(one.named_children)

    def _through(self, call: Node, pieces: list[str]) -> Node | str | None:
        """Where a name goes on behind a call: at another node, or at a dotted name."""
        function = call.child_by_field_name("function")
        if function is None:
            return None
        if reached := self.reached(call):
            pieces.append(reached[1])
            return reached[0]
        if self._reaches(function):
            made = self.fold(call)
            if isinstance(made, Named):
                return made.dotted
        return function

    def is_getattr(self, function: Node) -> bool:
        """Whether a call of `function` is one of `getattr`, by whatever name."""
        if function.type != "identifier":
            return False
        value = self.names.get(source_of(function))
        if isinstance(value, Named):
            return value.dotted.rpartition(".")[2] == "getattr"
        return value is None and source_of(function) == "getattr"

    def reached(self, node: Node) -> tuple[Node, str] | None:
        """Of `getattr(holder, name)` both, where the name is known."""
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is None or not self.is_getattr(function):
            return None
        holder, name = self._holder(node)
        return (holder, name) if holder is not None and name else None

    def _holder(self, call: Node) -> tuple[Node | None, str]:
        """What `getattr(holder, name)` looks at, and the name where it is known."""
        arguments = arguments_of(call)
        if len(arguments) < 2:
            return None, ""
        return arguments[0], self.text(arguments[1]) or ""

    def _reaches(self, function: Node) -> bool:
        """Whether a call of `function` may give another function or module: `getattr(…)`."""
        value = self.names.get(source_of(function)) if function.type == "identifier" else None
        if isinstance(value, Named):
            return value.dotted.rpartition(".")[2] in _REACHING
        if value is not None:
            return isinstance(value, Function)
        if function.type == "attribute":
            function = function.child_by_field_name("attribute") or function
        return function.type != "identifier" or source_of(function) in _REACHING

    def own_function(self, node: Node) -> Function | None:
        """The notebook's own function that `node` leads to when it is called, if it does."""
        if node.type == "identifier":
            value = self.names.get(source_of(node))
        elif node.type == "attribute":
            return self._own_method(node)
        else:
            value = self.fold(node) if node.type in _MAKING else None
        return value if isinstance(value, Function) else None

    def _own_method(self, node: Node) -> Function | None:
        """A method of a class of the notebook's own, by its name."""
        attribute = node.child_by_field_name("attribute")
        value = self.names.get(source_of(attribute)) if attribute is not None else None
        return value if isinstance(value, Function) and value.is_method else None

    def callee(self, node: Node) -> str:
        """The dotted name that a node goes by, aliases resolved; '' when it cannot be told.

        Calls on the way are looked through: `get_ipython().system` is `get_ipython.system`.
        """
        pieces: list[str] = []
        current: Node | None = node
        for _ in range(MAX_CALLEE_LINKS):
            if current is None or current.type not in {"attribute", "call"}:
                break
            if current.type == "attribute":
                attribute = current.child_by_field_name("attribute")
                pieces.append(source_of(attribute) if attribute is not None else "")
                current = current.child_by_field_name("object")
                continue
            reached = self._through(current, pieces)
            if isinstance(reached, str):
                return _dotted(reached, pieces)
            current = reached
        if current is None:
            return ""
        if current.type == "identifier" and (name := source_of(current)) not in self.names:
            return _dotted(name, pieces)
        value = self.fold(current)
        if isinstance(value, Named):
            return _dotted(value.dotted, pieces)
        return _dotted(source_of(current), pieces) if current.type == "identifier" else ""


_MAKING = frozenset({"call", "parenthesized_expression"})
"""What a function stands behind that is called as soon as it is made."""
_REACHING = frozenset({"getattr", "__import__", "import_module", "attrgetter"})


def _dotted(base: str, pieces: list[str]) -> str:
    dotted = ".".join([base, *reversed(pieces)])
    return dotted.removeprefix("__builtins__.").removeprefix("builtins.")


def _identifier(folder: Folder, node: Node) -> Value | None:
    name = source_of(node)
    if name in folder.names:
        return folder.names.get(name)
    return Named(name) if name in _BUILTINS else None


HANDLERS["identifier"] = _identifier
