"""uv as a subprocess: what it is asked, and its failures in words for the operator."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from colonnade.kit.errors import ColonnadeError, Invalid, StorageFull, Unavailable

STEP_SECONDS = 1800
"""No single step may take longer; the largest group of the default is some 200 MB."""

_DISK = re.compile(r"No space left|Disk quota exceeded|os error (28|122)\b")
_UNSOLVABLE = re.compile(r"No solution found|was not found in the package registry")
_NETWORK = re.compile(r"[Ff]ailed to fetch|network was disabled")
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+")


class Uv:
    """The uv of the platform's own `.venv`, working on one environment's `folder`.

    Every method raises Unavailable, Invalid or StorageFull with uv's own last words.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder

    def create(self, interpreter: Path) -> None:
        """Make the empty virtual environment, without addresses of this machine in its scripts."""
        chosen = ("--python", str(interpreter))
        self._run("venv", "--relocatable", "--no-project", *chosen, str(self.folder))

    def resolve(self, requirements: Sequence[str]) -> tuple[str, ...]:
        """Every package that the requirements lead to, pinned."""
        printed = self._run(
            *("pip", "compile", "-", "--no-header", "--no-annotate", "--no-emit-index-url"),
            *("--python", str(self.folder / "bin" / "python")),
            text="\n".join(requirements),
        )
        return tuple(line for line in printed.splitlines() if line.strip())

    def install(self, pins: Sequence[str]) -> None:
        """Install exactly these, compiled to bytecode, since no runtime can write there."""
        self._run(
            *("pip", "install", "--no-deps", "--compile-bytecode", "--requirement", "-"),
            *("--python", str(self.folder / "bin" / "python")),
            text="\n".join(pins),
        )

    def freeze(self) -> list[str]:
        """What is installed, as `name==version`."""
        python = str(self.folder / "bin" / "python")
        return self._run("pip", "freeze", "--python", python).split()

    def _run(self, *arguments: str, text: str = "") -> str:
        # Copies, not links, so that nobody's clean-up of uv's cache reaches into an environment.
        variables = {**os.environ, "UV_LINK_MODE": "copy", "UV_PYTHON_DOWNLOADS": "never"}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "uv", "--quiet", *arguments],
                input=text,
                cwd=self.folder,
                env=variables,
                capture_output=True,
                text=True,
                timeout=STEP_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise self._failure(f"no end after {STEP_SECONDS} seconds") from late
        if done.returncode:
            raise self._failure(done.stderr)
        return done.stdout

    def _failure(self, said: str) -> ColonnadeError:
        words = " ".join(_ADDRESS.sub("(address)", said).split())[-600:] or "uv gave no reason"
        message = f"The environment {self.name} could not be built: {words}"
        if _DISK.search(said):
            return StorageFull(message, "Free some room; nothing half-built was left.")
        if _UNSOLVABLE.search(said) and not _NETWORK.search(said):
            return Invalid(message, "Correct its requirements in colonnade.toml.")
        return Unavailable(message, "Check the network and uv's configuration, then build again.")
