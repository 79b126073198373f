"""Where built environments stand, and which are ready to be used."""

import datetime
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from colonnade.kit.errors import NotFound
from colonnade.runtimes.environments.recipes import Recipe, recipe, recipes

MANIFEST = "environment.json"


class Manifest(BaseModel):
    """What a built environment says of itself, written last into its folder.

    `packages` is the freeze (every package as `name==version`), `digest` its recipe's.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    date: datetime.date
    digest: str
    python: str
    built: datetime.datetime
    packages: list[str]


@dataclass(frozen=True)
class Shelved:
    """One environment on the shelf's list. `folder` and `manifest` are None until it is built."""

    name: str
    folder: Path | None
    manifest: Manifest | None


def environments_root(data: Path) -> Path:
    """The shelf: `COLONNADE_ENVIRONMENTS`, else `DATA/environments`."""
    chosen = os.environ.get("COLONNADE_ENVIRONMENTS")
    return Path(chosen).expanduser().resolve() if chosen else data / "environments"


def place(root: Path, wanted: Recipe) -> Path:
    """Where the environment of this recipe stands or would stand."""
    return root / f"{wanted.name}+{wanted.digest[:12]}"


def standing(root: Path, wanted: Recipe) -> Path | None:
    """The folder of the recipe's environment if it is whole and its Python is still there."""
    folder = place(root, wanted)
    return folder if read_manifest(folder) and (folder / "bin" / "python").exists() else None


def ready(name: str, root: Path, section: Mapping[str, Any] | None = None) -> Path:
    """The folder of the built environment `name`.

    Raises NotFound when there is no such environment, or when it has not been built yet.
    """
    wanted = recipe(name, section)
    folder = standing(root, wanted)
    if folder is None:
        raise NotFound(
            f"The environment {name} has not been built on this machine yet.",
            f"The operator builds it with: colonnade env build {name}",
        )
    return folder


def listing(root: Path, section: Mapping[str, Any] | None = None) -> list[Shelved]:
    """Every environment that is known, by name, built or not."""
    entries: list[Shelved] = []
    for name, wanted in sorted(recipes(section).items()):
        folder = standing(root, wanted)
        entries.append(Shelved(name, folder, read_manifest(folder) if folder else None))
    return entries


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest in `folder`, or None where there is none that can be read."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None
