"""Measuring from the command line."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "src" / "colonnade" / "web" / "examples"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def _manifest(folder: Path, *rows: tuple[str, str]) -> Path:
    file = folder / "manifest.jsonl"
    lines = (json.dumps({"path": path, "label": label, "split": "x"}) for path, label in rows)
    file.write_text("\n".join(lines))
    return file


def test_the_examples_that_ship_are_measured(run: Run, tmp_path: Path) -> None:
    manifest = _manifest(
        tmp_path,
        ("A notebook that the rules refuse.ipynb", "deepfake-creation"),
        ("Reading handwriting.ipynb", "benign"),
    )
    found = run("evaluate", str(manifest), "--root", str(EXAMPLES), "--format", "json")
    assert found.returncode == 0, found.stderr
    labels = {one["name"]: one for one in json.loads(found.stdout)["labels"]}
    assert labels["deepfake-creation"]["recall"]["value"] == 1
    assert labels["benign"]["false_positive_rate"]["value"] == 0
    drawn = tmp_path / "p.svg"
    more = ("--processes", "1", "--picture", str(drawn))
    told = run("evaluate", str(manifest), "--root", str(EXAMPLES), *more)
    assert drawn.read_text().startswith("<svg")
    assert "precision            1.000 (1/1)" in told.stdout


def test_a_file_that_is_missing_exits_2_after_the_figures(run: Run, tmp_path: Path) -> None:
    found = run("evaluate", str(_manifest(tmp_path, ("absent.ipynb", "benign"))))
    assert found.returncode == 2
    assert "absent.ipynb" in found.stdout


def test_a_manifest_with_a_mistake_exits_1_and_names_the_line(run: Run, tmp_path: Path) -> None:
    found = run("evaluate", str(_manifest(tmp_path, ("a.ipynb", "good"))))
    assert found.returncode == 1
    assert "manifest.jsonl:1: 'label' must be one of" in found.stderr


def test_strict_fails_where_the_policy_and_the_figures_differ(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    policy = (ROOT / "policies" / "default.yaml").read_text("utf-8")
    own = tmp_path / "own.yaml"
    own.write_text(policy.replace("fallen_back: [", "fallen_back: [no-such-rule, "))
    (folder / "colonnade.toml").write_text(f'[policy]\nfile = "{own}"\n')
    manifest = _manifest(tmp_path, ("Reading handwriting.ipynb", "benign"))
    asked = ("evaluate", str(manifest), "--root", str(EXAMPLES), "--strict")
    assert run(*asked).returncode == 0
    found = run(*asked, "--data", str(folder))
    assert found.returncode == 1
    assert "no-such-rule stands under fallen_back" in found.stdout


def test_the_counts_of_each_rule_are_kept_and_stacked_disguises_told(
    run: Run, tmp_path: Path
) -> None:
    manifest = _manifest(tmp_path, ("Reading handwriting.ipynb", "benign"))
    kept = tmp_path / "measured.json"
    asked = ("--root", str(EXAMPLES), "--record", str(kept), "--stacked", "--processes", "1")
    told = run("evaluate", str(manifest), *asked)
    assert told.returncode == 0, told.stderr
    assert {"id", "right", "wrong"} <= set(json.loads(kept.read_text())["rules"][0])
    stacked = [line for line in told.stdout.splitlines() if line.count("+") >= 1 and " 0 " in line]
    assert len(stacked) == 8


def test_a_model_is_trained_from_its_shipped_table_and_is_the_one_that_ships(
    run: Run, tmp_path: Path
) -> None:
    shipped = ROOT / "models"
    (tmp_path / "deepfakes.csv").write_bytes((shipped / "deepfakes.csv").read_bytes())
    found = run("evaluate", str(tmp_path / "deepfakes.csv"), "--train")
    assert found.returncode == 0, found.stderr
    assert "recall, owners left out" in found.stdout
    made, ours = (json.loads((one / "deepfakes.json").read_text()) for one in (tmp_path, shipped))
    for one in (made, ours):
        del one["provenance"]["date"], one["provenance"]["commit"]
    assert made == ours


def test_a_table_without_train_is_a_mistake(run: Run) -> None:
    found = run("evaluate", str(ROOT / "models" / "deepfakes.csv"))
    assert found.returncode == 2
