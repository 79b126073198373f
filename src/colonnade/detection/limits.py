"""How much of anything is examined. What exceeds a limit is unscannable, never clean.

The numbers keep one cell within some tens of milliseconds on the slowest input that was found;
the worker's time and memory budget (`enforcement.worker`) is the last line behind them.
"""

import re

MAX_CELL_BYTES = 1 << 20
MAX_NESTING = 200
"""Open brackets at once. tree-sitter parses 300,000, but a query over the error node it then leaves
took 79 s (measured 2026-11); ordinary code stays below 20."""
MAX_NODES = 50_000
MAX_FEATURES = 20_000
"""Parts of the Python in a cell that are looked at, and what is seen in all of it. The largest cell
of 3,786 public notebooks has 1,600 of the one and 2,400 of the other (measured 2026-11)."""
MAX_SAME = 200
"""Features of one kind and value; what stands on more lines than that says nothing more."""
MAX_VALUE_CHARACTERS = 400
MAX_STRING_CHARACTERS = 20_000
"""Of a string literal, this much is looked at for addresses and paths."""
MAX_DEPTH = 4
"""Code within code: `exec` of a string, `bash -c`, here-documents."""
MAX_INNER_CHARACTERS = 1 << 21
"""Of all code within code in one cell; a written file counts each time it is run."""
MAX_NOTEBOOK_BYTES = 64 << 20
MAX_NOTEBOOK_CELLS = 5000


class Unscannable(Exception):
    """The input cannot be examined within its budget. `reason` is fit for the person to read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_BRACKET = re.compile(r"[()\[\]{}]")
TOO_LONG = f"it is longer than {MAX_CELL_BYTES >> 10} KiB"


def is_too_long(source: str) -> bool:
    """Whether `source` exceeds `MAX_CELL_BYTES`, counted in characters: quick for any length."""
    return len(source) > MAX_CELL_BYTES


def guard(source: str) -> None:
    """Raises Unscannable when `source` is too large or nests too deeply to be parsed safely.

    Brackets inside strings count too: to tell them apart would take the parse that this protects.
    """
    if is_too_long(source):
        raise Unscannable(TOO_LONG)
    if sum(map(source.count, "([{")) <= MAX_NESTING:
        return
    depth = 0
    for bracket in _BRACKET.finditer(source):
        depth = depth + 1 if bracket[0] in "([{" else max(depth - 1, 0)
        if depth > MAX_NESTING:
            raise Unscannable(f"its brackets nest more than {MAX_NESTING} deep")
