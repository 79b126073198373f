"""Lints of this house, each a convention that matters and that no linter knows.

- A module has at most 400 lines, a file of tests 800.
- A module under `src/` opens by saying what it is for.
- A test file mirrors a module or a package of its room (`tests/journeys` and kin aside).
- No lock file and no text of ours names a package registry's host.

Add one: write a function that yields sentences, and list it in `LINTS`.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "colonnade"
LONGEST_MODULE = 400
LONGEST_TEST = 800
SITUATIONS = {"browser", "clients", "confinement", "crash", "hostile", "lifecycle", "packaging"}
"""What a test file may be named after instead of a module: a whole room in such a situation."""
FREE_FOLDERS = {"journeys", "support", "docs", "tools", "bench"}
REGISTRIES = re.compile(r"registry\.npmjs|files\.pythonhosted|pypi\.org/simple|deb\.debian\.org")


def long_modules() -> Iterator[str]:
    """Modules in which nobody would know their room any more."""
    for module in tracked("*.py"):
        lines = len(module.read_text("utf-8").splitlines())
        longest = LONGEST_TEST if "tests" in module.parts else LONGEST_MODULE
        if lines > longest:
            yield f"{shown(module)}: {lines} lines, more than {longest}"


def silent_modules() -> Iterator[str]:
    """Modules that do not say what they are for."""
    for module in tracked("src/*.py"):
        if not ast.get_docstring(ast.parse(module.read_text("utf-8"))):
            yield f"{shown(module)}: no docstring at its top"


def stray_tests() -> Iterator[str]:
    """Test files whose module has gone or was never there."""
    for test in tracked("tests/*/test_*.py"):
        room = test.relative_to(ROOT / "tests").parent
        if room.parts[0] in FREE_FOLDERS:
            continue
        subject = test.stem.removeprefix("test_")
        if subject not in SITUATIONS and not any(
            _mirrors(subject, SOURCE / folder) for folder in (room, *room.parents)
        ):
            yield f"{shown(test)}: nothing in src/colonnade/{room} is named {subject}"


def _mirrors(subject: str, folder: Path) -> bool:
    names = {path.stem for path in folder.rglob("*.py")} | {
        path.name for path in folder.rglob("*") if path.is_dir()
    }
    return any(subject == name or subject.startswith(f"{name}_") for name in names)


def named_registries() -> Iterator[str]:
    """Files that name a registry's host; pin versions instead."""
    for file in tracked("*"):
        if file == Path(__file__) or file.suffix in {".png", ".ico"} or not file.is_file():
            continue
        if REGISTRIES.search(file.read_text("utf-8", errors="replace")):
            yield f"{shown(file)}: names a package registry's host"


def tracked(pattern: str) -> list[Path]:
    """Files that git tracks and that match `pattern`."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--", pattern], cwd=ROOT, capture_output=True, check=True
    ).stdout
    return [ROOT / name for name in listing.decode().split("\0") if name and (ROOT / name).exists()]


def shown(path: Path) -> str:
    """A path as a person reads it."""
    return str(path.relative_to(ROOT))


LINTS = (long_modules, silent_modules, stray_tests, named_registries)


def main() -> int:
    """Print every finding; 1 when there is any."""
    findings = [finding for lint in LINTS for finding in lint()]
    print("\n".join(findings) or "house lints: nothing to say")
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
