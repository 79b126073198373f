"""Whole cells encoded, and decoded and executed where they stand."""

import ast
import base64
import codecs
import zlib
from random import Random

from colonnade.evaluation.disguises.editing import Places
from colonnade.evaluation.disguises.reading import (
    Python,
    Script,
    Written,
    each,
    is_bound_to_its_cell,
    parsed,
    python,
    read,
)
from colonnade.evaluation.disguises.spelling import as_call, fresh

LONGEST_ARGUMENT = 60_000
"""Characters that safely fit one argument of a command (Linux: MAX_ARG_STRLEN, 128 KiB)."""


def _encoded(cell: str, random: Random) -> list[str]:
    found = read(cell)
    if isinstance(found, Script):
        return [_piped(found, cell)]
    if isinstance(found, Written):
        inner = python(found.body) if found.target.endswith(".py") else None
        return [found.head + _executed(inner, random, shows=False) if inner else cell]
    return [found.head + _executed(found, random)] if found else [cell]


def _piped(script: Script, cell: str) -> str:
    text = base64.b64encode(script.body.encode("utf-8", "replace")).decode()
    if script.argument or len(text) > LONGEST_ARGUMENT:
        return cell
    return f"!echo {text} | base64 -d | {'bash' if script.magic == 'bash' else 'sh'}"


def _executed(found: Python, random: Random, shows: bool = True) -> str:
    """The code as `exec` of a text; a last expression, which Jupyter shows, as `eval` of one."""
    source = found.restored(found.text, as_call)
    tree = parsed(source)
    if tree is None or not tree.body or is_bound_to_its_cell(tree):
        return found.source
    last = tree.body[-1]
    start, end = Places(source).span(last)
    hidden = source[end:].lstrip().startswith(";") or not parsed(source[:start])
    if hidden or not (shows and isinstance(last, ast.Expr)):
        return _layers(source, random)
    shown = _layer("eval", source[start:end], random)
    return shown if len(tree.body) == 1 else f"{_layers(source[:start], random)}\n{shown}"


def _layers(source: str, random: Random) -> str:
    for _ in range(random.randint(1, 2)):
        source = _layer("exec", source, random)
    return source


def _layer(builtin: str, source: str, random: Random) -> str:
    """`exec` or `eval` of `source` through one of the usual encodings, and the imports for it."""
    data = source.encode("utf-8", "surrogatepass")
    kind = random.randrange(3) if source.isascii() else random.randrange(2)
    imports: list[str] = []

    def function(module: str, name: str) -> str:
        return _reached(module, name, imports, random)

    if kind == 0:
        text = f"{function('base64', 'b64decode')}({_base64(data)!r}).decode()"
    elif kind == 1:
        packed = f"{function('base64', 'b64decode')}({_base64(zlib.compress(data))!r})"
        text = f"{function('zlib', 'decompress')}({packed}).decode()"
    else:
        text = f"{function('codecs', 'decode')}({codecs.encode(source, 'rot13')!r}, 'rot13')"
    return "\n".join([*imports, f"{builtin}({text})"])


def _reached(module: str, name: str, imports: list[str], random: Random) -> str:
    """An expression for a function of a module; what must be imported for it joins `imports`.

    Under names of their own: the notebook may have given the usual ones to something else.
    """
    alias = fresh(random)
    match random.randrange(3):
        case 0:
            return f"__import__({module!r}).{name}"
        case 1:
            imports.append(f"import {module} as {alias}")
            return f"{alias}.{name}"
        case _:
            imports.append(f"from {module} import {name} as {alias}")
            return alias


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


encoded_exec = each(_encoded)
"""Every cell is base64, compressed or ROT13 text that is executed, one or two layers deep."""
