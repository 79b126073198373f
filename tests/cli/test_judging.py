"""The rules of use from the command line."""

import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
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


def test_a_policy_whose_list_and_figures_differ_is_warned_of(run: Run, tmp_path: Path) -> None:
    plain = (ROOT / "policies" / "default.yaml").read_text("utf-8")
    copy = tmp_path / "own.yaml"
    copy.write_text(plain.replace("fallen_back: [", "fallen_back: [no-such-rule, "))
    checked = run("policy", "check", str(copy))
    assert checked.returncode == 0
    assert "own.yaml: warning: no-such-rule stands under fallen_back" in checked.stdout
    assert "warning" not in run("policy", "check").stdout
