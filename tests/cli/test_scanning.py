"""`colonnade scan` as people and programs call it."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import COLONNADE

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


def test_one_process_and_several_say_the_same_in_the_same_order(run: Run) -> None:
    said = [run("scan", str(EXAMPLES), "--format", "json", "--jobs", jobs) for jobs in ("1", "3")]
    assert said[0].stdout == said[1].stdout
    assert "3 files: 2 allow, 1 refuse" in said[0].stderr


def test_unusable_input_exits_2_and_the_rest_is_scanned_all_the_same(
    run: Run, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{")
    done = run("scan", str(broken), str(tmp_path / "absent.ipynb"), str(EXAMPLES))
    assert done.returncode == 2
    assert "broken.ipynb: unusable: The notebook is not JSON." in done.stdout
    assert "absent.ipynb: unusable:" in done.stdout
    assert "Reading handwriting.ipynb: allow" in done.stdout
    assert run("scan", str(tmp_path / "data")).returncode == 2


def test_names_of_odd_bytes_and_texts_that_act_are_written_out(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    with open(os.fsencode(folder) + b"/\xff\x1b[31m.py", "wb") as file:
        file.write("!git clone https://github.com/iperov/DeepFaceLab # \u202e\x1b[2J".encode())
    text = run("scan", str(folder))
    assert "\x1b" not in text.stdout
    assert "\u202e" not in text.stdout
    found = json.loads(run("scan", str(folder), "--format", "json").stdout)
    assert found["path"].endswith("/\udcff\x1b[31m.py")
    assert "\x1b" not in found["findings"][0]["evidence"][0]["excerpt"]


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_ctrl_c_ends_a_scan_quietly_with_its_processes(tmp_path: Path, form: str) -> None:
    for number in range(400):
        (tmp_path / f"{number}.py").write_text("x = [1, 2, 3]\n" * 2000)
    # Who starts tests in the background has it ignore the signal, and so does what it starts.
    heeding = ["env", "--default-signal=INT"]
    command = [*heeding, COLONNADE, "scan", str(tmp_path), "--format", form, "--jobs", "2"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        children = _children(process.pid)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"stopped after" in said
    assert b"Traceback" not in said
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline, "a process goes on"
        time.sleep(0.05)


def test_a_reader_that_has_had_enough_is_no_fault(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f'"{COLONNADE}" scan "{EXAMPLES}" "{EXAMPLES}" | head -1'],
        capture_output=True,
        text=True,
    )
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]
