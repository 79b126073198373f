import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.limits import MAX_NOTEBOOK_BYTES
from colonnade.detection.rulebook import default_rules
from colonnade.detection.scan import Scanned, files_under, scan_bytes, scan_file, span_of
from colonnade.kit.errors import ColonnadeError, Invalid
from detection.files.building import swapper
from detection.test_archives import tarred, zipped

CLONE = "git clone https://github.com/iperov/DeepFaceLab"


def notebook(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": cells}).encode()


def test_notebooks_scripts_and_shell_scripts_are_scanned_with_their_lines(tmp_path: Path):
    (tmp_path / "a.ipynb").write_bytes(notebook(f"x\n!{CLONE}"))
    (tmp_path / "b.py").write_text(f"import os\nos.system('{CLONE}')")
    (tmp_path / "c.sh").write_text(f"#!/bin/sh\n{CLONE}\n")
    for name in ("a.ipynb", "b.py", "c.sh"):
        scanned = scan_file(default_rules(), tmp_path / name)
        (finding,) = scanned.findings
        assert {one.line for one in finding.evidence} == {2}
        (excerpt,) = {scanned.excerpts[span_of(one)] for one in finding.evidence}
        assert "DeepFaceLab" in excerpt[0]


def test_a_folder_gives_its_plain_files_and_follows_no_link(tmp_path: Path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.py").write_text("")
    (tmp_path / "b.txt").write_text("")
    (tmp_path / "c.py").symlink_to("/etc/passwd")
    (tmp_path / "d").symlink_to("/etc")
    os.mkfifo(tmp_path / "e.py")
    assert list(files_under(tmp_path)) == [tmp_path / "b.txt", tmp_path / "inner" / "a.py"]


@pytest.mark.parametrize(
    ("name", "data"), [("a.ipynb", b"{"), ("none.py", None), ("none.onnx", None)]
)
def test_unusable_input_is_named(tmp_path: Path, name: str, data: bytes | None):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(ColonnadeError, match=r"."):
        scan_file(default_rules(), tmp_path / name)


@pytest.mark.parametrize("name", ["a.py", "a.onnx"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, name: str):
    os.mkfifo(tmp_path / name)
    with pytest.raises(Invalid):
        scan_file(default_rules(), tmp_path / name)


@pytest.mark.parametrize("name", ["model.onnx", "holiday.bin", "notes.py"])
def test_other_files_are_known_by_their_bytes(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(swapper())
    scanned = scan_file(default_rules(), tmp_path / name)
    (finding,) = scanned.findings
    assert finding.rule == "swap-model-file"
    assert scanned.sha256 == hashlib.sha256(swapper()).hexdigest()
    assert all(span_of(one) in scanned.excerpts for one in finding.evidence)


@pytest.mark.parametrize("name", ["a.jpg", "a.sh"])
def test_other_files_that_exceed_their_budget_are_unscannable(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(b"\xff\xd8" + b"\xff\xe1\x00\x02" * 3000)
    assert scan_file(default_rules(), tmp_path / name).unscannable


def test_an_ordinary_file_of_another_kind_has_nothing_to_say(tmp_path: Path):
    (tmp_path / "a.txt").write_text(CLONE)
    assert scan_file(default_rules(), tmp_path / "a.txt") == Scanned(str(tmp_path / "a.txt"), "")


def test_what_cannot_be_examined_is_said_and_the_rest_is_scanned():
    scanned = scan_bytes(default_rules(), "a.ipynb", notebook("(" * 20_000, f"!{CLONE}"))
    assert [cell for cell, _ in scanned.unscannable] == [0]
    assert scanned.findings


def test_a_whole_file_beyond_a_limit_is_unscannable_and_no_error(tmp_path: Path):
    deep = scan_bytes(default_rules(), "a.ipynb", b"[" * 100_000)
    assert deep.unscannable == ((None, "the notebook nests too deeply"),)
    huge = tmp_path / "huge.ipynb"
    with huge.open("wb") as file:
        file.truncate(MAX_NOTEBOOK_BYTES + 1)
    assert scan_file(default_rules(), huge).unscannable == ((None, "it is larger than 64 MiB"),)


@given(st.sampled_from(["a.ipynb", "a.py", "a.sh"]), st.binary(max_size=300))
def test_any_bytes_are_scanned_or_named_as_unusable(name: str, data: bytes):
    try:
        assert scan_bytes(default_rules(), name, data).sha256
    except Invalid:
        assert name == "a.ipynb"


def test_an_archive_gives_its_members_as_files_of_their_own(tmp_path: Path):
    members = {"work/a.ipynb": notebook(f"!{CLONE}"), "b.py": b"print(1)", "n.onnx": swapper()}
    for name, data in (("a.zip", zipped(members)), ("a.tar.gz", tarred(members))):
        (tmp_path / name).write_bytes(data)
        scanned = scan_file(default_rules(), tmp_path / name)
        assert not scanned.findings
        found = {one.path.rpartition("!/")[2]: one for one in scanned.members}
        assert sorted(found) == ["n.onnx", "work/a.ipynb"]
        (finding,) = found["work/a.ipynb"].findings
        assert finding.evidence[0].line == 1
        assert found["n.onnx"].findings[0].rule == "swap-model-file"


def test_archives_within_archives_are_opened_to_a_depth_and_never_called_clean(tmp_path: Path):
    inner = zipped({"a.sh": CLONE.encode()})
    twice, thrice = zipped({"i.zip": inner}), zipped({"t.zip": zipped({"i.zip": inner})})
    (tmp_path / "twice.zip").write_bytes(twice)
    (one,) = scan_file(default_rules(), tmp_path / "twice.zip").members
    assert one.path.endswith("twice.zip!/i.zip!/a.sh")
    assert one.findings
    (tmp_path / "thrice.zip").write_bytes(thrice)
    (one,) = scan_file(default_rules(), tmp_path / "thrice.zip").members
    assert one.unscannable == ((None, "archives nest too deeply in it"),)


def test_a_bomb_is_unscannable_and_data_of_a_format_is_not(tmp_path: Path):
    bomb = zipped({f"{number}.bin": b"\0" * (8 << 20) for number in range(10)})
    (tmp_path / "a.zip").write_bytes(bomb)
    assert scan_file(default_rules(), tmp_path / "a.zip").unscannable
    (tmp_path / "model.pt").write_bytes(bomb)
    assert not scan_file(default_rules(), tmp_path / "model.pt").unscannable
