"""What a call in Python does outside Python: commands it runs, code it executes, what it fetches.

To know another way of running, executing or fetching, add its dotted name to a pattern here.
"""

import re
from contextlib import suppress
from functools import lru_cache
from typing import Literal

from tree_sitter import Node

from colonnade.detection.archives import NotAnArchive, kind_of, members_in
from colonnade.detection.features.command import read_words
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.fetching import CLONERS, HUB, WEB, read_fetched, read_targeted
from colonnade.detection.features.literal import point_at
from colonnade.detection.features.reader import CodeReader
from colonnade.detection.limits import Unscannable
from colonnade.detection.normalise.fold import Folder, Named, Opened, Value, arguments_of, source_of
from colonnade.detection.normalise.fold.values import file_key, items_of, text_of
from colonnade.detection.normalise.jupyter import line_magic, split

_RUNNERS = re.compile(
    r"^(?:os\.(?:system|popen|exec\w+|spawn\w+|posix_spawn\w*)|subprocess\.\w+|pty\.spawn"
    r"|commands\.getoutput|asyncio\.create_subprocess_\w+|pexpect\.\w+|plumbum\.\w+|sh|invoke\.run"
    r"|(?:.*\.)?(?:system(?:_raw|_piped)?|getoutput|getstatusoutput|Popen|run_command|check_output|check_call"
    r"|run_?sh(?:ell)?|run_?cmd|run_?bash|exec_?cmd|execute_?(?:command|cmd)))$"
)
_EXECUTORS = re.compile(
    r"^(?:exec|eval|runpy\.run_(?:path|module)|execfile)$|\.(?:run_cell|run_code|ex|runsource|runcode)$"
)
_MAGICS = frozenset(
    {"get_ipython.run_line_magic", "get_ipython.run_cell_magic", "get_ipython.magic"}
)
_RUN_AS_PROGRAM = re.compile(r"^runpy\.run_(path|module)$")
_IMPORTERS = frozenset({"__import__", "importlib.import_module"})
_FETCHERS = re.compile(
    r"^(?:gdown\.\w+|wget\.download|urllib\.request\.(?:url\w+|Request)|(?:requests|httpx)\.(?:get|"
    r"request|stream)|huggingface_hub\.\w+|torch\.hub\.\w+|pooch\.retrieve|tf\.keras\.utils\.get_file"
    r"|(?:.*\.)?(?:hf_hub_download|snapshot_download|load_file_from_url|urlretrieve|get_file"
    r"|load_state_dict_from_url|download_file_from_google_drive|download_url|download_file"
    r"|cached_download|download_from_url))$"
)
_ADDRESSED = re.compile(
    r"^(?:requests|requests_html|httpx|aiohttp|urllib3|cloudscraper|curl_cffi|tls_client)\.(?:\w+\.)*"
    r"(?:get|request|stream|urlopen)$|^pycurl\.(?:\w+\.)*setopt$|^(?:fsspec|smart_open)\.open$"
    r"|(?:^|\.)(?:urlopen|untar_data|SmartDL|URLopener\.retrieve)$|^huggingface_hub\.\w+\.get$"
)
"""Calls that fetch the address that they are given, also where one of their objects does."""
MAKERS = (
    "requests.",
    "httpx.",
    "aiohttp.",
    "urllib3.",
    "cloudscraper.",
    "pycurl.",
    "huggingface_hub.",
)
"""Libraries whose objects fetch: a call on one is known by what made it."""
_PIP = re.compile(r"^pip\.(?:_internal\.)?(?:cli\.main\.)?main$")
_WRITERS = frozenset({"write", "writelines", "write_text", "write_bytes"})
_REACHING = frozenset({"os", "subprocess", "builtins", "__builtins__", "pty", "globals", "posix"})
_SPLITTING = frozenset({"shlex.split", "str", "textwrap.dedent", "os.path.expandvars"})


_Way = Literal[
    "command", "magic", "execute", "run", "install", "fetch", "hub", "addressed", "reach", ""
]


def is_consequential(name: str) -> bool:
    """Whether a call of this dotted name runs, executes, clones or fetches something."""
    return _way_of(name) not in {"hub", "addressed", "reach", ""}


