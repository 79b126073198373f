"""What a wheel carries: the code, and beside it rules, signatures, fingerprints and the like."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = ("rules", "signatures", "fingerprints", "models", "policies", "migrations")
UV = (sys.executable, "-m", "uv")


def files_below(folder: Path) -> set[Path]:
    """Every file that ships, relative to the folder above `SHIPPED`."""
    found = (file for name in SHIPPED for file in (folder / name).rglob("*") if file.is_file())
    return {file.relative_to(folder) for file in found if file.suffix != ".pyc"}


def test_everything_that_ships_beside_the_code_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named: set[Path] = set()
    for place, patterns in project["tool"]["setuptools"]["data-files"].items():
        for pattern in patterns:
            assert Path(pattern).parent == Path(place).relative_to("share/colonnade")
            named |= {file.relative_to(ROOT) for file in ROOT.glob(pattern)}
    assert named == files_below(ROOT)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A fresh virtual environment with our wheel, far from the checkout."""
    source, place = tmp_path / "source", tmp_path / "venv"
    # Built from a copy, since setuptools leaves and reuses a folder `build/` where it works.
    source.mkdir()
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in ("src", *SHIPPED):
        leave = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / name, source / name, ignore=leave)
    _do(*UV, "build", "--quiet", "--wheel", "--out-dir", tmp_path, source)
    _do(*UV, "venv", "--quiet", "--python", sys.executable, place)
    (wheel,) = tmp_path.glob("*.whl")
    pins = ("--constraint", ROOT / "constraints.txt")
    _do(*UV, "pip", "install", "--quiet", "--python", place / "bin" / "python", *pins, wheel)
    return place


@pytest.mark.deep
def test_an_installed_wheel_works_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert files_below(installed / "share" / "colonnade") == files_below(ROOT)

    def run(*words: str) -> str:
        return _do(installed / "bin" / "colonnade", *words, cwd=tmp_path)

    assert "in force" in run("policy", "log")
    assert run("rules", "check")
    assert "/sign-in/link?token=" in run("user", "add", "ada", "--data", str(tmp_path / "data"))


def _do(*words: str | Path, cwd: Path | None = None) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(words, capture_output=True, text=True, cwd=cwd, env=kept, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout
