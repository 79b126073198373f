"""Files that commands write, and files of the notebook's own that commands run.

What a file holds is known by the last part of its path (`file_key`). To know another program that
runs files, name it in one of the sets.
"""

import re
import shlex
from collections.abc import Sequence

from colonnade.detection.cells import read_notebook
from colonnade.detection.features.reader import CodeReader
from colonnade.detection.normalise.fold.values import file_key, text_of
from colonnade.detection.normalise.shell import Command
from colonnade.kit.errors import ColonnadeError

PYTHON = re.compile(r"^(?:python|pypy)[\d.]*$|^ipython3?$")
SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh"})
_NOTEBOOK_RUNNERS = frozenset({"jupyter", "jupyter-nbconvert", "papermill", "runipy"})
_MAKERS = frozenset({"make", "gmake"})
_SETTINGS = (".yaml", ".yml", ".json", ".toml", ".ini", ".cfg", ".conf")
_SETTING = re.compile(
    r"""([A-Za-z_][\w-]{0,40})["']?[ \t]*[:=][ \t]*["']?([^\s"',#{}\[\]]{1,200})"""
)
MAX_SETTINGS = 10_000
_SCHEDULED = re.compile(
    r"^(?:(?:[\d*/,-]{1,20}[ \t]{1,9}){5}|@(?:reboot|hourly|daily)[ \t]{1,9})(\S[^\n]{0,4000})",
    re.MULTILINE,
)
_PRINTERS = frozenset({"echo", "printf"})
MAX_SCHEDULED = 20
_MOVERS = frozenset({"mv", "cp", "ln"})


def keep_output(
    command: Command, words: tuple[str, ...], output: str | None, inner: CodeReader
) -> None:
    """Keep what is written to a file or a variable of the environment, for what runs later."""
    program = words[0] if words else ""
    if output is not None:
        whole = output if program == "printf" else f"{output}\n"
        if command.target:
            _keep(inner, command.target, whole, command.appends)
        for path in words[1:] if program == "tee" else ():
            _keep(inner, path, whole, "-a" in words)
    if program in _MOVERS and len(words) > 2:
        moved = text_of(inner.names.get(file_key(words[-2])))
        if moved is not None:
            _keep(inner, words[-1], moved, False)
    for word in words[1:] if program == "export" else ():
        name, sign, value = word.partition("=")
        if sign:
            inner.names.bind(f"${name}", value)


def _keep(inner: CodeReader, path: str, text: str, appends: bool) -> None:
    key = file_key(path)
    before = text_of(inner.names.get(key)) if appends else ""
    inner.names.bind(key, f"{before or ''}{text}")


def settings_in(words: Sequence[str], inner: CodeReader) -> tuple[str, ...]:
    """What the notebook wrote into a file of settings that a script is given, as its options."""
    files = [word.partition("=")[2] or word for word in words if word.endswith(_SETTINGS)]
    texts = (text_of(inner.names.get(file_key(one))) or "" for one in files)
    found = [pair for text in texts for pair in _SETTING.findall(text[:MAX_SETTINGS])]
    return tuple(word for key, value in found for word in (f"--{key}", value.strip()))


def scheduled(program: str, words: Sequence[str]) -> list[str]:
    """The commands in lines of a crontab that are printed, to be handed to it."""
    texts = [one.replace("\\n", "\n") for one in words] if program in _PRINTERS else []
    return [one for text in texts for one in _SCHEDULED.findall(text)[:MAX_SCHEDULED]]


def run_own_file(
    words: tuple[str, ...], program: str, line: int, end_line: int, inner: CodeReader
) -> None:
    """A file that the notebook wrote and now runs is read like what stands here."""
    launcher = words[0].rsplit("/", 1)[-1].lower()
    python = bool(PYTHON.match(launcher))
    names = (program, f"{program.rsplit('.', 1)[-1]}.py") if python else (program, words[-1])
    if launcher in _NOTEBOOK_RUNNERS:
        names = tuple(word for word in words if word.endswith(".ipynb"))
    elif launcher in _MAKERS:
        inner.shell(_recipes(words, inner), line, end_line)
        return
    elif not (python or launcher in SHELLS | {"source", "."} or program == words[0][2:]):
        return
    for name in names:
        text = text_of(inner.names.get(file_key(name)))
        if text and name.endswith(".ipynb"):
            inner.python(_code_of(text), line, end_line)
            return
        if text:
            python = python or name.endswith(".py") or text.startswith("#!/usr/bin/env python")
            _run(text, _after(words, name), python, (line, end_line), inner)
            return


def _run(
    text: str, arguments: tuple[str, ...], python: bool, lines: tuple[int, int], inner: CodeReader
) -> None:
    """Read a script with what it is given: `sys.argv`, or `$1` and `$@`."""
    if python:
        inner.names.bind(".sys.argv", ["", *arguments])
        inner.python(text, *lines)
    else:
        given = f"set -- {shlex.join(arguments)}; " if arguments else ""
        inner.shell(given + text, *lines)


def _after(words: tuple[str, ...], name: str) -> tuple[str, ...]:
    """What follows the word that names a file."""
    for place, word in enumerate(words):
        if word.lower().endswith(name.lower()):
            return words[place + 1 :]
    return ()


def _recipes(words: tuple[str, ...], inner: CodeReader) -> str:
    """The commands of a Makefile that the notebook wrote."""
    named = [words[place + 1] for place, word in enumerate(words[:-1]) if word == "-f"]
    text = text_of(inner.names.get(file_key(named[0] if named else "Makefile"))) or ""
    recipes = [line[1:].lstrip("@-") for line in text.split("\n") if line.startswith("\t")]
    return "\n".join(recipes).replace("$$", "$")


def _code_of(notebook: str) -> str:
    """The code cells of a notebook that was written as a file; '' if it is none."""
    try:
        cells = read_notebook(notebook.encode("utf-8", "replace"))
    except ColonnadeError:
        return ""
    return "\n".join(one.source for one in cells if one.language == "notebook")
