"""Building an environment: all of it or nothing, one builder at a time, in sight of who waits.

Packages are fetched and installed by uv into a hidden sibling folder that is renamed into place
once its manifest is written. uv's own configuration (indexes, proxies, certificates) applies.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from colonnade.kit.errors import ColonnadeError, StorageFull
from colonnade.kit.ids import new_id
from colonnade.runtimes.environments.recipes import Recipe, recipe
from colonnade.runtimes.environments.shelf import MANIFEST, Manifest, place, standing
from colonnade.runtimes.environments.uv import Uv

Progress = Callable[[str], None]

GROUP = 12
"""Packages installed between two lines of progress."""

FREE_BYTES_NEEDED = 3 << 30
"""Measured: the default takes 1.2 GB built, and as much again in uv's cache; the rest is room."""

_COMPLETE = "import bz2, ctypes, lzma, sqlite3, ssl"


def build(
    name: str, root: Path, progress: Progress, section: Mapping[str, Any] | None = None
) -> Path:
    """Build the environment `name` under `root` unless it stands there already; its folder.

    Blocking: minutes on a first build. `progress` gets short lines for the person who waits.

    Raises NotFound for an unknown name, Invalid when the packages asked for do not fit together,
    StorageFull and Unavailable when disk or network fail; nothing half-built is left then.
    """
    wanted = recipe(name, section)
    built = standing(root, wanted) or _build_alone(wanted, root, progress)
    progress(f"{name}: ready in {built}")
    return built


def _build_alone(wanted: Recipe, root: Path, progress: Progress) -> Path:
    _make_root(root)
    with _only_builder(root, wanted.name, progress):
        built = standing(root, wanted)
        if built is None:
            _check_room(root)
            built = _build_aside(wanted, root, progress)
    return built


def interpreter() -> Path:
    """The Python that environments are made with, of the same minor version as ours.

    The system's own is preferred: every sandbox can read it. Else the one under our `.venv`.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (Path(f"/usr/bin/python{version}"), Path(f"/usr/local/bin/python{version}")):
        if candidate.exists():
            tried = subprocess.run(
                [candidate, "-I", "-c", _COMPLETE], capture_output=True, check=False
            )
            if tried.returncode == 0:
                return candidate
    return Path(sys.base_prefix) / "bin" / f"python{version}"


def _make_root(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise _storage(root, problem) from problem


@contextmanager
def _only_builder(root: Path, name: str, progress: Progress) -> Generator[None]:
    with (root / f".{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(f"{name}: another build is under way; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        # Whoever left these was killed: the lock is ours, so nobody is working in them.
        for leftover in root.glob(f".{name}.building-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def _check_room(root: Path) -> None:
    free = shutil.disk_usage(root).free
    if free < FREE_BYTES_NEEDED:
        raise StorageFull(
            f"An environment needs about {FREE_BYTES_NEEDED >> 30} GB free under {root}; "
            f"{free / (1 << 30):.1f} GB are.",
            "Free some room, or set COLONNADE_ENVIRONMENTS to a folder on a larger disk.",
        )


def _build_aside(wanted: Recipe, root: Path, progress: Progress) -> Path:
    aside = root / f".{wanted.name}.building-{new_id()[:8]}"
    final = place(root, wanted)
    try:
        _fill(wanted, aside, progress)
        if final.exists():
            shutil.rmtree(final)
        aside.rename(final)
    except OSError as problem:
        raise _storage(root, problem) from problem
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return final


def _fill(wanted: Recipe, folder: Path, progress: Progress) -> None:
    folder.mkdir(mode=0o755)
    uv = Uv(wanted.name, folder)
    progress(f"{wanted.name}: making a Python environment")
    uv.create(interpreter())
    pins = wanted.requirements if wanted.pinned else uv.resolve(wanted.requirements)
    for start in range(0, len(pins), GROUP):
        group = pins[start : start + GROUP]
        names = ", ".join(dict.fromkeys(line.split("==")[0] for line in group))
        progress(f"{wanted.name}: {100 * start // len(pins)} %, installing {names}")
        uv.install(group)
    _write_manifest(wanted, folder, uv)
    _make_readable(folder)


def _write_manifest(wanted: Recipe, folder: Path, uv: Uv) -> None:
    now = datetime.now(UTC)
    manifest = Manifest(
        name=wanted.name,
        date=wanted.date or now.date(),
        digest=wanted.digest,
        python=os.readlink(folder / "bin" / "python"),
        built=now,
        packages=uv.freeze(),
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2), "utf-8")


def _make_readable(folder: Path) -> None:
    # Runtimes run under ids of their own and must read what the operator's umask may have closed.
    for parent, _, names in os.walk(folder):
        for path in (parent, *(os.path.join(parent, name) for name in names)):
            if not os.path.islink(path):
                mode = os.stat(path).st_mode
                os.chmod(path, mode | 0o444 | (0o111 if mode & 0o100 else 0))


def _storage(root: Path, problem: OSError) -> ColonnadeError:
    return StorageFull(
        f"The environment could not be written under {root}: {problem.strerror or problem}.",
        "Free some room or correct the folder's rights; nothing half-built was left.",
    )
