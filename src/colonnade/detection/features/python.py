"""Python source into features, by tree-sitter: it survives what is half-written or hostile."""

import re
from collections.abc import Iterator
from itertools import islice

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from colonnade.detection.features.command import CodeReader, read_words
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.literal import point_at, read_text
from colonnade.detection.features.roles import pairs
from colonnade.detection.normalise.fold import Folder, arguments_of, callee, source_of

_LANGUAGE = Language(tree_sitter_python.language())
_QUERY = Query(
    _LANGUAGE,
    """
    (import_statement) @import
    (import_from_statement) @import
    (assignment) @assignment
    (call) @call
    [(string) (concatenated_string)] @string
    (expression_statement [(string) (concatenated_string)] @docstring)
    (function_definition name: (identifier) @name)
    (class_definition name: (identifier) @name)
    (parameters (identifier) @name)
    (binary_operator) @binary
    (for_statement right: (call) @rounds body: (block) @repeated)
    """,
)
_RUNNERS = re.compile(
    r"^(?:os\.(?:system|popen|exec\w+|spawn\w+)|subprocess\.\w+|pty\.spawn|commands\.getoutput"
    r"|(?:.*\.)?(?:system|getoutput|run_line_magic|run_cell_magic|Popen|run_command)|sh)$"
)
_EXECUTORS = frozenset({"exec", "eval", "builtins.exec", "builtins.eval", "runpy.run_path"})
_FETCHERS = re.compile(
    r"^(?:gdown\.\w+|wget\.download|urllib\.request\.url\w+|requests\.get|huggingface_hub\.\w+"
    r"|torch\.hub\.\w+|(?:.*\.)?(?:hf_hub_download|snapshot_download|load_file_from_url|urlretrieve))$"
)
_CLONERS = re.compile(r"^(?:git\.)?(?:Repo|Git)\.(?:clone|clone_from)$|\.clone_from$")
_ONE_WORD = re.compile(r"[A-Za-z][\w.\-]{2,63}")
_SENDERS = re.compile(
    r"^(?:requests|httpx|session|s|client)\.(?:post|put|request)$|\.(?:sendto|sendmail)$"
)
MAX_NAMES = 400
MAX_LOOPS = 50
MANY_ROUNDS = 100_000


def read_python(collector: Collector, folder: Folder, source: str, inner: CodeReader) -> None:
    """Note what is in `source`; assignments of constants are remembered in `folder`."""
    tree = Parser(_LANGUAGE).parse(source.encode("utf-8", "replace"))
    # py-tree-sitter gives the nodes of a capture in no particular order.
    captures = {
        name: sorted(nodes, key=_position)
        for name, nodes in QueryCursor(_QUERY).captures(tree.root_node).items()
    }
    modules = dict(folder.modules)
    for node in captures.get("import", []):
        for local, dotted in _imports(node):
            modules[local] = dotted
            collector.add(Kind.IMPORT, dotted, *_lines(node))
    folder.modules = modules
    for node in captures.get("assignment", []):
        _assignment(collector, folder, node)
    for node in captures.get("name", [])[:MAX_NAMES]:
        collector.add(Kind.NAME, source_of(node), *_lines(node))
    documentation = {node.id for node in captures.get("docstring", [])}
    for node in _outermost(captures.get("string", [])):
        if node.id not in documentation:  # It says what someone writes about, not what runs.
            _literal(collector, folder, node)
    for node in _outermost(captures.get("binary", [])):
        read_text(collector, folder.text(node) or "", *_lines(node))
    for node in captures.get("call", []):
        _call(collector, folder, node, inner)
    loops = zip(captures.get("rounds", []), captures.get("repeated", []), strict=False)
    for rounds, body in islice(loops, MAX_LOOPS):
        _loop(collector, folder, rounds, body, captures.get("call", []))


def _lines(node: Node) -> tuple[int, int]:
    return node.start_point.row + 1, node.end_point.row + 1


def _position(node: Node) -> tuple[int, int]:
    """Outer nodes before the inner ones that begin with them."""
    return node.start_byte, -node.end_byte


def _outermost(nodes: list[Node]) -> Iterator[Node]:
    """Of nodes in order, those in none of the others. (A parent takes a walk from the root.)"""
    reached = -1
    for node in nodes:
        if node.end_byte > reached:
            reached = node.end_byte
            yield node


def _literal(collector: Collector, folder: Folder, node: Node) -> None:
    text = folder.text(node)
    if text:
        read_text(collector, text, *_lines(node))
        if _ONE_WORD.fullmatch(text):
            collector.add(Kind.PATH, text, *_lines(node))


