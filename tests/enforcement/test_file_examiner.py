"""What the process answers, without the process."""

import json
from pathlib import Path
from typing import Any

import pytest

from colonnade.detection.rulebook import default_rules
from colonnade.enforcement import file_examiner
from colonnade.enforcement.file_examiner import answer

RULES = default_rules()


def asked(name: str, data: bytes) -> dict[str, Any]:
    return answer(RULES, {"name": name, "bytes": len(data)}, data)


def test_an_answer_is_plain_json():
    found = asked("a.py", b"!git clone https://github.com/iperov/DeepFaceLab")
    assert json.loads(json.dumps(found)) == found
    assert found["findings"]
    assert found["excerpts"] == [[0, 1, 1, ["!git clone https://github.com/iperov/DeepFaceLab"]]]


def test_unusable_input_is_a_problem_and_no_finding(tmp_path: Path):
    assert answer(RULES, {"path": str(tmp_path / "a.py")}, None)["problem"]["code"] == "not-found"
    assert asked("a.ipynb", b"{")["problem"]["code"] == "invalid"


@pytest.mark.parametrize("fault", [MemoryError, RecursionError, ZeroDivisionError])
def test_a_fault_of_ours_makes_the_file_unscannable_never_clean(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
):
    def broken(*_: object) -> None:
        raise fault("with the notebook's text")

    monkeypatch.setattr(file_examiner, "scan_bytes", broken)
    found = asked("a.py", b"")
    ((cell, reason),) = found["unscannable"]
    assert cell is None
    assert "notebook's text" not in reason
