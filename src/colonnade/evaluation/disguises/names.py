"""The notebook's own names under others: random ones, or ones that look the same in Cyrillic."""

import ast
import builtins
import copy
import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

from colonnade.evaluation.disguises.comments import comment_places
from colonnade.evaluation.disguises.editing import Edit, Places, walk
from colonnade.evaluation.disguises.folders import rename_clones
from colonnade.evaluation.disguises.reading import Line, Python, read
from colonnade.evaluation.disguises.spelling import fresh

_WORD = re.compile(r"[^\W\d]\w*")
_DYNAMIC = re.compile(r"\b(?:eval|exec|globals|locals|vars|query|getattr|setattr)\b")
_FILLED_IN = re.compile(r"\{[^{}\n]*\}|\$\w+")
_DEFINITION = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)")
_BUILT_IN = frozenset(dir(builtins)) | {"get_ipython", "In", "Out", "display", "self", "cls"}

LOOKALIKES = str.maketrans("aceijopsxyhABCEHIJKMOPSTX", "асеіјорѕхуһАВСЕНІЈКМОРЅТХ")
"""Latin letters and the Cyrillic ones that look alike (Unicode TR 39, confusables, version 15)."""


def rename(cells: Sequence[str], namer: Callable[[str], str]) -> list[list[str]]:
    """The names that the notebook itself binds, by what `namer` gives them, in every cell alike.

    Parameters, attributes and whatever a text may refer to keep their names.
    """
    found = [read(cell) for cell in cells]
    pythons = [one for one in found if isinstance(one, Python)]
    unread = "\n".join(cell for cell, one in zip(cells, found, strict=True) if one is None)
    free = set[str]().union(*map(_bound, pythons)) - set[str]().union(*map(_fixed, pythons))
    free -= _BUILT_IN | set(_WORD.findall(unread)) | _mentioned(pythons)
    names = {name: namer(name) for name in sorted(free) if not name.startswith("_")}
    return [
        [_renamed(one, names) if isinstance(one, Python) else cell]
        for cell, one in zip(cells, found, strict=True)
    ]


def _bound(found: Python) -> Iterator[str]:
    for node in ast.walk(found.tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = (alias.asname or alias.name for alias in node.names)
            yield from (name for name in names if name.isidentifier())


def _fixed(found: Python) -> Iterator[str]:
    """Names that another spelling could not follow everywhere."""
    yield from found.lines
    for node in ast.walk(found.tree):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from _bound_in_class(node)
        elif isinstance(node, ast.Import):
            yield from (one.name.split(".")[0] for one in node.names if "." in one.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _WORD.findall(node.value) if len(node.value) < 40 else ()


def _bound_in_class(node: ast.ClassDef) -> Iterator[str]:
    for one in node.body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield one.name
        else:
            yield from (name.id for name in ast.walk(one) if isinstance(name, ast.Name))


def _mentioned(pythons: Sequence[Python]) -> set[str]:
    """Words of magics, and of every text where the notebook looks names up while it runs."""
    lines = [line.text for one in pythons for line in one.lines.values() if line.mark == "%"]
    texts = (
        [one.text for one in pythons] if any(_DYNAMIC.search(one.text) for one in pythons) else []
    )
    quoted = [part for text in texts for part in re.findall(r"'[^'\n]*'|\"[^\"\n]*\"", text)]
    return {word for text in (*lines, *quoted) for word in _WORD.findall(text)}


def _renamed(found: Python, names: dict[str, str]) -> str:
    return found.edited(list(_edits(found, names)), lambda line: _filled_in(line, names))


def _filled_in(line: Line, names: dict[str, str]) -> str:
    def rename_words(part: re.Match[str]) -> str:
        return _WORD.sub(lambda word: names.get(word[0], word[0]), part[0])

    return _FILLED_IN.sub(rename_words, line.written)


def _edits(found: Python, names: dict[str, str]) -> Iterator[Edit]:
    places = found.places
    for node in walk(found.tree):
        if isinstance(node, ast.Name) and node.id in names:
            yield Edit(*places.span(node), names[node.id])
        elif isinstance(node, ast.JoinedStr) and any(
            isinstance(one, ast.Name) and one.id in names for one in ast.walk(node)
        ):
            yield Edit(*places.span(node), ast.unparse(_Renamer(names).visit(copy.deepcopy(node))))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _definition(found.text, places, node, names)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if (name := alias.asname or alias.name) in names:
                    start = places.offset(alias.lineno, alias.col_offset)
                    end = places.offset(alias.end_lineno or 1, alias.end_col_offset or 0)
                    yield Edit(start, end, f"{alias.name} as {names[name]}")


def _definition(
    source: str,
    places: Places,
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
    names: dict[str, str],
) -> Iterator[Edit]:
    match = _DEFINITION.match(source, places.span(node)[0])
    if match and node.name in names:
        yield Edit(*match.span(1), names[node.name])


class _Renamer(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id, node.id)
        return node


def look_alike(text: str, random: Random) -> str:
    """`text` with at least one of its letters in Cyrillic, when it has one that has a twin."""
    written = [letter.translate(LOOKALIKES) if random.random() < 0.7 else letter for letter in text]
    return "".join(written) if "".join(written) != text else text.translate(LOOKALIKES)


def _comments_alike(cell: str, random: Random) -> str:
    """Comments in lookalikes; what Colab reads out of them (`#@param`) stays."""
    found = read(cell)
    if not isinstance(found, Python):
        return cell
    places = found.places
    edits: list[Edit] = []
    for line, column in comment_places(found.text):
        start = places.line_start(line) + column
        end = found.text.find("\n", start)
        text = found.text[start : end if end >= 0 else len(found.text)]
        if "@param" not in text:
            edits.append(Edit(start, start + len(text), look_alike(text, random)))
    return found.edited(edits)


def identifiers_renamed(cells: Sequence[str], random: Random) -> list[list[str]]:
    """Variables, functions, classes and imports of the notebook bear random names."""
    everything = "\n".join(cells)
    return rename(cells, lambda _: fresh(random, everything))


def cyrillic_lookalikes(cells: Sequence[str], random: Random) -> list[list[str]]:
    """Names of the notebook, folders of clones and comments are written with Cyrillic letters."""
    named = rename(cells, lambda name: look_alike(name, random))
    placed = rename_clones([one for (one,) in named], lambda name: look_alike(name, random))
    return [[_comments_alike(one, random)] for (one,) in placed]
