"""Commands into features: what is run, with which verb and options, and what is fetched."""

import re
from collections.abc import Mapping
from typing import Protocol

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.literal import point_at, read_text
from colonnade.detection.features.roles import file_pairs, pairs
from colonnade.detection.normalise.shell import Command, commands, unwrap

_PYTHON = re.compile(r"^(?:python|pypy)[\d.]*$|^ipython3?$")
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh"})
_INTERPRETERS = _SHELLS | {"perl", "ruby", "node", "php", "rscript"}
_LAUNCHERS = frozenset({"accelerate", "torchrun", "deepspeed", "poetry", "pipenv", "uv", "xargs"})
_FETCHERS = frozenset({"wget", "curl", "aria2c", "gdown", "axel", "youtube-dl", "yt-dlp", "httpx"})
_INSTALLERS = frozenset(
    {"pip", "pip3", "apt", "apt-get", "conda", "mamba", "npm", "yarn", "brew", "uv"}
)
_DECODERS = frozenset({"base64", "base32", "xxd", "openssl", "gunzip", "zcat", "rev", "tr", "gpg"})
_VERB = re.compile(r"[A-Za-z][\w-]{1,30}")
_ADDRESS = re.compile(r"(?:git\+)?[a-zA-Z][a-zA-Z0-9+.-]*://|^[\w.-]+@[\w.-]+:")
_BARE_ADDRESS = re.compile(r"^[\w-]+(?:\.[\w-]+)+/\S+")
_SHORT_OPTIONS = {"-s": "source", "-t": "target"}
_OPTIONS_WITH_VALUE_BEFORE_VERB = frozenset({"-m", "-u", "-W", "-X", "-O", "-B"})


class CodeReader(Protocol):
    """Reads code within commands; `extract` supplies it, one level deeper each time."""

    def python(self, source: str, line: int, end_line: int) -> None:
        """Read Python found on these lines of the part."""
        ...

    def shell(self, source: str, line: int, end_line: int) -> None:
        """Read shell text found on these lines of the part."""
        ...


def read_shell(
    collector: Collector, text: str, constants: Mapping[str, str], inner: CodeReader
) -> None:
    """Note every command in `text`."""
    previous: Command | None = None
    for command in commands(text, constants):
        read_words(collector, command.words, command.line, command.end_line, inner)
        _here_document(command, inner)
        if previous is not None and previous.piped_into:
            _piped(collector, previous, command)
        previous = command


def read_words(
    collector: Collector, words: tuple[str, ...], line: int, end_line: int, inner: CodeReader
) -> None:
    """Note one command, given as words with its wrappers still on."""
    words = unwrap(words)
    if not words:
        return
    program, rest, is_script = _program(words)
    if program in _SHELLS and (script := _inline_script(rest)):
        inner.shell(script, line, end_line)
        return
    if program == "eval":
        inner.shell(" ".join(rest), line, end_line)
        return
    if program == "python" and (script := _inline_script(rest)):
        inner.python(script, line, end_line)
        return
    collector.add(Kind.COMMAND, program, line, end_line)
    _arguments(collector, program, rest, is_script, line, end_line)
    for word in words:
        read_text(collector, word, line, end_line, "argument")
    _targets(collector, program, rest, line, end_line)


def _program(words: tuple[str, ...]) -> tuple[str, tuple[str, ...], bool]:
    """(program, its words, whether it is a script), seen through interpreters and launchers."""
    name = words[0].replace("\\", "/").rsplit("/", 1)[-1].lower()
    rest = words[1:]
    if name in _LAUNCHERS and rest and rest[0] in {"launch", "run"}:
        rest = rest[1:]
    if name in _LAUNCHERS:
        for place, word in enumerate(rest):
            if word.endswith(".py"):
                return word.rsplit("/", 1)[-1].lower(), rest[place + 1 :], True
    if _PYTHON.match(name):
        return _python_program(rest)
    if name in _INTERPRETERS and rest and not rest[0].startswith("-"):
        return rest[0].rsplit("/", 1)[-1].lower(), rest[1:], True
    return name, rest, words[0].startswith(("./", "/content", "/tmp/", "../"))  # noqa: S108 not opened


