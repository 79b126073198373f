"""Many small changes to one text, by the places that Python's syntax tree names."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` in place of the characters from `start` up to `end`, which may be one place."""

    start: int
    end: int
    text: str


class Places:
    """Where a node stands in a text, as offsets of characters (Python counts bytes in a line)."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def offset(self, line: int, column: int) -> int:
        """The character at a line (from 1) and a column in UTF-8 bytes."""
        text = self._lines[line - 1]
        if not text.isascii():
            column = len(text.encode()[:column].decode("utf-8", "ignore"))
        return self._starts[line - 1] + column

    def line_start(self, line: int) -> int:
        """Where a line (from 1) begins; one past the last is the end of the text."""
        return min(self._starts[line - 1], self._starts[-1] - 1)

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Start and end of a node."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column)


def apply(text: str, edits: Iterable[Edit]) -> str:
    """`text` after all `edits`. Of two that overlap the first wins; insertions keep their order."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if edit.start < position:
            continue
        pieces += (text[position : edit.start], edit.text)
        position = edit.end
    return "".join(pieces) + text[position:]


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node in which a change is safe: nothing inside f-strings or the patterns of `match`.

    Before Python 3.12 the parts of an f-string bear no true places; a pattern allows no expression.
    """
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.JoinedStr):
            children = ast.iter_child_nodes(node)
            waiting.extend(one for one in children if not isinstance(one, ast.pattern))