def _imports(node: Node) -> Iterator[tuple[str, str]]:
    """(local name, dotted name) of each import."""
    module = node.child_by_field_name("module_name")
    prefix = f"{source_of(module)}." if module is not None else ""
    for child in node.children_by_field_name("name"):
        if child.type == "aliased_import":
            name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            if name is not None and alias is not None:
                yield source_of(alias), prefix + source_of(name)
        elif prefix:
            yield source_of(child), prefix + source_of(child)
        else:
            yield source_of(child).split(".", 1)[0], source_of(child).split(".", 1)[0]
            if "." in source_of(child):
                yield "", source_of(child)
    if module is not None and any(child.type == "wildcard_import" for child in node.children):
        yield "", source_of(module)


def _assignment(collector: Collector, folder: Folder, node: Node) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or left.type != "identifier":
        return
    name = source_of(left)
    collector.add(Kind.NAME, name, *_lines(left))
    if right is not None and right.type in {"list", "tuple"}:
        folder.sequences[name] = right
    value = folder.fold(right)
    if value is not None:
        folder.names[name] = value
    else:
        folder.names.pop(name, None)


def _call(collector: Collector, folder: Folder, node: Node, inner: CodeReader) -> None:
    function = node.child_by_field_name("function")
    if function is None:
        return
    lines = _lines(node)
    name = callee(function, folder.modules)
    collector.add(Kind.CALL, name, *lines)
    arguments = arguments_of(node)
    names = list(_argument_names(arguments))
    for argument in names:
        collector.add(Kind.NAME, argument, *lines)
    for pair in pairs(names):
        collector.add(Kind.MEDIA, pair, *lines)
    if name in _EXECUTORS:
        _executed(collector, folder, arguments, lines, inner)
    elif _RUNNERS.match(name):
        _run(collector, folder, arguments, lines, inner)
    elif _FETCHERS.match(name) or _CLONERS.search(name):
        kind = Kind.CLONE if _CLONERS.search(name) else Kind.DOWNLOAD
        address = folder.text(arguments[0]) if arguments else None
        if address and "://" in address:
            point_at(collector, kind, address, *lines)


def _loop(
    collector: Collector, folder: Folder, rounds: Node, body: Node, calls: list[Node]
) -> None:
    """Note what is sent, when a loop counts to `MANY_ROUNDS` or further."""
    function = rounds.child_by_field_name("function")
    if function is None or source_of(function) != "range":
        return
    counts = [folder.fold(one) for one in arguments_of(rounds)[:2]]
    if not any(isinstance(count, int) and count >= MANY_ROUNDS for count in counts):
        return
    for call in calls[:MAX_NAMES]:
        if body.start_byte <= call.start_byte and call.end_byte <= body.end_byte:
            called = call.child_by_field_name("function")
            name = callee(called, folder.modules) if called is not None else ""
            if _SENDERS.search(name):
                collector.add(Kind.FLOOD, name, rounds.start_point.row + 1, call.end_point.row + 1)


def _argument_names(arguments: list[Node]) -> Iterator[str]:
    """Names that tell an argument's part: the keyword, or the variable that is passed."""
    for argument in arguments[:30]:
        if argument.type == "keyword_argument":
            name = argument.child_by_field_name("name")
            if name is not None:
                yield source_of(name)
        elif argument.type == "identifier":
            yield source_of(argument)


def _executed(
    collector: Collector,
    folder: Folder,
    arguments: list[Node],
    lines: tuple[int, int],
    inner: CodeReader,
) -> None:
    if not arguments:
        return
    argument = arguments[0]
    if argument.type == "call":
        function = argument.child_by_field_name("function")
        if function is not None and callee(function, folder.modules) == "compile":
            argument = (arguments_of(argument) or [argument])[0]
    code = folder.text(argument)
    if code is None:
        collector.add(Kind.OPAQUE, "exec", *lines)
    else:
        inner.python(code, *lines)


def _run(
    collector: Collector,
    folder: Folder,
    arguments: list[Node],
    lines: tuple[int, int],
    inner: CodeReader,
) -> None:
    plain = [one for one in arguments if one.type != "keyword_argument"]
    if not plain:
        return
    if plain[0].type == "identifier":
        plain[0] = folder.sequences.get(source_of(plain[0]), plain[0])
    if plain[0].type in {"list", "tuple"}:
        words = tuple(
            _word(folder, child) for child in plain[0].named_children if child.type != "comment"
        )
        read_words(collector, words, *lines, inner)
        return
    split_in_call = plain[0].type == "call" and arguments_of(plain[0])
    text = folder.text(split_in_call[0] if split_in_call else plain[0])
    if text is None and len(plain) > 1:
        text = folder.text(plain[-1])
    if text:
        inner.shell(text, *lines)


def _word(folder: Folder, node: Node) -> str:
    value = folder.text(node)
    return value if value is not None else source_of(node)[:200]
