import json
from pathlib import Path

import pytest

from colonnade.detection.rulebook import default_rules
from colonnade.detection.scan import files_under, scan_file
from colonnade.kit.errors import ColonnadeError

CLONE = "git clone https://github.com/iperov/DeepFaceLab"


def test_notebooks_scripts_and_shell_scripts_are_scanned_with_their_lines(tmp_path: Path):
    notebook = {"cells": [{"cell_type": "code", "source": f"x\n!{CLONE}"}]}
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "b.py").write_text(f"import os\nos.system('{CLONE}')")
    (tmp_path / "c.sh").write_text(f"#!/bin/sh\n{CLONE}\n")
    for name in ("a.ipynb", "b.py", "c.sh"):
        (finding,) = scan_file(default_rules(), tmp_path / name).findings
        assert {one.line for one in finding.evidence} == {2}


def test_a_folder_gives_what_can_be_scanned_and_follows_no_link(tmp_path: Path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.py").write_text("")
    (tmp_path / "b.txt").write_text("")
    (tmp_path / "c.py").symlink_to("/etc/passwd")
    assert list(files_under(tmp_path)) == [tmp_path / "inner" / "a.py"]


@pytest.mark.parametrize(("name", "data"), [("a.txt", b"x"), ("a.ipynb", b"{"), ("none.py", None)])
def test_unusable_input_is_named(tmp_path: Path, name: str, data: bytes | None):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(ColonnadeError, match=r"."):
        scan_file(default_rules(), tmp_path / name)


def test_what_cannot_be_examined_is_said_and_the_rest_is_scanned(tmp_path: Path):
    cells = [{"cell_type": "code", "source": source} for source in ("(" * 20_000, f"!{CLONE}")]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}))
    scanned = scan_file(default_rules(), tmp_path / "a.ipynb")
    assert [cell for cell, _ in scanned.unscannable] == [0]
    assert scanned.findings
