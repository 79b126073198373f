"""A cell's source into parts, each in one language, with the lines where it stands.

Magics and `!` lines become the calls that IPython itself makes of them, on the same line, so that
they are read in order and within the loops and functions where they stand:
`!git clone {x}` is `get_ipython().system('git clone {x}')`. To know another magic, name it in one
of the sets below.
"""

import re
from dataclasses import dataclass
from typing import Literal

from colonnade.detection.normalise.foreign import shell_texts

Language = Literal["python", "shell", "text", "other"]


@dataclass(frozen=True, slots=True)
class Part:
    """Text in one language; `line` is the line of the cell (from 1) where it begins.

    `file` is the name of the file that the text is written to, or ''; `appends` says whether it is
    added to what stands there.
    """

    language: Language
    text: str
    line: int
    file: str = ""
    appends: bool = False


_SHELL_MAGICS = frozenset({"bash", "sh", "shell", "system", "sx", "script", "zsh", "!"})
_PYTHON_MAGICS = frozenset({"python", "python3", "pypy"})
_DISPLAY_MAGICS = frozenset({"html", "javascript", "js", "latex", "markdown", "svg", "css"})
_PAGE_MAGICS = frozenset({"html", "javascript", "js"})
"""Shown in the reader's own browser; a page can mine as well."""
_FOREIGN = re.compile(r"\b(perl|ruby|node|php|lua)\b")
_OTHER_LANGUAGES = frozenset({"perl", "ruby", "js", "javascript", "R", "cython", "node"})
_COMMAND_MAGICS = frozenset(
    {"cd", "pip", "pip3", "conda", "mamba", "uv", "mkdir", "mv", "cp", "rm", "cat", "ls", "rmdir"}
)
_SHELL_LINE_MAGICS = frozenset({"sx", "system", "bash", "sh"})
_TIMING_MAGICS = frozenset({"time", "timeit", "prun"})
_READ_MAGICS = (
    _COMMAND_MAGICS | _SHELL_LINE_MAGICS | {"run", "env", "set_env", "load", "writefile", "alias"}
)
_CELL_MAGIC = re.compile(r"%%(\w+|!)[ \t]*(.*)")
_LINE = re.compile(
    r"""^(?P<indent>[ \t]*)
        (?P<target>[\w.,\ \t\[\]'"()]{1,200}=[ \t]*)?
        (?P<mark>!{1,2}(?!=)|%)
        (?P<rest>.*)$""",
    re.VERBOSE | re.DOTALL,
)
_HOSTED_SHELL = re.compile(r"(?:#![^\n]{0,80}[:/ ]|%)(?:ba|z|da)?sh$")
"""How some hosted notebooks begin a cell of shell text: `#!g1.1:bash`, `#!/bin/sh`, `%sh`."""
_COMMAND = re.compile(
    r"(?:sudo[ ]+)?(?:wget|curl|tar|unzip|git|apt|apt-get|chmod|cd|pip3?|bash|sh|screen|nohup|"
    r"mkdir|python3?|\./[\w.-]+)[ ]+[\w./~$\"'-][^=(]*(?:$|[ =(].*)"
)
"""A line that only a shell takes, as in a notebook that is made of what belongs into a terminal."""
_AUTOMAGIC = re.compile(r"^(?:cd|pip3?|conda|mkdir)[ \t]+[\w./~$\"'-][^=()]*$")
_TIMING_OPTION = re.compile(r"^(?:-\w+(?:[ \t]+\d+)?[ \t]+)+")


