"""Shell text into commands with words.

A lexer of our own in place of tree-sitter-bash: that took 20.9 s for 40 KB of `a|` (measured
2026-11), and it does not know IPython's `{expression}`. This one reads every character once. It
expands nothing but the constants it is given; keywords (`if`, `do`, …) are taken off as wrappers.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MAX_COMMANDS = 2000
MAX_EXPANDED = 100_000


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command.

    Attributes:
        words: program first, quotes removed.
        line, end_line: lines within the text (from 1).
        piped_into: whether its output feeds the next command.
        heredoc: the here-document given to it, or ''.
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
_VARIABLE = re.compile(r"\$\{\w+\}|\{\w+\}|\$\w+")
_ASSIGNED = re.compile(
    r"(?:^|[;&\s])([A-Za-z_]\w*)=('[^'\n]*'|\"[^\"\n]*\"|[^\s;&|'\"]+)", re.MULTILINE
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
    redirecting: bool = False
    target: str = ""

    def add(self, text: str) -> None:
        if self.word is None and not self.words:
            self.start = self.line
        self.word = (self.word or "") + text

    def end_word(self) -> None:
        if self.word is not None:
            if self.redirecting:
                self.target, self.redirecting = self.word, False
            else:
                self.words.append(self.word)
        self.word = None

    def end_command(self, operator: str = "") -> None:
        self.end_word()
        if self.words and len(self.commands) < MAX_COMMANDS:
            piped = operator in {"|", "|&"}
            words = tuple(self.words)
            self.commands.append(Command(words, self.start, self.line, piped, target=self.target))
        self.words, self.target, self.redirecting = [], "", False


def commands(text: str, constants: Mapping[str, str] | None = None) -> tuple[Command, ...]:
    """Every simple command in `text`; `$name` and `{name}` give way to what `constants` knows.

    Texts that `text` itself assigns count among the constants.
    """
    body, documents = _take_heredocs(text)
    body = _expand(body, {**(constants or {}), **_assigned(body)})
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


def _assigned(text: str) -> dict[str, str]:
    if "=" not in text:
        return {}
    return {match[1]: match[2].strip("'\"") for match in _ASSIGNED.finditer(text)}


def _expand(text: str, constants: Mapping[str, str]) -> str:
    """Replace variables as IPython does: as text, before the shell sees it. Lines are kept."""
    if not constants or ("$" not in text and "{" not in text):
        return text
    room = MAX_EXPANDED

    def value(variable: re.Match[str]) -> str:
        nonlocal room
        known = constants.get(variable[0].strip("${}"))
        if known is None or len(known) > room:
            return variable[0]
        room -= len(known)
        return known.replace("\n", " ")

    return _VARIABLE.sub(value, text)


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
            reader.redirecting = True
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
    return token.removeprefix("$")[1:].removesuffix("'")


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
        if body:
            yield Command(
                command.words,
                command.line,
                command.end_line,
                command.piped_into,
                body,
                command.target,
            )
        else:
            yield command


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
