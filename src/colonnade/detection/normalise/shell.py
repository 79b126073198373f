"""Shell text into commands with words.

A lexer of our own in place of tree-sitter-bash: that took 20.9 s for 40 KB of `a|` (measured
2026-11), and it does not know IPython's `{expression}`. This one reads every character once. It
expands nothing but the constants it is given; keywords (`if`, `do`, …) are taken off as wrappers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from colonnade.detection.limits import Unscannable
from colonnade.detection.normalise.fold.literals import unescape
from colonnade.detection.normalise.pipes import printed

MAX_COMMANDS = 5000
MAX_EXPANDED = 100_000
_TOO_MUCH = f"its variables stand for more than {MAX_EXPANDED} characters"


class Constants(Protocol):
    """What is known of variables; a dictionary is one."""

    def get(self, key: str, /) -> str | None:
        """The text that a variable or an expression in braces stands for, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command.

    Attributes:
        words: program first, quotes removed.
        line, end_line: lines within the text (from 1).
        piped_into: whether its output feeds the next command.
        heredoc: the here-document or here-string given to it, or ''.
        target: the file that its output is written to, or ''.
    """

    words: tuple[str, ...]
    line: int
    end_line: int
    piped_into: bool = False
    heredoc: str = ""
    target: str = ""


_TOKEN = re.compile(
    r"""(?P<join>\\\n)
      | (?P<space>[ \t]+)
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
_VARIABLE = re.compile(r"\$\{(\w+)(?::(\d+)(?::(\d+))?)?\}|\$?\{([^{}\n$]{1,200})\}|\$(\w+)")
"""`${x}`, `${x:1:2}`, IPython's `{x}` and `{x + '/y'}`, `$x`."""
_SUBSTITUTION = re.compile(r"\$\(([^()`\n]{1,20000})\)|`([^`\n]{1,20000})`")
_PRINTING = re.compile(r"^\s*(?:echo|printf|cat|base64|rev|xxd)\b")
MAX_SUBSTITUTIONS = 50
_ASSIGNED = re.compile(
    r"(?:^|[;&\s])([A-Za-z_]\w*)=(\$?'[^'\n]*'|\"[^\"\n]*\"|[^\s;&|'\"]+)", re.MULTILINE
)
_HEREDOC = re.compile(r"<<-?[ \t]*(['\"]?)(\w+)\1")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_WRAPPERS = frozenset(
    {"sudo", "doas", "nohup", "time", "exec", "env", "nice", "ionice", "stdbuf", "unbuffer"}
    | {"xvfb-run", "setsid", "command", "builtin", "then", "do", "else", "elif", "if", "while"}
    | {"until", "!", "{", "}"}
)


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
                self.target = self.word
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
                Command(words, self.start, self.line, piped, self.given, self.target)
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
    own = _assigned(body, constants)
    body = _substitute(_expand(body, own, constants))
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
    return tuple(_with_heredocs(reader.commands, documents))


def _assigned(text: str, constants: Constants) -> dict[str, str]:
    """Variables that the text assigns; each may be made of those before it."""
    found: dict[str, str] = {}
    if "=" not in text:
        return found
    for match in _ASSIGNED.finditer(text):
        written = match[2]
        value = written.strip("'\"")
        if written.startswith("$'"):
            value = unescape(written[2:-1])
        elif not written.startswith("'") and ("$" in value or "`" in value):
            value = _substitute(_expand(value, found, constants))
        if len(value) > MAX_EXPANDED:
            raise Unscannable(_TOO_MUCH)
        found[match[1]] = value
    return found


def _expand(text: str, own: dict[str, str], constants: Constants) -> str:
    """Replace variables as IPython does: as text, before the shell sees it. Lines are kept."""
    if "$" not in text and "{" not in text:
        return text
    room = MAX_EXPANDED

    def value(variable: re.Match[str]) -> str:
        nonlocal room
        name = variable[1] or variable[4] or variable[5]
        known = own.get(name)
        if known is None:
            known = constants.get(name)
        if known is None:
            return variable[0]
        if variable[2]:
            start = int(variable[2][:6])
            known = known[start : start + int(variable[3][:6])] if variable[3] else known[start:]
        room -= len(known)
        if room < 0:
            raise Unscannable(_TOO_MUCH)
        return known.replace("\n", " ")

    return _VARIABLE.sub(value, text)


def _substitute(text: str) -> str:
    """`$(echo aGk= | base64 -d)` as what it prints, where that is known."""
    if "$(" not in text and "`" not in text:
        return text

    def output(substitution: re.Match[str]) -> str:
        inner = substitution[1] or substitution[2]
        if not _PRINTING.match(inner):
            return substitution[0]
        given: str | None = None
        for command in commands(inner):
            given = printed(command.words, given or command.heredoc or None, lambda _: None)
        return substitution[0] if given is None else given.replace("\n", " ").strip()

    return _SUBSTITUTION.sub(output, text, count=MAX_SUBSTITUTIONS)


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
        return re.sub(r"\\([\"\\$`])", r"\1", inner) if "\\" in inner else inner
    if token.startswith("$"):
        return unescape(token[2:].removesuffix("'"))
    return token[1:].removesuffix("'")


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
        if opening and "<<<" not in lines[number - 1]:
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


def unwrap(words: tuple[str, ...]) -> tuple[str, ...]:
    """`words` without leading wrappers, keywords, assignments and their options.

    `sudo -H nohup ./x &` gives `('./x',)`. Wrappers whose options take values may keep one word too
    many; that costs a feature, never a crash.
    """
    position = 0
    while position < len(words):
        word = words[position]
        wrapper = word.rsplit("/", 1)[-1]
        option = position > 0 and word.startswith("-") and words[position - 1] in _WRAPPERS
        if not (option or wrapper in _WRAPPERS or wrapper == "timeout" or _ASSIGNMENT.match(word)):
            break
        position += 2 if wrapper == "timeout" else 1
    return words[position:]