@lru_cache(16_384)
def _way_of(name: str) -> _Way:
    """What a call of this dotted name does outside Python."""
    if name in {"get_ipython.system", "get_ipython.getoutput", "get_ipython.system_raw"}:
        return "command"
    if name in _MAGICS:
        return "magic"
    if _EXECUTORS.search(name):
        return "execute"
    if _RUNNERS.match(name):
        return "run"
    if _FETCHERS.match(name) or CLONERS.search(name):
        return "fetch"
    if HUB.search(name):
        return "hub"
    if _PIP.match(name):
        return "install"
    if _ADDRESSED.search(name):
        return "addressed"
    return "reach" if name in _IMPORTERS or name == "getattr" else ""


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
    way = _way_of(name[:400])
    if name.rpartition(".")[2] in _WRITERS:
        _written(folder, call)
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
            _run(collector, folder, arguments, lines, inner)
        case "reach":
            _reached(collector, folder, arguments, name, lines)
        case _:
            read_fetched(collector, folder, call, name, lines)


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
    arguments: list[Node],
    lines: tuple[int, int],
    inner: CodeReader,
) -> None:
    plain = [one for one in arguments if one.type != "keyword_argument"]
    if not plain:
        plain = [_value(one) for one in arguments if _key(one) in {"args", "command", "cmd"}]
    if not plain:
        return
    first = plain[0]
    value = folder.fold(first)
    if isinstance(value, list):
        words = tuple(str(one) for one in value if isinstance(one, str | int))
        read_words(collector, words, *lines, inner)
        return
    if value is None and first.type == "identifier":
        first = folder.sequences.get(source_of(first), first)
    if first.type in {"list", "tuple"}:
        words = tuple(
            _word(folder, child) for child in first.named_children if child.type != "comment"
        )
        folder.need(first)
        read_words(collector, words, *lines, inner)
        return
    text = text_of(value)
    if text is None and first.type == "call" and arguments_of(first):
        text = _given_to(collector, folder, first, lines)
    if text is None and len(plain) > 1:
        text = folder.text(plain[-1])
    folder.need(first)
    if text:
        inner.shell(text, *lines)
    elif text is None:
        collector.add(Kind.OPAQUE, "command", *lines)


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


def _key(argument: Node) -> str:
    name = argument.child_by_field_name("name")
    return source_of(name) if argument.type == "keyword_argument" and name is not None else ""


def _value(argument: Node) -> Node:
    return argument.child_by_field_name("value") or argument


def _word(folder: Folder, node: Node) -> str:
    value = folder.fold(node)
    if isinstance(value, int):
        return str(value)
    text = text_of(value)
    return text if text is not None else source_of(node)[:200]


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


def _written(folder: Folder, call: Node) -> None:
    """`open('a.py', 'w').write(code)`: what stands in the file from now on."""
    function = call.child_by_field_name("function")
    attribute = function.child_by_field_name("attribute") if function is not None else None
    if function is None or attribute is None or source_of(attribute) not in _WRITERS:
        return
    arguments = arguments_of(call)
    held = folder.fold(function.child_by_field_name("object"))
    path = held.path if isinstance(held, Opened) else held
    value = folder.fold(arguments[0]) if arguments else None
    if isinstance(value, bytes) and kind_of(value[:512]):
        _unpacked(folder, value)
    text = _text_written(value)
    if not isinstance(path, str) or text is None:
        return
    key = file_key(path)
    before = folder.names.own.get(key) if isinstance(held, Opened) else None
    folder.names.bind(key, (before if isinstance(before, str) else "") + text)


def _unpacked(folder: Folder, archive: bytes) -> None:
    """What stands in the scripts of an archive that is written, from when it will be unpacked on.

    Raises Unscannable when not all of it can be looked into.
    """
    with suppress(NotAnArchive):
        for member in members_in(archive):
            if member.problem:
                raise Unscannable(f"it writes an archive, and of {member.name} {member.problem}")
            if member.is_code:
                folder.names.bind(file_key(member.name), member.data.decode("utf-8", "replace"))


def _text_written(value: Value | None) -> str | None:
    if isinstance(value, list):
        return "".join(one for one in items_of(value) or [] if isinstance(one, str))
    return text_of(value)
