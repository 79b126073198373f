"""Comments taken out."""

import io
import re
import tokenize
from collections.abc import Iterator
from random import Random

from colonnade.evaluation.disguises.editing import Edit, Places
from colonnade.evaluation.disguises.reading import Line, Python, Script, Written, each, python, read

_SHELL_COMMENT = re.compile(r"^[ \t]*#(?!!).*\n?", re.MULTILINE)


def _bare(cell: str, random: Random) -> list[str]:
    found = read(cell)
    if isinstance(found, Script):
        return [found.head + _bare_script(found.body)]
    if isinstance(found, Written):
        inner = python(found.body) if found.target.endswith(".py") else None
        return [found.head + _bare_python(inner) if inner else cell]
    return [_bare_python(found) if found else cell]


def _bare_script(body: str) -> str:
    return body if "<<" in body else _SHELL_COMMENT.sub("", body)


def _bare_python(found: Python) -> str:
    return found.edited(list(_comments(found.text)), _bare_line)


def _bare_line(line: Line) -> str:
    quoted = any(mark in line.text for mark in "'\"\\`")
    return line.written if line.mark == "%" or quoted else re.sub(r"\s#.*$", "", line.written)


def _comments(text: str) -> Iterator[Edit]:
    """Edits that take out every comment, and the whole line where nothing else stands on it."""
    places = Places(text)
    for line, column in comment_places(text):
        start = places.line_start(line) + column
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        before = text[places.line_start(line) : start]
        if before.strip():
            yield Edit(start - (len(before) - len(before.rstrip())), end, "")
        else:
            yield Edit(places.line_start(line), min(end + 1, len(text)), "")


def comment_places(text: str) -> Iterator[tuple[int, int]]:
    """Line (from 1) and column of every comment; none in what Python cannot tokenise."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return
    for token in tokens:
        if token.type == tokenize.COMMENT:
            yield token.start


comments_removed = each(_bare)
"""Every comment is gone, Colab's form titles among them."""
