"""Names that are looked up while the code runs: `getattr` and `__import__` in place of syntax."""

import ast
from collections.abc import Iterator
from random import Random

from colonnade.evaluation.disguises.editing import Edit, Places, walk
from colonnade.evaluation.disguises.reading import Line, Python, Script, Written, each, python, read
from colonnade.evaluation.disguises.spelling import as_call, as_cell_call, in_pieces, plain


def _reflected(cell: str, random: Random) -> list[str]:
    found = read(cell)
    if isinstance(found, Script):
        return [_looked_up(as_cell_call(found.magic, found.argument, found.body))]
    if isinstance(found, Written):
        inner = python(found.body) if found.target.endswith(".py") else None
        return [found.head + inner.edited(list(_edits(inner, random))) if inner else cell]
    if found is None:
        return [cell]
    return [found.edited(list(_edits(found, random)), _line)]


def _line(line: Line) -> str:
    return _looked_up(as_call(line))


def _looked_up(call: str) -> str:
    method, bracket, rest = call.removeprefix("get_ipython().").partition("(")
    return f"getattr(get_ipython(), {method!r}){bracket}{rest}"


def _edits(found: Python, random: Random) -> Iterator[Edit]:
    places = found.places
    for node in walk(found.tree):
        if isinstance(node, ast.Attribute):
            yield from _attribute(found.text, places, node, random)
        elif isinstance(node, ast.Import | ast.ImportFrom) and (text := _import(node, random)):
            yield Edit(*places.span(node), text)


def _attribute(source: str, places: Places, node: ast.Attribute, random: Random) -> Iterator[Edit]:
    """`value.name` as `getattr(value, 'name')`, where it is read and no private name is mangled."""
    if not isinstance(node.ctx, ast.Load) or node.attr.startswith("__"):
        return
    start, end = places.span(node)
    _, value_end = places.span(node.value)
    dot = source.rfind(".", value_end, end)
    if dot >= 0 and source[dot + 1 : end].strip() == node.attr:
        yield Edit(start, start, "getattr(")
        yield Edit(dot, end, f", {_name(node.attr, random)})")


def _name(name: str, random: Random) -> str:
    return in_pieces(random)(name) if random.random() < 0.3 else plain(name)


def _import(node: ast.Import | ast.ImportFrom, random: Random) -> str | None:
    if isinstance(node, ast.ImportFrom):
        return _import_from(node, random)
    return "; ".join(_import_one(alias, random) for alias in node.names)


def _import_one(alias: ast.alias, random: Random) -> str:
    """`import a.b` names the package `a`, `import a.b as c` the module `a.b` itself."""
    if alias.asname is None:
        return f"{alias.name.split('.')[0]} = __import__({_name(alias.name, random)})"
    module = f"__import__('importlib').import_module({_name(alias.name, random)})"
    return f"{alias.asname} = {module}"


def _import_from(node: ast.ImportFrom, random: Random) -> str | None:
    names = [alias.name for alias in node.names]
    if node.level or node.module is None or node.module == "__future__" or "*" in names:
        return None
    module = _name(node.module, random)
    return "; ".join(
        f"{alias.asname or alias.name} = "
        f"getattr(__import__({module}, fromlist=[{alias.name!r}]), {_name(alias.name, random)})"
        for alias in node.names
    )


getattr_importlib = each(_reflected)
"""Imports are `__import__` and `importlib` calls, attributes are `getattr`, magics are both."""