def split(source: str) -> tuple[Part, ...]:
    """The parts of a cell, as Jupyter would run them."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _split(lines, 1, 0)


def _split(lines: list[str], first: int, depth: int) -> tuple[Part, ...]:
    if depth == 0 and (start := _hosted_shell(lines)):
        # Elsewhere the rest is Python, so that it is read as both.
        shell = Part("shell", "\n".join(lines[start:]), first + start)
        return (*_split(lines, first, 1), shell)
    if depth == 0 and _is_bare_shell(lines):
        return (*_split(lines, first, 1), Part("shell", "\n".join(lines), first))
    for number, line in enumerate(lines):
        if magic := _CELL_MAGIC.match(line.strip()):
            body = lines[number + 1 :]
            return _cell_magic(magic[1], magic[2], body, first + number + 1, depth)
        if line.strip() and not line.lstrip().startswith("#"):
            break
    return (Part("python", "\n".join(_lines(lines)), first),)


def _hosted_shell(lines: list[str]) -> int:
    """The line from which on a hosted notebook hands the cell to a shell; 0 where none does."""
    for number, line in enumerate(lines):
        if line.strip():
            if _HOSTED_SHELL.match(line.strip()):
                return number + 1
            break
    return 0


def _is_bare_shell(lines: list[str]) -> bool:
    """Whether every line is a command, and none is Python or marked as what it is."""
    said = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return bool(said) and all(map(_COMMAND.fullmatch, said))


def _cell_magic(
    name: str, argument: str, body: list[str], line: int, depth: int
) -> tuple[Part, ...]:
    text = "\n".join(body)
    if name in _SHELL_MAGICS:
        if name != "script" or re.search(r"\b(?:ba|z|da)?sh\b", argument):
            return (Part("shell", _with_arguments(argument, text), line),)
        if "python" in argument:
            return (Part("python", text, line),)
        return _foreign(argument, text, line)
    if name in {"writefile", "file"}:
        return _written_file(argument, body, line)
    if name in _PYTHON_MAGICS:
        return (Part("python", text, line),)
    if name in _OTHER_LANGUAGES and name not in _DISPLAY_MAGICS:
        return _foreign(name, text, line)
    if name in _PAGE_MAGICS:
        return (Part("text", text, line),)
    if name in _DISPLAY_MAGICS:
        return ()
    if depth < 3:
        return _split(body, line, depth + 1)
    return (Part("python", "\n".join(_lines(body)), line),)


def _foreign(said: str, text: str, line: int) -> tuple[Part, ...]:
    """Another language, which is not read, and the commands in it."""
    found = _FOREIGN.search(said)
    inner = shell_texts(text, found[1] if found else "")
    shell = (Part("shell", "; ".join(inner), line),) if inner else ()
    return (Part("other", said, line), *shell)


def _with_arguments(argument: str, text: str) -> str:
    """`%%bash -s a b`: the script with `$1` and `$2` in place, on the same lines."""
    words = argument.split("-s ", 1)[1].split()[:9] if "-s " in argument else []
    for place, word in enumerate(words, 1):
        plain = word.strip("\"'")
        text = text.replace(f"${{{place}}}", plain).replace(f"${place}", plain)
    return text


def _written_file(argument: str, body: list[str], line: int) -> tuple[Part, ...]:
    words = argument.split()
    target = (words[-1] if words else "").strip("'\"")
    appends = not {"-a", "--append"}.isdisjoint(words)
    lowered = target.lower()
    if lowered.endswith((".py", ".ipy")):
        return (Part("python", "\n".join(_lines(body)), line, target, appends),)
    shell = lowered.endswith((".sh", ".bash"))
    return (Part("shell" if shell else "text", "\n".join(body), line, target, appends),)


def _lines(lines: list[str]) -> list[str]:
    """Python lines, with every magic as the call that IPython makes of it; as many as before."""
    python: list[str] = []
    number = 0
    while number < len(lines):
        line, start = lines[number], number
        if "!" not in line and "%" not in line:
            python.append(_call("system", line) if _AUTOMAGIC.match(line) else line)
            number += 1
            continue
        if _LINE.match(line):
            while line.endswith("\\") and number + 1 < len(lines):
                number += 1
                line += "\n" + lines[number]
        read = _as_call(line)
        python.extend([line] if read is None else [read, *[""] * (number - start)])
        number += 1
    return python


def _as_call(line: str) -> str | None:
    """The Python that IPython would run for a magic line; None for what is no magic."""
    match = _LINE.match(line)
    if match is None:
        return None
    rest, before = match["rest"].lstrip(), match["indent"] + (match["target"] or "")
    if match["mark"] != "%":
        return before + _call("getoutput" if match["target"] else "system", rest)
    name, _, argument = rest.partition(" ")
    if not re.fullmatch(r"[a-z_]\w*", name):
        return None
    if name in _TIMING_MAGICS:
        return before + (_TIMING_OPTION.sub("", argument.strip()) or "pass")
    if name in _READ_MAGICS:
        return f"{before}get_ipython().run_line_magic({name!r}, {argument!r})"
    return f"{match['indent']}pass"


def _call(method: str, command: str) -> str:
    return f"get_ipython().{method}({command!r})"


def line_magic(name: str, argument: str) -> tuple[Language, str] | None:
    """(language, text) that a line magic runs, or None when it runs nothing that is read.

    A file that `%run` starts is run as by `python`; `%env` sets a variable of the environment.
    """
    if name in _SHELL_LINE_MAGICS:
        return "shell", argument
    if name == "run":
        return "shell", f"python {argument}"
    if name in {"env", "set_env"}:
        variable, _, value = argument.replace("=", " ", 1).partition(" ")
        return ("shell", f"export {variable}={_quoted(value)}") if value.strip() else None
    if name == "alias":
        return "shell", argument.partition(" ")[2]
    if name in _COMMAND_MAGICS:
        return "shell", f"{name} {argument}"
    return ("python", argument) if name in _TIMING_MAGICS else None


def _quoted(value: str) -> str:
    return "'" + value.strip().replace("'", "") + "'"
