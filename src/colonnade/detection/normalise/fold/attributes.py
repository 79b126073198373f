"""Attributes: of modules, of what is held under names, of functions and texts.

To know another constant of the standard library, add it to `_CONSTANTS`.
"""

import string

from tree_sitter import Node

from colonnade.detection.normalise.fold.folder import HANDLERS, Folder
from colonnade.detection.normalise.fold.nodes import parts_of, source_of
from colonnade.detection.normalise.fold.statements import parse
from colonnade.detection.normalise.fold.values import Function, Named, Value

_CONSTANTS: dict[str, Value] = {
    "os.sep": "/",
    "os.linesep": "\n",
    "string.ascii_lowercase": "abcdefghijklmnopqrstuvwxyz",
    "string.ascii_uppercase": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "string.ascii_letters": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "string.digits": "0123456789",
    "string.hexdigits": "0123456789abcdefABCDEF",
    "string.printable": string.printable,
    "string.punctuation": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    "sys.executable": "python",
}
MAX_LOOKED_IN = 2000
"""Characters of a text whose `__getitem__` is handed on."""


def _attribute(folder: Folder, node: Node) -> Value | None:
    holder = folder.fold(node.child_by_field_name("object"))
    attribute = node.child_by_field_name("attribute")
    if attribute is None:
        return None
    if isinstance(holder, Named):
        dotted = f"{holder.dotted}.{source_of(attribute)}"
        if dotted == "sys.argv":
            return folder.names.get(".sys.argv") or Named(dotted)
        return _CONSTANTS.get(dotted) or Named(dotted)
    if holder is None:
        return folder.names.get(f".{source_of(node)}")
    return _held(holder, source_of(attribute))


def _held(holder: Value, name: str) -> Value | None:
    """`f.__doc__`, `'abc'.__getitem__`, and a name in a namespace."""
    if isinstance(holder, Function):
        return _docstring(holder) if name == "__doc__" else None
    if name == "__getitem__" and isinstance(holder, str) and len(holder) <= MAX_LOOKED_IN:
        return Function("", f"lambda it: {holder!r}[it]")
    return holder.get(name) if isinstance(holder, dict) else None


def _docstring(function: Function) -> Value | None:
    """The text at the beginning of a function, as its source has it."""
    definition = next(iter(parse(function.source).named_children), None)
    body = definition.child_by_field_name("body") if definition is not None else None
    first = next(iter(parts_of(body)), None) if body is not None else None
    if first is None or first.type != "expression_statement":
        return None
    text = first.named_children[0]
    return Folder().text(text) if text.type == "string" else None


HANDLERS["attribute"] = _attribute
