"""`colonnade env`: the sets of packages that runtimes are given."""

from pathlib import Path
from typing import Annotated

import typer

from colonnade.cli.options import Data
from colonnade.kit.settings import Settings

group = typer.Typer(no_args_is_help=True, help="Environments: named, pinned, dated packages.")


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(group, name="env")


def build_missing(settings: Settings, name: str) -> Path:
    """Build the environment `name` unless it is there, telling standard output how it goes."""
    from colonnade.runtimes.environments import build, environments_root

    return build(
        name,
        environments_root(settings.data),
        lambda line: print(line, flush=True),
        settings.section("environments"),
    )


def names_in_use(settings: Settings) -> list[str]:
    """The environments that the configured runtime classes name, the default class's first.

    Raises Invalid when the configuration is not sound or names an environment that there is not.
    """
    from colonnade.runtimes.classes import runtimes_settings
    from colonnade.runtimes.environments import recipes

    known = recipes(settings.section("environments"))
    classes = runtimes_settings(settings.section("runtimes"), known).classes
    return list(dict.fromkeys(one.environment for one in classes))


@group.command("build")
def build_command(
    name: Annotated[str | None, typer.Argument(help="Default: the shipped one.")] = None,
    data: Data = None,
) -> None:
    """Build an environment; quick when it is there already."""
    from colonnade.kit.settings import read_settings
    from colonnade.runtimes.environments import DEFAULT

    chosen = name or DEFAULT
    print(f"{chosen}: ready in {build_missing(read_settings(data), chosen)}")


@group.command("list")
def list_command(data: Data = None) -> None:
    """List the environments, built or not."""
    from colonnade.kit.settings import read_settings
    from colonnade.runtimes.environments import environments_root, listing

    settings = read_settings(data)
    for entry in listing(environments_root(settings.data), settings.section("environments")):
        state = f"{len(entry.manifest.packages)} packages" if entry.manifest else "not built"
        print(f"{entry.name}\t{state}")
