"""Make the fingerprints in `fingerprints/` again, out of clones that lie on this machine.

    .venv/bin/python tools/make_fingerprints.py CLONES [--date 2026-11-22] [--to FOLDER]

`fingerprints/sources.yaml` lists the projects, the commits and the facts; `clones.py` says where
the clones are looked for. Hashes and facts are written, and nothing else.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
import yaml
from clones import Clone
from pydantic import BaseModel, ConfigDict, TypeAdapter

from colonnade.detection.similarity.bank import COMMON_FILE
from colonnade.detection.similarity.fingerprint import Source
from colonnade.detection.similarity.making import (
    Project,
    make_common,
    make_fingerprints,
    read_project,
)
from colonnade.kit.shipped import shipped


class Listed(BaseModel):
    """One project of `sources.yaml`.

    Attributes:
        kin: lines of descent beyond its own family.
        commits: one fingerprint is made of each.
        ship: whether it is written, or only tells what is common.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: str
    category: str
    role: str
    repository: str
    licence: str
    commits: tuple[str, ...]
    kin: tuple[str, ...] = ()
    ship: bool = True


def main(
    clones: Annotated[Path, typer.Argument(help="The folder of the clones.")],
    made: Annotated[str, typer.Option("--date", help="Written into the files.")] = "",
    to: Annotated[Path | None, typer.Option(help="Default: the folder that ships.")] = None,
) -> None:
    """Make every fingerprint that is listed, and the sample of what is common."""
    folder = to or shipped("fingerprints")
    projects: list[Project] = []
    shipping: list[bool] = []
    for project, ships in read_projects(clones):
        projects.append(project)
        shipping.append(ships)
        print(f"{project.source.repository} {project.source.commit[:12]}", flush=True)
    day = date.fromisoformat(made) if made else date.today()
    fingerprints = make_fingerprints(projects, day)
    for fingerprint, ships in zip(fingerprints, shipping, strict=True):
        if ships:
            name = f"{fingerprint.source.family}-{fingerprint.source.commit[:8]}.json"
            _write(folder / name, fingerprint)
    _write(folder / COMMON_FILE, make_common(projects, day))


def read_projects(clones: Path) -> Iterator[tuple[Project, bool]]:
    """Every project that is listed, at each of its commits, and whether its fingerprint ships."""
    text = (shipped("fingerprints") / "sources.yaml").read_text("utf-8")
    for one in TypeAdapter(tuple[Listed, ...]).validate_python(yaml.safe_load(text)):
        clone = Clone(clones, one.repository)
        for commit in one.commits:
            source = Source(
                family=one.family,
                category=one.category,
                role=one.role,
                repository=one.repository,
                commit=commit,
                committed=clone.committed(commit),
                licence=one.licence,
            )
            yield read_project(source, one.kin, clone.files(commit)), one.ship


def _write(file: Path, content: BaseModel) -> None:
    file.write_text(content.model_dump_json(indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    typer.run(main)
