"""Shell lines written in another way: words in variables, here-documents, `%%bash` cells."""

import re
from collections.abc import Sequence
from random import Random

from colonnade.evaluation.disguises.files import run_from
from colonnade.evaluation.disguises.reading import Line, Python, Script, each, read
from colonnade.evaluation.disguises.sections import Section, sections
from colonnade.evaluation.disguises.spelling import fresh
from colonnade.evaluation.disguises.words import plain_words, with_words

_END = "EOF"


def _with_variables(cell: str, random: Random) -> list[str]:
    found = read(cell)
    if isinstance(found, Script):
        return [found.head + _in_shell(found.body, random, "\n")]
    if not isinstance(found, Python):
        return [cell]
    rows: list[str] = []
    for row in found.text.split("\n"):
        name = found.line_in(row)
        if name is None:
            rows.append(row)
            continue
        assignments, line = _varied(found.lines[name], random)
        indent = row[: len(row) - len(row.lstrip())]
        rows += [indent + one for one in assignments]
        rows.append(row.replace(name, line))
    return [found.head + "\n".join(rows)]


def _varied(line: Line, random: Random) -> tuple[list[str], str]:
    """Assignments in Python and the line that uses them, or a line that assigns by itself.

    The latter only where nothing is filled in: one name that it does not know, and IPython fills in
    nothing at all.
    """
    if line.is_command and random.random() < 0.5:
        return [], line.mark + _in_shell(line.text, random, "; ")
    name, space, argument = line.text.partition(" ")
    if line.mark != "%":
        name, space, argument = "", "", line.text
    elif name not in {"cd", "pip", "run", "mkdir", "conda"}:
        return [], line.written
    assignments: list[str] = []

    def spell(word: str) -> str:
        variable = fresh(random, line.text)
        assignments.append(f"{variable} = {word!r}")
        return f"{{{variable}}}" if random.random() < 0.5 else f"${variable}"

    return assignments, line.mark + name + space + with_words(argument, spell)


def _in_shell(text: str, random: Random, separator: str) -> str:
    """`text` with its plain words in variables that it assigns first."""
    if next(plain_words(text), None) is None:
        return text
    names: dict[str, str] = {}

    def spell(word: str) -> str:
        return "$" + names.setdefault(word, fresh(random, text))

    varied = with_words(text, spell)
    assigned = separator.join(f"{name}={word}" for word, name in names.items())
    return f"{assigned}{separator}{varied.lstrip()}"


def _as_bash(cell: str, random: Random) -> list[str]:
    return [
        "%%bash\n" + _script(one.commands) if one.commands else one.text
        for one in _cut(read(cell), cell)
    ]


def _with_documents(cell: str, random: Random) -> list[str]:
    found = read(cell)
    if isinstance(found, Script):
        documented = found.argument or _END in found.body or "<<" in found.body
        return [cell if documented else found.head + _document(found.body, random)]
    cells: list[str] = []
    for section in _cut(found, cell):
        if section.commands:
            cells.append("%%bash\n" + _document(_script(section.commands), random))
        else:
            cells += _code_document(section.text, random)
    return cells


def _code_document(text: str, random: Random) -> list[str]:
    """Longer Python as a file from a here-document that the next cell runs."""
    path, rest = run_from(text, random)
    if path is None or text.count("\n") < 2 or _END in text:
        return [text]
    return [f"%%bash\ncat > {path} <<'{_END}'\n{rest[0].rstrip()}\n{_END}", rest[1]]


def _document(body: str, random: Random) -> str:
    body = body.rstrip("\n")
    if random.random() < 0.5:
        return f"bash <<'{_END}'\n{body}\n{_END}"
    path = f"/tmp/{fresh(random, body)}.sh"  # noqa: S108 - a runtime's own scratch folder
    return f"cat > {path} <<'{_END}'\n{body}\n{_END}\nbash {path}"


def _cut(found: object, cell: str) -> Sequence[Section]:
    return sections(found) if isinstance(found, Python) else [Section(cell, ())]


def _script(commands: Sequence[Line]) -> str:
    """Each command in a shell of its own where it would change the folder for the next."""
    return "\n".join(
        f"({line.text.strip()})" if re.search(r"\bcd\b", line.text) else line.text.strip()
        for line in commands
    )


shell_variables = each(_with_variables)
"""Words of commands come from variables, of Python or of the shell itself."""

here_documents = each(_with_documents)
"""Commands are fed to a shell as here-documents; code is written by one and then run."""

bash_cells = each(_as_bash)
"""Shell lines become `%%bash` cells of their own."""
