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


def test_what_rules_see_is_printed_with_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch\nu = 'https://a.exa' + 'mple/b'\n!git clone $u\n")
    found = run("rules", "features", str(tmp_path / "a.py"))
    assert "1:1     import: torch" in found.stdout
    assert "1:3     clone: a.example/b" in found.stdout
    (tmp_path / "b.py").write_text("(" * 500)
    assert "cannot be examined" in run("rules", "features", str(tmp_path / "b.py")).stdout
    assert run("rules", "features", str(tmp_path / "absent.py")).returncode == 1
    assert run("rules", "features", str(tmp_path)).returncode == 0
