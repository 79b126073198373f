"""Calls: of known functions and methods, of what reaches others by name, of the notebook's own."""

from collections.abc import Callable

from tree_sitter import Node

from colonnade.detection.normalise.fold.folder import HANDLERS, Folder
from colonnade.detection.normalise.fold.functions import FUNCTIONS, way_of_hiding
from colonnade.detection.normalise.fold.loops import each
from colonnade.detection.normalise.fold.methods import METHODS, fill, substitute
from colonnade.detection.normalise.fold.nodes import arguments_of, keywords_of, source_of
from colonnade.detection.normalise.fold.own_functions import apply
from colonnade.detection.normalise.fold.statements import parse
from colonnade.detection.normalise.fold.values import (
    Function,
    Named,
    Opened,
    Scalar,
    Value,
    file_key,
    items_of,
    size_of,
)

_IMPORTERS = frozenset({"__import__", "importlib.import_module", "importlib.__import__"})
_OPENERS = frozenset({"open", "io.open", "codecs.open"})
_PREFIXES = ("builtins.", "__builtins__.", "str.", "bytes.", "list.", "dict.")
_ENVIRONMENT = frozenset({"os.environ.get", "os.getenv", "os.environ.setdefault"})
_HOLDERS = frozenset({"dict", "types.SimpleNamespace", "argparse.Namespace"})
"""What holds values under the names by which they are given."""
_EXPRESSIONS = frozenset({"eval", "ast.literal_eval"})
MAX_EXPRESSION = 20_000
"""Characters of a text that is evaluated."""
_KNOWN = (
    _IMPORTERS
    | _EXPRESSIONS
    | _OPENERS
    | _ENVIRONMENT
    | _HOLDERS
    | {"getattr", "vars", "globals", "locals", "map", "filter", "functools.reduce"}
    | {"get_ipython", "IPython.get_ipython", "json.load"}
)


def _call(folder: Folder, node: Node) -> Value | None:
    function = node.child_by_field_name("function")
    if function is None:
        return None
    if function.type == "attribute":
        attribute = function.child_by_field_name("attribute")
        name = source_of(attribute) if attribute is not None else ""
        return _method(folder, node, function.child_by_field_name("object"), name)
    reached = folder.reached(function)
    if reached is not None:
        return _method(folder, node, *reached)
    return _invoke(folder, folder.fold(function), node)


def _method(folder: Folder, call: Node, holder: Node | None, name: str) -> Value | None:
    """What `holder.name(…)` gives."""
    held = folder.fold(holder)
    if isinstance(held, Named):
        return _invoke(folder, Named(f"{held.dotted}.{name}"), call)
    if held is None:
        return _of_object(folder, call, holder, name)
    if isinstance(held, Opened):
        if name == "readlines":
            return folder.lines_of(held)
        return folder.names.get(file_key(held.path)) if name == "read" else None
    arguments = _positional(folder, call)
    if arguments is None:
        return None
    if name in _OF_TEXTS and isinstance(held, str):
        return _OF_TEXTS[name](folder, held, arguments, call)
    method = METHODS.get(name)
    if method is not None:
        folder.work += size_of(held)
        if name in {"translate", "hex"}:
            folder.undone.add("rot13" if name == "translate" else "hex")
    return method(held, arguments) if method is not None else None


def _of_object(folder: Folder, call: Node, holder: Node | None, name: str) -> Value | None:
    """What `C(…).name(…)` gives, of a class of the notebook's own: its methods set its values."""
    made = holder.child_by_field_name("function") if holder and holder.type == "call" else None
    prefix = f".{source_of(made)}." if made is not None and made.type == "identifier" else ""
    method = folder.names.get(f"{prefix}{name}") if prefix else None
    arguments = _positional(folder, call) if isinstance(method, Function) else None
    if not isinstance(method, Function) or arguments is None:
        return None
    before = dict(folder.names.own)
    for key, value in before.items():
        if key.startswith(prefix):
            folder.names.bind(f".self.{key[len(prefix) :]}", value)
    try:
        return apply(folder, method, [None, *arguments], _keywords(folder, call))
    finally:
        folder.names.own = before


def _filled(folder: Folder, held: str, arguments: list[Value], call: Node) -> Value | None:
    return fill(held, arguments, _known(_keywords(folder, call)))


def _substituted(folder: Folder, held: str, arguments: list[Value], call: Node) -> Value | None:
    known: dict[Scalar, Value] = {**_known(_keywords(folder, call))}
    for one in arguments:
        known |= one if isinstance(one, dict) else {}
    return substitute(held, known)


def _read(folder: Folder, held: str, _: list[Value], __: Node) -> Value | None:
    return folder.names.get(file_key(held))


_OF_TEXTS: dict[str, Callable[[Folder, str, list[Value], Node], Value | None]] = {
    "format": _filled,
    "substitute": _substituted,
    "safe_substitute": _substituted,
    "read_text": _read,
}
"""Methods of texts that are told by name, or read a file."""


def _keywords(folder: Folder, call: Node) -> dict[str, Value | None]:
    """The keyword arguments, those of a dictionary (`**d`) among them."""
    found: dict[str, Value | None] = {key: folder.fold(one) for key, one in keywords_of(call)}
    for node in arguments_of(call):
        if node.type == "dictionary_splat":
            given = folder.fold(next(iter(node.named_children), None))
            found |= (
                {str(key): one for key, one in given.items()} if isinstance(given, dict) else {}
            )
    return found


