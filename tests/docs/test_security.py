"""The page of attacks claims nothing that no test tries."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"


def rows() -> list[str]:
    """Every line of its tables but their heads."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    return [line for line in lines if not line.startswith(("| attack |", "|---"))]


@pytest.mark.parametrize("row", rows())
def test_every_attack_names_a_test_that_there_is(row: str) -> None:
    *_, last = row.strip("| ").split(" | ")
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", last)
    assert named, "the last column names the test that tries it"
    for file, name in named:
        tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
        defined = {one.name for one in ast.walk(tree) if isinstance(one, FUNCTIONS)}
        assert name in defined


FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def test_the_page_has_the_attacks_of_every_kind() -> None:
    assert len(rows()) > 50
