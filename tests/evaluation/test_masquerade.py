import json
from pathlib import Path

import pytest

from colonnade.detection.rulebook import default_rules
from colonnade.detection.scan import scan_file
from colonnade.evaluation.disguises.catalogue import DISGUISES
from colonnade.evaluation.masquerade import scan_disguised
from colonnade.kit.errors import ColonnadeError
from support.labelled import SWAP, write_notebook

RULES = default_rules()


def rules_in(file: Path, disguise: str) -> set[str]:
    return {finding.rule for finding in scan_disguised(RULES, file, disguise).findings}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_pipeline_is_seen_in_every_disguise(tmp_path: Path, disguise: str):
    write_notebook(tmp_path / "a.ipynb", SWAP)
    assert rules_in(tmp_path / "a.ipynb", disguise) & {"face-swap-pipeline", "face-swap-workspace"}


def test_a_notebook_of_form_3_is_disguised_too(tmp_path: Path):
    cells = [{"cell_type": "code", "input": source} for source in SWAP]
    (tmp_path / "a.ipynb").write_text(json.dumps({"worksheets": [{"cells": cells}]}))
    assert "face-swap-pipeline" in rules_in(tmp_path / "a.ipynb", "encoded-exec")


def test_a_script_is_scanned_as_it_is(tmp_path: Path):
    file = tmp_path / "a.sh"
    file.write_text("echo hello")
    assert scan_disguised(RULES, file, "chr-joins") == scan_file(RULES, file)


@pytest.mark.parametrize("content", ["{", "[]", '{"worksheets": 3}'])
def test_what_is_no_notebook_is_said_as_without_a_disguise(tmp_path: Path, content: str):
    file = tmp_path / "a.ipynb"
    file.write_text(content)
    with pytest.raises(ColonnadeError):
        scan_disguised(RULES, file, "chr-joins")
    with pytest.raises(ColonnadeError):
        scan_disguised(RULES, tmp_path / "absent.ipynb", "chr-joins")


def test_what_nests_too_deeply_is_unscannable_in_disguise_too(tmp_path: Path):
    file = tmp_path / "a.ipynb"
    file.write_text("[" * 100_000)
    assert scan_disguised(RULES, file, "chr-joins").unscannable
