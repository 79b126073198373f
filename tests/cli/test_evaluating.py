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