def _known(values: dict[str, Value | None]) -> dict[str, Value]:
    return {key: one for key, one in values.items() if one is not None}


def _positional(folder: Folder, call: Node) -> list[Value] | None:
    """The values of the positional arguments; None when one is not known."""
    values: list[Value] = []
    for node in arguments_of(call):
        if node.type in {"keyword_argument", "dictionary_splat"}:
            continue
        if node.type == "list_splat":
            items = items_of(folder.fold(next(iter(node.named_children), None)))
            if items is None:
                return None
            values.extend(items)
            continue
        value = folder.fold(node)
        if value is None:
            return None
        values.append(value)
    return values


def _invoke(folder: Folder, called: Value | None, call: Node) -> Value | None:
    if called is None or not _is_known(called):
        return None
    arguments = _positional(folder, call)
    if arguments is None:
        return None
    if isinstance(called, Named) and called.dotted in _HOLDERS:
        keywords = {key: folder.fold(value) for key, value in keywords_of(call)}
        if keywords:
            return dict[Scalar, Value](_known(keywords).items())
    if isinstance(called, Function):
        keywords = {key: folder.fold(value) for key, value in keywords_of(call)}
        return apply(folder, called, arguments, keywords)
    return call_value(folder, called, arguments)


def _is_known(called: Value) -> bool:
    """Whether anything can be told of what calling it gives: else its arguments do not matter."""
    if not isinstance(called, Named):
        return isinstance(called, Function)
    name = called.dotted
    return name in _KNOWN or name in FUNCTIONS or name.startswith(_PREFIXES)


def call_value(folder: Folder, called: Value | None, arguments: list[Value]) -> Value | None:
    """What calling `called` with `arguments` gives, or None when that is not known."""
    if isinstance(called, Function):
        return apply(folder, called, arguments, {})
    if not isinstance(called, Named):
        return None
    name = called.dotted.removeprefix("builtins.").removeprefix("__builtins__.")
    if (reached := _reach(folder, name, arguments)) is not None:
        return reached
    if name in _EXPRESSIONS and arguments and isinstance(arguments[0], str):
        return _evaluated(folder, arguments[0])
    if name in {"map", "filter"} and len(arguments) == 2:
        return _mapped(folder, name, arguments)
    if name == "functools.reduce" and len(arguments) >= 2:
        return _reduced(folder, arguments)
    function = FUNCTIONS.get(name)
    if function is None:
        return _unbound(name, arguments)
    folder.work += sum(map(size_of, arguments))
    if way := way_of_hiding(name):
        folder.undone.add(way)
    return function(arguments)


def _evaluated(folder: Folder, source: str) -> Value | None:
    """`eval("'a' + 'b'")`: an expression that is itself a text."""
    if len(source) > MAX_EXPRESSION:
        return None
    statement = next(iter(parse(source.strip()).named_children), None)
    return folder.fold(next(iter(statement.named_children), None)) if statement else None


def _unbound(name: str, arguments: list[Value]) -> Value | None:
    """`str.lower('X')`: a method that is reached through its type."""
    holder, _, method = name.rpartition(".")
    if holder not in {"str", "bytes", "list", "dict"} or method not in METHODS or not arguments:
        return None
    return METHODS[method](arguments[0], arguments[1:])


def _reach(folder: Folder, name: str, arguments: list[Value]) -> Value | None:
    """What is reached by a name that was put together: imports, attributes, the environment."""
    match arguments:
        case [str() as module, *more] if name in _IMPORTERS:
            folder.undone.add("dynamic-import")
            at_root = name == "__import__" and not more
            return Named(module.partition(".")[0] if at_root else module)
        case [Named(holder), str() as attribute, *_] if name == "getattr":
            folder.undone.add("dynamic-attribute")
            return Named(f"{holder}.{attribute}")
        case [Named(holder)] if name == "vars":
            return Named(f"{holder}.__dict__")
        case [str() as path, *_] if name in _OPENERS:
            return Opened(path)
        case [] if name.endswith("get_ipython"):
            return Named("get_ipython")
        case [Opened(path)] if name == "json.load":
            written = folder.names.get(file_key(path))
            return FUNCTIONS["json.loads"]([written]) if isinstance(written, str) else None
        case [] if name in {"globals", "locals", "vars"}:
            return Named("globals")
        case [str() as variable, *rest] if name in _ENVIRONMENT:
            return folder.names.get(f"${variable}") or (rest[0] if rest else None)
        case _:
            return None


def _mapped(folder: Folder, name: str, arguments: list[Value]) -> Value | None:
    values = each(folder, arguments[1], lambda item: call_value(folder, arguments[0], [item]))
    items = items_of(arguments[1])
    if name == "map" or values is None or items is None:
        return values
    return [item for item, kept in zip(items, values, strict=True) if kept]


def _reduced(folder: Folder, arguments: list[Value]) -> Value | None:
    """`reduce(f, items)` with a function of the notebook's own, or one that is known."""
    called, series, *first = arguments
    items = items_of(series)
    if items is None or not (first or items):
        return None
    value, *rest = (*first, *items)
    for item in rest:
        folder.steps += 1
        folder.work += size_of(value)
        found = None if folder.is_spent else call_value(folder, called, [value, item])
        if found is None:
            return None
        value = found
    return value


def _lambda(_: Folder, node: Node) -> Value | None:
    source = source_of(node)
    return Function("", source) if len(source) <= MAX_FUNCTION else None


MAX_FUNCTION = 4000
"""Characters of a function that is read again when it is called."""

HANDLERS.update({"call": _call, "lambda": _lambda})
