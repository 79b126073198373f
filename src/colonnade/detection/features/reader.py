"""What extractors ask of the one who reads the cell: to read code that they find within code."""

from typing import Protocol

from tree_sitter import Node

from colonnade.detection.normalise.fold import Function, Namespace


class CodeReader(Protocol):
    """Reads code within code; `extract` supplies it, one level deeper each time."""

    @property
    def names(self) -> Namespace:
        """What is known of the cell's names, variables of the environment and written files."""
        ...

    def python(self, source: str, line: int, end_line: int) -> None:
        """Read Python found on these lines of the part."""
        ...

    def shell(self, source: str, line: int, end_line: int) -> None:
        """Read shell text found on these lines of the part."""
        ...

    def command(self, source: str, line: int) -> None:
        """Read what a `!` line runs: it begins on this line, and keeps its own lines."""
        ...

    def function(self, called: Function, call: Node, lines: tuple[int, int]) -> None:
        """Read the body of the notebook's own function with what `call` gives it."""
        ...
