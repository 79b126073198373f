"""A cell's source into parts, each in one language, with the lines where it stands.

The Python part keeps its line numbers: every magic or `!` line becomes `pass` at its indentation.
"""

import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["python", "shell", "other"]


@dataclass(frozen=True, slots=True)
class Part:
    """Text in one language; `line` is the line of the cell (from 1) where it begins."""

    language: Language
    text: str
    line: int


_SHELL_MAGICS = frozenset({"bash", "sh", "shell", "system", "sx", "script", "zsh"})
_DISPLAY_MAGICS = frozenset({"html", "javascript", "js", "latex", "markdown", "svg", "css"})
_OTHER_LANGUAGES = frozenset({"perl", "ruby", "js", "javascript", "R", "cython", "node"})
_LINE_MAGICS = frozenset(
    {"cd", "pip", "pip3", "conda", "mamba", "uv", "mkdir", "mv", "cp", "rm", "cat"}
)
_CELL_MAGIC = re.compile(r"%%(\w+)[ \t]*(.*)")
_LINE = re.compile(
    r"""^(?P<indent>[ \t]*)
        (?:[\w.,\ \t\[\]'"()]{1,200}=[ \t]*)?
        (?P<mark>!{1,2}(?!=)|%)
        (?P<rest>.*)$""",
    re.VERBOSE,
)
_AUTOMAGIC = re.compile(r"^(?:cd|pip3?|conda|mkdir)[ \t]+[\w./~$\"'-][^=()]*$")


def split(source: str) -> tuple[Part, ...]:
    """The parts of a cell, in order of appearance within each language; Python first."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines):
        if magic := _CELL_MAGIC.match(line.strip()):
            body = "\n".join(lines[number + 1 :])
            return _cell_magic(magic[1], magic[2], body, number + 2)
        if line.strip() and not line.lstrip().startswith("#"):
            break
    return _lines(lines, 1)


def _cell_magic(name: str, argument: str, body: str, line: int) -> tuple[Part, ...]:
    if name in _SHELL_MAGICS:
        if name == "script" and not re.search(r"\b(?:ba|z|da)?sh\b", argument):
            return (Part("other", argument, line),)
        return (Part("shell", body, line),)
    if name in {"writefile", "file"}:
        return _written_file(argument, body, line)
    if name in _OTHER_LANGUAGES and name not in _DISPLAY_MAGICS:
        return (Part("other", name, line),)
    if name in _DISPLAY_MAGICS:
        return ()
    return _lines(body.split("\n"), line)


def _written_file(argument: str, body: str, line: int) -> tuple[Part, ...]:
    target = argument.strip().strip("'\"").lower()
    if target.endswith((".py", ".ipy")):
        return _lines(body.split("\n"), line)
    return (Part("shell", body, line),) if target.endswith((".sh", ".bash")) else ()


def _lines(lines: list[str], first: int) -> tuple[Part, ...]:
    python: list[str] = []
    shell: list[Part] = []
    number = 0
    while number < len(lines):
        command = _command_of(lines[number])
        if command is None:
            python.append(lines[number])
            number += 1
            continue
        start = number
        while command.endswith("\\") and number + 1 < len(lines):
            number += 1
            command += "\n" + lines[number]
        shell.append(Part("shell", command, first + start))
        indent = lines[start][: len(lines[start]) - len(lines[start].lstrip())]
        python.extend([f"{indent}pass", *[""] * (number - start)])
        number += 1
    return (Part("python", "\n".join(python), first), *shell)


def _command_of(line: str) -> str | None:
    """The shell text of a `!`, `%` or automagic line; '' for a magic that runs no command."""
    if "!" not in line and "%" not in line:
        return line if _AUTOMAGIC.match(line) else None
    match = _LINE.match(line)
    if match is None:
        return None
    rest = match["rest"].lstrip()
    if match["mark"] != "%":
        return rest
    name, _, argument = rest.partition(" ")
    if name in {"sx", "system", "bash"}:
        return argument
    if name == "run":
        return f"python {argument}"
    if name in _LINE_MAGICS:
        return rest
    return "" if re.fullmatch(r"[a-z_]\w*", name) else None
