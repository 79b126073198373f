"""Print docs/reference/commands.md from the commands themselves.

.venv/bin/python tools/commands_reference.py > docs/reference/commands.md
"""

from collections.abc import Iterator
from typing import Any

import typer

from colonnade.cli import app

HEADER = """# Commands

Made from the program by `tools/commands_reference.py`. Every command takes `--data DIR`, or reads
the folder from `COLONNADE_DATA`; the default is `./colonnade-data`. A command that cannot do what
was asked says what happened and what to do on standard error, and exits with 1 (2 for words that it
does not know).
"""


def pages(command: Any, name: str) -> Iterator[str]:
    """One section for each command below `command`, which is one of typer's."""
    for child in getattr(command, "commands", {}).values():
        yield from pages(child, f"{name} {child.name}")
    if hasattr(command, "commands"):
        return
    yield f"## `{name}`\n\n{(command.help or '').strip()}\n"
    rows = [_row(one) for one in command.params if one.name not in {"help", "data"}]
    if rows:
        yield "| | |\n|---|---|\n" + "\n".join(rows) + "\n"


def _row(parameter: Any) -> str:
    words = getattr(parameter, "help", None) or ""
    if parameter.param_type_name == "option":
        return f"| `{' / '.join(parameter.opts)}` | {words} |"
    return f"| `{parameter.name.upper()}` | {words} |"


if __name__ == "__main__":
    print(HEADER)
    print("\n".join(pages(typer.main.get_command(app), "colonnade")), end="")
