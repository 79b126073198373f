"""What a call in Python does outside Python: commands it runs, code it executes, what it fetches.

What a call does is told by its dotted name (`ways`); functions that are handed on to run elsewhere
have a module of their own (`callbacks`).
"""

import re

from tree_sitter import Node

from colonnade.detection.features.callbacks import HANDING_ON, read_handed_on
from colonnade.detection.features.command import read_words
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.fetching import WEB, read_fetched, read_targeted
from colonnade.detection.features.literal import point_at
from colonnade.detection.features.reader import CodeReader
from colonnade.detection.features.started import shows_as_kernel, words_listed, words_started
from colonnade.detection.features.ways import way_of
from colonnade.detection.features.written import read_written
from colonnade.detection.limits import Unscannable
from colonnade.detection.normalise.fold import Folder, Named, arguments_of, source_of
from colonnade.detection.normalise.fold.values import file_key, text_of
from colonnade.detection.normalise.jupyter import line_magic, split

_REACHING = frozenset({"os", "subprocess", "builtins", "__builtins__", "pty", "globals", "posix"})
_RUN_AS_PROGRAM = re.compile(r"^runpy\.run_(path|module)$")
_RUN_NAMES = ("args", "cmd", "command")
"""Names under which such a call may be given what it runs."""
_SPLITTING = frozenset({"shlex.split", "str", "textwrap.dedent", "os.path.expandvars"})
_READ_BY_SHELL = re.compile(r"Popen\.(?:communicate|stdin\.write)$")


def read_effect(
    collector: Collector,
    folder: Folder,
    call: Node,
    name: str,
    lines: tuple[int, int],
    inner: CodeReader,
) -> None:
    """Note what the call of `name` does outside Python.

    Raises Unscannable when the cell has used up what there is for working things out: what it runs
    from here on is not known, and must not pass for nothing.
    """
    way = way_of(name[:400])
    read_written(folder, call, name)
    _read_handed_over(folder, call, name, lines, inner)
    if not way:
        return
    arguments = arguments_of(call)
    if folder.is_spent and way != "addressed" and not _is_plain(folder, arguments):
        raise Unscannable("what it runs takes too many steps to work out")
    match way:
        case "command":
            text = folder.text(arguments[0]) if arguments else None
            inner.command(text or "", lines[0])
        case "magic":
            _magic(collector, folder, arguments, lines, inner)
        case "execute":
            _executed(collector, folder, arguments, name, lines, inner)
        case "install" | "addressed":
            read_targeted(collector, folder, arguments, lines, inner)
        case "run":
            _run(collector, folder, call, name, lines, inner)
        case "reach":
            _reached(collector, folder, arguments, name, lines)
        case _:
            read_fetched(collector, folder, call, name, lines)


def _read_handed_over(
    folder: Folder, call: Node, name: str, lines: tuple[int, int], inner: CodeReader
) -> None:
    """What a function that is handed over does, and what a shell is given to read."""
    if name.rpartition(".")[2] in HANDING_ON:
        read_handed_on(folder, arguments_of(call), lines, inner)
    elif _READ_BY_SHELL.search(name):
        inner.shell(folder.text(next(iter(arguments_of(call)), None)) or "", *lines)


def _magic(
    collector: Collector,
    folder: Folder,
    arguments: list[Node],
    lines: tuple[int, int],
    inner: CodeReader,
) -> None:
    """`run_line_magic('cd', 'x')`, `run_cell_magic('bash', '', …)`, `magic('cd x')`."""
    words = [folder.text(one) or "" for one in arguments[:3]]
    if len(words) == 3:
        for part in split(f"%%{words[0]} {words[1]}\n{words[2]}"):
            if part.language == "shell":
                inner.shell(part.text, *lines)
            elif part.language == "python":
                inner.python(part.text, *lines)
        return
    name, _, rest = words[0].lstrip("%").partition(" ") if words else ("", "", "")
    given = words[1] if len(words) > 1 else rest
    if name in {"load", "run"} and WEB.match(given):
        point_at(collector, Kind.DOWNLOAD, given.split()[0], *lines)
        collector.add(Kind.OPAQUE, "downloaded-script", *lines)
    found = line_magic(name, given)
    if found is None:
        return
    language, text = found
    if language == "shell":
        inner.command(text, lines[0])
    else:
        inner.python(text, *lines)


