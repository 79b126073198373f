"""What a built environment needs elsewhere: its interpreter, and a layer to write in."""

from dataclasses import dataclass
from pathlib import Path

from colonnade.host.places import Places
from colonnade.kit.errors import Invalid

_PIP = """#!/bin/sh
exec "{python}" -m pip "$@"
"""
# The environment comes after the layer, so what is installed there wins; site handles the .pth
# files of both. pip leaves alone what lies outside its own prefix.
_PATHS = "import site; site.addsitedir({packages!r}); import sys; sys.path.append({inside!r})\n"


@dataclass(frozen=True)
class Environment:
    """A virtual environment on disk.

    python: the base interpreter that its links lead to; version: as 'python3.11'.
    """

    folder: Path
    python: Path
    version: str

    @property
    def base(self) -> Path:
        """Folder of the whole base interpreter, library included."""
        return self.python.parent.parent


def read_environment(folder: Path) -> Environment:
    """The environment at `folder`. Raises Invalid when there is none that can be used."""
    resolved = folder.resolve()
    try:
        lines = (resolved / "pyvenv.cfg").read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise Invalid(f"{folder} is not an environment.", "Build it first.") from problem
    fields = {
        key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)
    }
    packages = sorted((resolved / "lib").glob("python3.*/site-packages/jupyter_server"))
    if "home" not in fields or not packages:
        raise Invalid(
            f"The environment {folder.name} has no jupyter_server.",
            "Build it anew with jupyter-server and ipykernel.",
        )
    version = packages[0].parent.parent.name
    python = Path(fields["home"]) / version
    if not python.exists():
        raise Invalid(f"The interpreter {python} of {folder.name} is gone.", "Build it anew.")
    return Environment(resolved, python, version)


def write_layer(folder: Path, environment: Environment, places: Places) -> None:
    """Lay a writable virtual environment over the environment. Raises OSError.

    `folder` is where it is written; `places` say where both will be seen.
    """
    packages = folder / "lib" / environment.version / "site-packages"
    packages.mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text(
        f"home = {environment.python.parent}\ninclude-system-site-packages = false\n"
    )
    for name in ("python", "python3", environment.version):
        (folder / "bin" / name).symlink_to(environment.python)
    for name in ("pip", "pip3"):
        script = folder / "bin" / name
        script.write_text(_PIP.format(python=places.layer / "bin/python"))
        script.chmod(0o755)
    beneath = places.environment / "lib" / environment.version / "site-packages"
    (packages / "_colonnade.pth").write_text(
        _PATHS.format(packages=str(beneath), inside=str(places.inside))
    )


def is_in_system(environment: Environment) -> bool:
    """Whether the base interpreter lies in /usr, which every runtime sees anyway."""
    return environment.base.is_relative_to("/usr")
