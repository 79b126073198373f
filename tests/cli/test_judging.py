"""The rules of use from the command line."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "src" / "colonnade" / "web" / "examples"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_scanning_tells_the_refused_example_from_the_benign_ones(run: Run) -> None:
    benign = run("scan", str(EXAMPLES / "Reading handwriting.ipynb"), "--format", "json")
    assert benign.returncode == 0
    assert json.loads(benign.stdout)["verdict"] == "allow"

    refused = run("scan", str(EXAMPLES), "--format", "json")
    assert refused.returncode == 1
    verdicts = {Path(one["path"]).stem: one for one in map(json.loads, refused.stdout.splitlines())}
    offender = verdicts["A notebook that the rules refuse"]
    assert offender["verdict"] == "refuse"
    assert offender["category"] == "deepfakes"
    evidence = offender["findings"][0]["evidence"][0]
    assert {"cell", "start_line", "end_line", "excerpt"} <= evidence.keys()


def test_what_cannot_be_read_exits_2(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{")
    assert run("scan", str(broken)).returncode == 2
    assert run("scan", str(tmp_path / "absent.ipynb")).returncode == 2


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
