"""The rules of use from the command line."""

import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_the_policy_is_shown_listed_compared_and_checked(run: Run, tmp_path: Path) -> None:
    assert "Clause 1" in run("policy", "show").stdout
    assert "in force" in run("policy", "log").stdout
    assert "Nothing changed" in run("policy", "diff", "1", "1").stdout
    assert run("policy", "check").returncode == 0
    (tmp_path / "bad.yaml").write_text("version: no\n")
    checked = run("policy", "check", str(tmp_path / "bad.yaml"))
    assert checked.returncode == 1
    assert "bad.yaml:1" in checked.stdout


def test_every_shipped_rule_keeps_its_word(run: Run) -> None:
    assert run("rules", "check").returncode == 0