def _executed(
    collector: Collector,
    folder: Folder,
    arguments: list[Node],
    name: str,
    lines: tuple[int, int],
    inner: CodeReader,
) -> None:
    if not arguments:
        return
    argument = arguments[0]
    if argument.type == "call" and folder.callee(argument) == "compile":
        argument = (arguments_of(argument) or [argument])[0]
    code = folder.text(argument)
    if code is None:
        folder.need(argument)
        collector.add(Kind.OPAQUE, "exec", *lines)
        return
    if program := _RUN_AS_PROGRAM.match(name):
        words = ("-m", code) if program[1] == "module" else (code,)
        read_words(collector, ("python", *words, *_program_arguments(folder)), *lines, inner)
        return
    if (written := inner.names.get(file_key(code))) and "\n" not in code:
        code = text_of(written) or code
    given = folder.fold(arguments[1]) if len(arguments) > 1 else None
    for variable, value in given.items() if isinstance(given, dict) else ():
        folder.names.bind(str(variable), value)
    inner.python(code, *lines)


def _program_arguments(folder: Folder) -> list[str]:
    """What `sys.argv` was given before a program is run within this one."""
    value = folder.names.get(".sys.argv")
    words = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    return words if words[:1] and words[0].startswith("-") else words[1:]


def _is_plain(folder: Folder, arguments: list[Node]) -> bool:
    """Whether every argument is a text as it stands there: that is known at any time."""
    return all(one.type == "string" and folder.text(one) is not None for one in arguments)


def _run(
    collector: Collector,
    folder: Folder,
    call: Node,
    name: str,
    lines: tuple[int, int],
    inner: CodeReader,
) -> None:
    arguments = arguments_of(call)
    if started := words_started(folder, name, arguments):
        folder.need(arguments[0])
        read_words(collector, started, *lines, inner)
        if shows_as_kernel(folder, name, arguments):
            collector.add(Kind.DISGUISE, "kernel-process", *lines)
        return
    plain = [one for one in arguments if one.type != "keyword_argument"]
    first = plain[0] if plain else _named(arguments, *_RUN_NAMES)
    if first is None:
        return
    _read_input(folder, arguments, lines, inner)
    words = words_listed(folder, first)
    if len(words) == 1 and " " in words[0]:
        inner.shell(words[0], *lines)  # `call(['ls -l'], shell=True)`.
        return
    if words:
        read_words(collector, words, *lines, inner)
        return
    text = folder.text(first)
    if text is None and first.type == "call" and arguments_of(first):
        text = _given_to(collector, folder, first, lines)
    if text is None and len(plain) > 1:
        text = folder.text(plain[-1])
    folder.need(first)
    if text:
        inner.shell(text, *lines)
    elif text is None:
        collector.add(Kind.OPAQUE, "command", *lines)


def _named(arguments: list[Node], *names: str) -> Node | None:
    """What the keyword argument of any of these names is given."""
    for one in arguments:
        key = one.child_by_field_name("name") if one.type == "keyword_argument" else None
        if key is not None and source_of(key) in names:
            return one.child_by_field_name("value")
    return None


def _read_input(
    folder: Folder, arguments: list[Node], lines: tuple[int, int], inner: CodeReader
) -> None:
    """`subprocess.run('bash', input=code)`: what a shell is given to read."""
    text = folder.text(_named(arguments, "input"))
    if text:
        inner.shell(text, *lines)


def _given_to(
    collector: Collector, folder: Folder, call: Node, lines: tuple[int, int]
) -> str | None:
    """The text that goes into a call of which it is not known what comes out.

    It need not be what is run, and is worth a look; what is run is opaque.
    """
    text = folder.text(arguments_of(call)[0])
    if text and folder.callee(call) not in _SPLITTING:
        collector.add(Kind.OPAQUE, "command", *lines)
    return text


def _reached(
    collector: Collector,
    folder: Folder,
    arguments: list[Node],
    name: str,
    lines: tuple[int, int],
) -> None:
    """What is reached by a name that is only put together while it runs."""
    place = 1 if name == "getattr" else 0
    if len(arguments) <= place:
        return
    known = folder.text(arguments[place])
    holder = folder.fold(arguments[0]) if place else None
    if known is not None:
        if not place or (isinstance(holder, Named) and arguments[0].type == "call"):
            dotted = known if not isinstance(holder, Named) else f"{holder.dotted}.{known}"
            collector.add(Kind.IMPORT, dotted, *lines)
            collector.add(Kind.DISGUISE, "dynamic-import", *lines)
    elif not place:
        collector.add(Kind.OPAQUE, "import", *lines)
    elif folder.callee(arguments[0]) in _REACHING:
        collector.add(Kind.OPAQUE, "attribute", *lines)
