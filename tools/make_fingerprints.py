"""Make the fingerprints in `fingerprints/` again, out of clones that lie on this machine.

    .venv/bin/python tools/make_fingerprints.py CLONES [--date 2026-11-22] [--to FOLDER]

`fingerprints/sources.yaml` lists the projects. Each is looked for as `CLONES/owner/name`, or
`CLONES/owner+name`, or in `repo` below, bare or with a work tree, and read by `git` at the commits
that are listed: nothing is checked out or run. Hashes and facts are written, and nothing else.
"""

import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from colonnade.detection.similarity.bank import COMMON_FILE
from colonnade.detection.similarity.fingerprint import Source
from colonnade.detection.similarity.making import (
    Project,
    make_common,
    make_fingerprints,
    read_project,
)
from colonnade.detection.similarity.tree import MAX_FILE_BYTES, TreeFile
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


class Clone:
    """A clone of a project, read through `git` alone."""

    def __init__(self, clones: Path, repository: str) -> None:
        owner, name = repository.split("/")[-2:]
        below = [Path(owner) / name, Path(f"{owner}+{name}"), Path(f"{owner}+{name}") / "repo"]
        found = [clones / one / end for one in below for end in (".git", ".")]
        chosen = next((one for one in found if (one / "HEAD").is_file()), None)
        if chosen is None:
            raise SystemExit(f"{clones}: no clone of {repository}")
        self._command = ("git", "-c", "safe.directory=*", "--git-dir", str(chosen))

    def committed(self, commit: str) -> date:
        """The commit's date."""
        return date.fromisoformat(self._git("show", "-s", "--format=%cs", commit).decode().strip())

    def files(self, commit: str) -> Iterator[TreeFile]:
        """Its regular files; links and other projects within it are left out."""
        for row in self._git("ls-tree", "-r", "-z", "-l", commit).split(b"\0")[:-1]:
            facts, path = row.split(b"\t", 1)
            mode, _, blob, size = facts.split()
            if mode in {b"100644", b"100755"} and size.isdigit():
                yield TreeFile(
                    path.decode("utf-8", "surrogateescape"),
                    lambda blob=blob: self._git("cat-file", "blob", blob.decode())[:MAX_FILE_BYTES],
                )

    def _git(self, *words: str) -> bytes:
        return subprocess.run([*self._command, *words], capture_output=True, check=True).stdout


def main(
    clones: Annotated[Path, typer.Argument(help="The folder of the clones.")],
    made: Annotated[str, typer.Option("--date", help="Written into the files.")] = "",
    to: Annotated[Path | None, typer.Option(help="Default: the folder that ships.")] = None,
) -> None:
    """Make every fingerprint that is listed, and the sample of what is common."""
    folder = to or shipped("fingerprints")
    text = (shipped("fingerprints") / "sources.yaml").read_text("utf-8")
    listed = TypeAdapter(tuple[Listed, ...]).validate_python(yaml.safe_load(text))
    projects: list[Project] = []
    shipping: list[bool] = []
    for one in listed:
        for project in _read(one, Clone(clones, one.repository)):
            projects.append(project)
            shipping.append(one.ship)
            print(f"{one.repository} {project.source.commit[:12]}", flush=True)
    day = date.fromisoformat(made) if made else date.today()
    fingerprints = make_fingerprints(projects, day)
    for fingerprint, ships in zip(fingerprints, shipping, strict=True):
        if ships:
            name = f"{fingerprint.source.family}-{fingerprint.source.commit[:8]}.json"
            _write(folder / name, fingerprint)
    _write(folder / COMMON_FILE, make_common(projects, day))


def _read(one: Listed, clone: Clone) -> Iterator[Project]:
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
        yield read_project(source, one.kin, clone.files(commit))


def _write(file: Path, content: BaseModel) -> None:
    file.write_text(content.model_dump_json(indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    typer.run(main)
