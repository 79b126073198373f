"""Texts written in another way: split into pieces, or as the numbers of their characters."""

import ast
from collections.abc import Callable, Iterator
from random import Random

from colonnade.evaluation.disguises.editing import Edit, walk
from colonnade.evaluation.disguises.reading import Line, Python, Script, Written, each, python, read
from colonnade.evaluation.disguises.spelling import (
    Spell,
    as_call,
    as_cell_call,
    as_sum,
    by_numbers,
    in_pieces,
)
from colonnade.evaluation.disguises.words import with_words

LONGEST = 4000
"""Longer texts stay: nobody writes a picture as a sum of characters."""


def _split(cell: str, random: Random) -> list[str]:
    spell = in_pieces(random)

    def line(one: Line) -> str:
        if one.mark == "!" and random.random() < 0.5:
            return "!" + with_words(one.text, lambda word: _broken(word, random))
        return as_call(one, spell)

    return [_respelled(cell, spell, line)]


def _broken(word: str, random: Random) -> str:
    """A shell word with an empty pair of quotes inside: `gi''t`."""
    place = random.randint(1, len(word) - 1)
    return f"{word[:place]}''{word[place:]}"


def _numbered(cell: str, random: Random) -> list[str]:
    spell = by_numbers(random)
    return [_respelled(cell, spell, lambda line: as_call(line, spell))]


def _respelled(cell: str, spell: Spell, line: Callable[[Line], str]) -> str:
    found = read(cell)
    if isinstance(found, Script):
        return as_cell_call(found.magic, found.argument, found.body, spell)
    if isinstance(found, Written):
        inner = python(found.body) if found.target.endswith(".py") else None
        if inner is None or inner.lines:
            return cell
        return found.head + inner.edited(list(_literals(inner, spell)))
    return cell if found is None else found.edited(list(_literals(found, spell)), line)


def _literals(found: Python, spell: Spell) -> Iterator[Edit]:
    places = found.places
    kept = _docstrings(found.tree)
    for node in walk(found.tree):
        written = _written(node, spell)
        if written is not None and isinstance(node, ast.expr) and node not in kept:
            yield Edit(*places.span(node), written)


def _written(node: ast.AST, spell: Spell) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return as_sum(node, spell)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return spell(node.value) if 0 < len(node.value) <= LONGEST else None
    return None


def _docstrings(tree: ast.Module) -> set[ast.AST]:
    """Texts that stand alone as a statement: to Python they are documentation."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}


split_strings = each(_split)
"""Every text is a sum of pieces; shell words are broken by empty quotes, or become split calls."""

chr_joins = each(_numbered)
"""Every text, shell lines among them, is joined from the numbers of its characters."""
