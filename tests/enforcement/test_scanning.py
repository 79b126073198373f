import json
from pathlib import Path

import pytest

from colonnade.detection.rulebook import default_rules
from colonnade.enforcement.scanning import FileVerdict, exit_code, render, scan
from colonnade.policy import load_book
from support.judged_notebooks import BENIGN, SWAP

RULES, POLICY = default_rules(), load_book().current


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {"swap": SWAP, **BENIGN}.items():
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(content))
    return tmp_path


def verdicts(*paths: Path) -> dict[str, str]:
    found = scan(paths, RULES, POLICY)
    return {
        Path(one.scanned.path).stem: one.verdict for one in found if isinstance(one, FileVerdict)
    }


def test_a_folder_is_scanned_and_only_the_abusive_notebook_is_refused(folder: Path):
    assert verdicts(folder) == {**dict.fromkeys(BENIGN, "allow"), "swap": "refuse"}


def test_exit_codes_tell_refusals_and_unusable_input_apart(folder: Path, tmp_path: Path):
    assert exit_code(list(scan([folder / "course.ipynb"], RULES, POLICY))) == 0
    assert exit_code(list(scan([folder], RULES, POLICY))) == 1
    assert exit_code(list(scan([folder, tmp_path / "none.ipynb"], RULES, POLICY))) == 2
    assert exit_code([]) == 2


def test_json_has_one_object_a_file_in_the_promised_form(folder: Path):
    results = list(scan([folder / "swap.ipynb", folder / "none.ipynb"], RULES, POLICY))
    found, missing = map(json.loads, render(results, "json", RULES).splitlines())
    assert found["verdict"] == "refuse"
    assert found["category"] == "deepfakes"
    assert found["confidence"] == 0.97
    assert len(found["sha256"]) == 64
    assert found["rules_version"] == RULES.version
    evidence = next(one for one in found["findings"] if one["rule"] == "face-swap-pipeline")
    assert set(evidence) == {"rule", "category", "axis", "confidence", "evidence"}
    assert set(evidence["evidence"][0]) == {"cell", "start_line", "end_line", "excerpt"}
    assert "error" in missing


def test_text_shows_the_lines_and_sarif_names_the_rules(folder: Path):
    results = list(scan([folder / "swap.ipynb"], RULES, POLICY))
    assert "| !python tools/main.py extract" in render(results, "text", RULES)
    sarif = json.loads(render(results, "sarif", RULES))
    run = sarif["runs"][0]
    assert {one["ruleId"] for one in run["results"]} <= {
        rule["id"] for rule in run["tool"]["driver"]["rules"]
    }


def test_what_cannot_be_examined_is_never_allowed(tmp_path: Path):
    cell = {"cell_type": "code", "source": "(" * 20_000}
    (tmp_path / "deep.ipynb").write_text(json.dumps({"cells": [cell]}))
    assert verdicts(tmp_path) == {"deep": "unscannable"}
