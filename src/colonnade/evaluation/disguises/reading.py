"""A notebook's cell as a disguise needs it: Python with its magics set aside, or a script.

Independent of `detection.normalise` on purpose: a disguise that read cells with the judge's own
eyes would share its blind spots, and hide them from the measurement.
"""

import ast
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from colonnade.detection.limits import Unscannable, guard
from colonnade.evaluation.disguises.editing import Edit, Places, apply

Disguise = Callable[[Sequence[str], Random], list[list[str]]]
"""Code cells and a source of chance in; for every cell the cells that stand in its place out."""

_SCRIPTS = frozenset({"bash", "sh", "shell"})
_TRANSPARENT = frozenset({"time", "timeit", "capture", "prun"})
"""Cell magics whose body is the Python of the notebook itself."""
_NAME = re.compile(r"_line_+\d+_")
"""What stands for a magic; `_set_aside` makes the middle longer until no text has it."""
_CELL_MAGIC = re.compile(r"%%(\w+)[ \t]*(.*)")
_LINE = re.compile(
    r"(?P<before>[ \t]*(?:[\w.,\ \t\[\]'\"()]{1,200}=[ \t]*)?)"
    r"(?P<mark>!!|!(?!=)|%(?=[A-Za-z]))(?P<rest>.*)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One `!` or `%` line.

    Attributes:
        mark: '!', '!!' or '%'.
        text: what follows the mark, continuation lines and all.
        assigned: whether its result is given a name (`files = !ls`).
    """

    mark: str
    text: str
    assigned: bool

    @property
    def written(self) -> str:
        """The line as it stood."""
        return self.mark + self.text

    @property
    def joined(self) -> str:
        """The text on one line, joined as IPython does it."""
        return re.sub(r"\\\n", " ", self.text).strip()

    @property
    def is_command(self) -> bool:
        """Whether it is a shell command of its own in which IPython has nothing to fill in."""
        return self.mark == "!" and not self.assigned and not re.search(r"[${]", self.text)


@dataclass(frozen=True, slots=True)
class Python:
    """Python whose magics are names.

    Attributes:
        head: the line of a cell magic that runs the rest as Python, or ''.
        text: the source, a name of its own for each magic.
        tree: the same, parsed.
        lines: what the names stand for.
    """

    head: str
    text: str
    tree: ast.Module
    lines: dict[str, Line]

    def edited(self, edits: Sequence[Edit], spell: Callable[[Line], str] | None = None) -> str:
        """The cell after `edits` of `text`, magics as `spell` writes them or as they were.

        As it was when the result would not parse.
        """
        text = apply(self.text, edits)
        return self.head + self.restored(text if parsed(text) else self.text, spell)

    def restored(self, text: str, spell: Callable[[Line], str] | None = None) -> str:
        """`text` with the magics back in place."""

        def back(name: re.Match[str]) -> str:
            line = self.lines.get(name[0])
            return name[0] if line is None else spell(line) if spell else line.written

        return _NAME.sub(back, text) if self.lines else text

    def line_in(self, text: str) -> str | None:
        """The name of the first magic that stands in `text`."""
        names = (match[0] for match in _NAME.finditer(text))
        return next((name for name in names if name in self.lines), None)

    @property
    def source(self) -> str:
        """The Python as it stood, without the head."""
        return self.restored(self.text)

    @property
    def places(self) -> Places:
        """Where the nodes of `tree` stand in `text`."""
        return Places(self.text)


@dataclass(frozen=True, slots=True)
class Script:
    """A `%%bash` cell. `head` is its first line with the newline."""

    head: str
    magic: str
    argument: str
    body: str


@dataclass(frozen=True, slots=True)
class Written:
    """A `%%writefile` cell. `head` is its first line with the newline."""

    head: str
    target: str
    body: str


def read(source: str) -> Python | Script | Written | None:
    """What a cell is; None for what no disguise can read."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    first, newline, body = source.lstrip("\n").partition("\n")
    magic = _CELL_MAGIC.match(first)
    if magic is None:
        return python(source)
    name, argument, head = magic[1], magic[2].strip(), first + newline
    if name in _SCRIPTS:
        return Script(head, name, argument, body)
    if name in {"writefile", "file"}:
        return Written(head, argument.split(" ")[-1].strip("'\""), body)
    return python(body, head) if name in _TRANSPARENT else None


def python(source: str, head: str = "") -> Python | None:
    """`source` as Python with magics, or None when it does not parse."""
    if tree := parsed(source):
        return Python(head, source, tree, {})
    text, lines = _set_aside(source)
    tree = parsed(text) if lines else None
    if tree is None or _inside_strings(tree, lines):
        return None
    return Python(head, text, tree, lines)


def parsed(text: str) -> ast.Module | None:
    """The syntax tree, or None for what is no Python or exceeds the judge's own limits."""
    try:
        guard(text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, Unscannable):
        return None


def is_bound_to_its_cell(tree: ast.Module) -> bool:
    """Whether code would fail outside its cell: it awaits by itself, or sets the compiler's mind.

    A cell may `await` at its top, which `exec` and `%run` refuse; `from __future__` holds only for
    the text in which it stands.
    """
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return True
        if isinstance(node, ast.comprehension) and node.is_async:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def _set_aside(source: str) -> tuple[str, dict[str, Line]]:
    stem = "_line"
    while stem in source:
        stem += "_"
    kept: list[str] = []
    lines: dict[str, Line] = {}
    waiting = iter(source.split("\n"))
    for row in waiting:
        match = _LINE.fullmatch(row)
        if match is None:
            kept.append(row)
            continue
        text = match["rest"]
        while text.endswith("\\") and (more := next(waiting, None)) is not None:
            text += "\n" + more
        name = f"{stem}_{len(lines)}_"
        lines[name] = Line(match["mark"], text, "=" in match["before"])
        kept.append(match["before"] + name)
    return "\n".join(kept), lines


def _inside_strings(tree: ast.Module, lines: dict[str, Line]) -> bool:
    """Whether something that looked like a magic was the inside of a string."""
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return any(name in lines for text in texts for name in _NAME.findall(text))


def each(change: Callable[[str, Random], list[str]]) -> Disguise:
    """The disguise that changes every cell by itself; a cell too deep for it stays as it was."""

    def disguise(cells: Sequence[str], random: Random) -> list[list[str]]:
        return [_guarded(change, cell, random) for cell in cells]

    return disguise


def _guarded(change: Callable[[str, Random], list[str]], cell: str, random: Random) -> list[str]:
    try:
        return change(cell, random)
    except RecursionError:
        return [cell]
