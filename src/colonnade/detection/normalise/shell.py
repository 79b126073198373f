"""Shell text into commands with words.

A lexer of our own in place of tree-sitter-bash: that took 20.9 s for 40 KB of `a|` (measured
2026-11), and it does not know IPython's `{expression}`. This one reads every character once. It
expands nothing but what is known (`variables`); keywords (`if`, `do`, …) are taken off as wrappers.
"""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from colonnade.detection.limits import Unscannable
from colonnade.detection.normalise.fold.literals import unescape
from colonnade.detection.normalise.pipes import printed
from colonnade.detection.normalise.variables import LINE_BREAK, Constants, assigned, expand
from colonnade.detection.normalise.wrappers import unwrap

MAX_COMMANDS = 5000


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command.

    Attributes:
        words: program first, quotes removed.
        line, end_line: lines within the text (from 1).
        piped_into: whether its output feeds the next command.
        heredoc: the here-document or here-string given to it, or ''.
        target: the file that its output is written to, or ''.
        appends: whether it is added to what stands in `target`.
    """

    words: tuple[str, ...]
    line: int
    end_line: int
    piped_into: bool = False
    heredoc: str = ""
    target: str = ""
    appends: bool = False


_TOKEN = re.compile(
    r"""(?P<join>\\\n)
      | (?P<space>[ \t\v]+)
      | (?P<redirect>\d?(?:&>>|&>|>>|>&|>\||>|<<<|<&|<))
      | (?P<operator>\|\||&&|\|&|;;|[|&;()\n])
      | (?P<substitution>\$\(|`)
      | (?P<single>\$?'[^']*'?)
      | (?P<double>"(?:[^"\\]|\\.)*+"?)
      | (?P<escape>\\.)
      | (?P<variable>\$\{\w+\}|\{\w+\}|\$\w+)
      | (?P<expression>\{[^{}\n]*\})
      | (?P<text>[^\s'"\\|&;()<>`${}\d]+|\d+|.)""",
    re.VERBOSE | re.DOTALL,
)
_SUBSTITUTION = re.compile(r"\$\(([^()`\n]{1,20000})\)|`([^`\n]{1,20000})`")
_PROCESS = re.compile(r"<\(([^()\n]{1,20000})\)")
_WHICH = re.compile(r"\s*(?:which|command -v|type -p)\s+([\w.-]+)\s*")
_NOTHING = re.compile(r"\$\(\s*\)|``|(?<=\w)\$@(?=\w)")
"""What stands within a word to break it: `gi$()t`."""
_PRINTING = re.compile(r"^\s*(?:echo|printf|cat|base64|base32|rev|xxd|tr|openssl)\b")
MAX_SUBSTITUTIONS = 50
_HEREDOC = re.compile(r"(?<!<)<<-?[ \t]*(['\"]?)(\w+)\1")
_FUNCTION = re.compile(
    r"\b(?:function[ \t]+)?([A-Za-z_]\w*)[ \t]*\(\)\s*\{((?:[^{}]|\$\{[^{}]*\}){1,4000})\}"
)
"""A function without blocks in it."""
MAX_FUNCTION_CALLS = 50


@dataclass(slots=True)
class _Reader:
    """Collects words into commands while tokens go by."""

    commands: list[Command] = field(default_factory=list[Command])
    words: list[str] = field(default_factory=list[str])
    word: str | None = None
    start: int = 1
    line: int = 1
    redirecting: str = ""
    target: str = ""
    appends: bool = False
    given: str = ""

    def add(self, text: str) -> None:
        if self.word is None and not self.words:
            self.start = self.line
        self.word = (self.word or "") + text

    def end_word(self) -> None:
        if self.word is not None:
            if self.redirecting == "<<<":
                self.given = self.word
            elif self.redirecting and not self.redirecting.startswith("<"):
                self.target, self.appends = self.word, self.redirecting == ">>"
            elif not self.redirecting:
                self.words.append(self.word)
        if self.word is not None:
            self.redirecting = ""
        self.word = None

    def end_command(self, operator: str = "") -> None:
        self.end_word()
        if self.words:
            if len(self.commands) >= MAX_COMMANDS:
                raise Unscannable(f"it runs more than {MAX_COMMANDS} commands")
            piped = operator in {"|", "|&"}
            words = tuple(self.words)
            self.commands.append(
                Command(words, self.start, self.line, piped, self.given, self.target, self.appends)
            )
        self.words, self.target, self.redirecting, self.given = [], "", "", ""


def commands(text: str, constants: Constants | None = None) -> tuple[Command, ...]:
    """Every simple command in `text`; variables give way to what `constants` knows.

    Texts that `text` itself assigns count among the constants, and so does what an `echo` or a
    decoder of constants would print. Raises Unscannable above `MAX_COMMANDS`
    and `MAX_EXPANDED`.
    """
    body, documents = _take_heredocs(text)
    constants = constants if constants is not None else dict[str, str]()
    body = _NOTHING.sub("", body) if "$" in body or "`" in body else body
    functions = _functions_of(body)
    own = assigned(body, documents, constants, _substitute)
    body = _substitute(_given_as_file(expand(body, own, constants)))
    reader = _Reader()
    position = 0
    while match := _TOKEN.match(body, position):
        if body[position] == "#" and reader.word is None:
            position = _line_end(body, position)
            continue
        position = match.end()
        _take(reader, str(match.lastgroup), match[0])
        reader.line += match[0].count("\n")
    reader.end_command()
    found = _with_heredocs(reader.commands, documents)
    return tuple(_called(found, functions, constants) if functions else found)


def _functions_of(text: str) -> dict[str, str]:
    """The body of each function that `text` defines."""
    if "()" not in text:
        return {}
    return {found[1]: found[2] for found in _FUNCTION.finditer(text)}


def _called(
    found: Iterable[Command], functions: dict[str, str], constants: Constants
) -> Iterator[Command]:
    """`found`, and after the call of a function what it runs with what it is given."""
    calls = 0
    for command in found:
        yield command
        words = unwrap(command.words)
        body = functions.get(words[0]) if words else None
        if body is not None and calls < MAX_FUNCTION_CALLS:
            calls += 1
            for inner in commands(f"set -- {shlex.join(words[1:])}; {body}", constants):
                yield replace(inner, line=command.line, end_line=command.end_line)


def _substitute(text: str) -> str:
    """`$(echo aGk= | base64 -d)` as what it prints, where that is known."""
    if "$(" not in text and "`" not in text:
        return text

    def output(substitution: re.Match[str]) -> str:
        found = _WHICH.fullmatch(substitution[1] or substitution[2])
        given = found[1] if found else _output(substitution[1] or substitution[2])
        return substitution[0] if given is None else given.strip().replace("\n", LINE_BREAK)

    return _SUBSTITUTION.sub(output, text, count=MAX_SUBSTITUTIONS)


def _given_as_file(text: str) -> str:
    """`bash <(echo aGk= | base64 -d)` as `bash <<< hi`, where that is known."""
    if "<(" not in text:
        return text

    def given(process: re.Match[str]) -> str:
        output = _output(process[1])
        if output is None:
            return process[0]
        return "<<< " + shlex.quote(output.replace("\n", LINE_BREAK))

    return _PROCESS.sub(given, text, count=MAX_SUBSTITUTIONS)


def _output(inner: str) -> str | None:
    """What commands print, where that is known."""
    if not _PRINTING.match(inner):
        return None
    given: str | None = None
    for command in commands(inner):
        given = printed(command.words, given or command.heredoc or None, lambda _: None)
    return given


def _take(reader: _Reader, kind: str, token: str) -> None:
    match kind:
        case "space" | "join":
            reader.end_word()
        case "operator":
            reader.end_command(token)
        case "substitution":
            reader.end_command()
        case "redirect":
            reader.end_word()
            reader.redirecting = token.lstrip("0123456789&")
        case "single" | "double":
            reader.add(_unquote(token))
        case "escape":
            reader.add(token[1:])
        case _:
            reader.add(token)


def _unquote(token: str) -> str:
    if token.startswith('"'):
        inner = token[1:].removesuffix('"')
        inner = inner.replace(LINE_BREAK, "\n")
        return re.sub(r"\\([\"\\$`])", r"\1", inner) if "\\" in inner else inner
    if token.startswith("$"):
        return unescape(token[2:].removesuffix("'"))
    return token[1:].removesuffix("'").replace(LINE_BREAK, "\n")


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _take_heredocs(text: str) -> tuple[str, dict[int, str]]:
    """`text` with here-documents blanked (lines kept), and each body by the line it is asked on."""
    if "<<" not in text:
        return text, {}
    lines, documents = text.split("\n"), dict[int, str]()
    kept: list[str] = []
    number = 0
    while number < len(lines):
        opening = _HEREDOC.search(lines[number])
        kept.append(_HEREDOC.sub("", lines[number]) if opening else lines[number])
        number += 1
        if opening:
            start = number
            while number < len(lines) and lines[number].strip() != opening[2]:
                number += 1
            documents[start] = "\n".join(lines[start:number])
            kept.extend([""] * (min(number + 1, len(lines)) - start))
            number += 1
    return "\n".join(kept), documents


def _with_heredocs(found: list[Command], documents: dict[int, str]) -> Iterator[Command]:
    for command in found:
        body = documents.get(command.line, "") if documents else ""
        yield replace(command, heredoc=body) if body else command