def _python_program(rest: tuple[str, ...]) -> tuple[str, tuple[str, ...], bool]:
    for place, word in enumerate(rest):
        if word == "-m" and place + 1 < len(rest):
            return rest[place + 1].lower(), rest[place + 2 :], True
        if word == "-c":
            return "python", rest[place:], False
        if not word.startswith("-"):
            return word.replace("\\", "/").rsplit("/", 1)[-1].lower(), rest[place + 1 :], True
    return "python", rest, False


def _inline_script(rest: tuple[str, ...]) -> str:
    for place, word in enumerate(rest[:-1]):
        if re.fullmatch(r"-[a-z]*c", word):
            return rest[place + 1]
    return ""


def _arguments(
    collector: Collector, program: str, rest: tuple[str, ...], is_script: bool, line: int, end: int
) -> None:
    names: list[str] = []
    verb = ""
    for word in rest:
        if word.startswith("-") and len(word) > 1:
            option = word.split("=", 1)[0].replace("_", "-")
            collector.add(Kind.OPTION, option, line, end)
            names.append(_SHORT_OPTIONS.get(option, option))
        elif _VERB.fullmatch(word):
            collector.add(Kind.WORD, word, line, end)
            verb = verb or (word if not names else "")
    if verb:
        collector.add(Kind.SUBCOMMAND, f"{program} {verb}", line, end)
        if is_script:
            collector.add(Kind.VERB, verb, line, end)
    for pair in pairs(names):
        collector.add(Kind.MEDIA, pair, line, end)
    if is_script:
        for pair in file_pairs(rest):
            collector.add(Kind.MEDIA, pair, line, end)


def _targets(
    collector: Collector, program: str, rest: tuple[str, ...], line: int, end: int
) -> None:
    kind = Kind.URL
    if program == "git" and any(
        word in {"clone", "remote", "pull", "submodule", "fetch"} for word in rest
    ):
        kind = Kind.CLONE
    elif program in _INSTALLERS and any(word in {"install", "add", "i"} for word in rest):
        kind = Kind.INSTALL
        _packages(collector, rest, line, end)
    elif program in _FETCHERS:
        kind = Kind.DOWNLOAD
    if kind is Kind.URL:
        return
    for word in rest:
        if _ADDRESS.search(word) or (kind is Kind.CLONE and _BARE_ADDRESS.match(word)):
            point_at(collector, kind, word, line, end)


def _packages(collector: Collector, rest: tuple[str, ...], line: int, end: int) -> None:
    for word in rest:
        name = re.split(r"[=<>!~\[;@ ]", word, maxsplit=1)[0]
        if not word.startswith("-") and name not in {"install", "add"} and "/" not in name:
            collector.add(Kind.INSTALL, name, line, end)


def _here_document(command: Command, inner: CodeReader) -> None:
    if not command.heredoc:
        return
    program, rest, _ = _program(unwrap(command.words) or ("",))
    first, last = command.line + 1, command.line + 1 + command.heredoc.count("\n")
    if program == "python" or command.target.endswith(".py"):
        inner.python(command.heredoc, first, last)
    elif (program in _SHELLS and not rest) or command.target.endswith((".sh", ".bash")):
        inner.shell(command.heredoc, first, last)


def _piped(collector: Collector, before: Command, after: Command) -> None:
    """Code that arrives through a pipe: what it is cannot be seen here."""
    receiver = unwrap(after.words)[:1]
    giver = unwrap(before.words)[:1]
    if not receiver or not giver:
        return
    name = receiver[0].rsplit("/", 1)[-1]
    if name not in _SHELLS and not _PYTHON.match(name):
        return
    source = giver[0].rsplit("/", 1)[-1]
    if source in _DECODERS:
        collector.add(Kind.OPAQUE, "decoded-pipe", before.line, after.end_line)
    elif source in _FETCHERS:
        collector.add(Kind.OPAQUE, "downloaded-script", before.line, after.end_line)
