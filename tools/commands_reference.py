"""Print docs/reference/commands.md from the commands themselves.

.venv/bin/python tools/commands_reference.py > docs/reference/commands.md
"""

from collections.abc import Iterator

import click
import typer

from colonnade.cli import app

HEADER = """# Commands

Made from the program by `tools/commands_reference.py`. Every command takes `--data DIR`, or reads
the folder from `COLONNADE_DATA`; the default is `./colonnade-data`. A command that cannot do what
was asked says what happened and what to do on standard error, and exits with 1 (2 for words that it
does not know).
"""


def pages(command: click.Command, name: str) -> Iterator[str]:
    """One section for each command below `command`."""
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from pages(child, f"{name} {child.name}")
        return
    yield f"## `{name}`\n\n{(command.help or '').strip()}\n"
    rows = [row for parameter in command.params if (row := _row(parameter))]
    if rows:
        yield "| | |\n|---|---|\n" + "\n".join(rows) + "\n"


def _row(parameter: click.Parameter) -> str:
    if parameter.name in {"help", "data"}:
        return ""
    words = getattr(parameter, "help", None) or ""
    if isinstance(parameter, click.Option):
        return f"| `{' / '.join(parameter.opts)}` | {words} |"
    return f"| `{parameter.human_readable_name}` | {words} |"


if __name__ == "__main__":
    print(HEADER)
    print("\n".join(pages(typer.main.get_command(app), "colonnade")), end="")
