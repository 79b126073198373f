"""What the documentation tells people to type works, and its links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUN_ELSEWHERE = {
    "bin/serve": "tests/journeys start the same command",
    "bin/test": "runs this test",
    "bin/bench": "takes minutes; its parts have tests of their own",
}


def commands(page: Path) -> list[str]:
    """Every line after a prompt in the page's console blocks."""
    blocks = re.findall(r"^```console\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def pages_with_commands() -> list[object]:
    """The pages that tell people to type something."""
    return [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES if commands(page)]


@pytest.mark.parametrize("page", pages_with_commands())
def test_the_commands_of_a_page_run_in_order(page: Path, tmp_path: Path, environment: Path) -> None:
    variables = {
        **os.environ,
        "COLONNADE_DATA": str(tmp_path / "data"),
        "COLONNADE_ENVIRONMENTS": str(environment.parent),
        "PATH": f"{Path(sys.executable).parent}:{ROOT}:{os.environ['PATH']}",
    }
    (tmp_path / "data").mkdir()
    for command in commands(page):
        program, *_ = shlex.split(command, comments=True)
        if program in RUN_ELSEWHERE:
            assert os.access(ROOT / program, os.X_OK)
            continue
        done = subprocess.run(
            ["bash", "-c", command], cwd=ROOT, env=variables, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    local = [target for target in targets if ":" not in target and not target.startswith("/")]
    missing = [target for target in local if not (page.parent / target).exists()]
    assert not missing


def test_the_reference_of_commands_is_current() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "commands_reference.py"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8") == made
