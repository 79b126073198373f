"""The commands of `colonnade`. Each module here holds one group; add a group by listing it below.

Modules import what they need inside the command, so that `colonnade --help` stays quick.
"""

import sys
from typing import Any

import typer

from colonnade.cli import (
    environments,
    evaluating,
    judging,
    people,
    replaying,
    running,
    scanning,
)
from colonnade.kit.errors import ColonnadeError
from colonnade.kit.log import configure_logging

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A notebook platform whose rules of acceptable use are published and enforced fairly.",
)
for group in (running, environments, people, scanning, judging, replaying, evaluating):
    group.register(app)


def main() -> Any:
    """Run a command; an expected failure prints what happened and what to do, and exits 1."""
    configure_logging()
    try:
        return app()
    except ColonnadeError as error:
        print(f"colonnade: {error}", file=sys.stderr)
        sys.exit(1)
