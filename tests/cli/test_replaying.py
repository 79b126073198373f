"""`colonnade replay`, as somebody at a terminal sees it."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from colonnade.cli import app
from colonnade.kit.shipped import shipped

STORIES = Path(__file__).parents[1] / "replays"


def replay(*words: object, data: Path) -> Result:
    return CliRunner().invoke(app, ["replay", *map(str, words), "--data", str(data)])


def test_a_run_that_would_be_stopped_exits_1_and_says_why(tmp_path: Path):
    result = replay(STORIES / "renamed-trainer.jsonl", data=tmp_path)
    assert result.exit_code == 1
    assert "swap-pipeline-conduct (deepfakes, conduct 0.95), 19 s after the first sign" in (
        result.stdout
    )
    assert "seen by files, process (outside)" in result.stdout
    assert "album/page.py extract" in result.stdout
    assert "verdict: stop, deepfakes (clause 1) on signals of files, process" in result.stdout


def test_honest_work_exits_0(tmp_path: Path):
    result = replay(STORIES / "course-recognises-faces.jsonl", data=tmp_path)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "verdict: none")


def test_json_gives_one_finding_a_line_and_then_the_verdict(tmp_path: Path):
    result = replay(STORIES / "hidden-miner.jsonl", "--format", "json", data=tmp_path)
    *findings, verdict = map(json.loads, result.stdout.splitlines())
    assert {one["rule"] for one in findings} >= {"miner-process", "mining-conduct"}
    first = findings[0]["evidence"][0]
    assert {"time", "source", "trust", "text"} == set(first)
    assert verdict["verdict"] == "stop"
    assert verdict["category"] == "cryptomining"


def test_a_bad_line_is_named_by_its_number(tmp_path: Path):
    lines = (STORIES / "idle-runtime.jsonl").read_text().splitlines()
    broken = tmp_path / "broken.jsonl"
    broken.write_text("\n".join([*lines[:4], '{"time": "yesterday"}', *lines[4:]]))
    result = replay(broken, data=tmp_path)
    assert result.exit_code == 2
    assert "line 5: time:" in result.stderr


def test_a_file_that_is_not_there_is_unusable(tmp_path: Path):
    result = replay(tmp_path / "none.jsonl", data=tmp_path)
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr


def test_a_recording_of_nothing_comes_to_nothing(tmp_path: Path):
    (tmp_path / "empty.jsonl").touch()
    assert replay(tmp_path / "empty.jsonl", data=tmp_path).exit_code == 0


def test_other_rules_can_be_tried(tmp_path: Path):
    (tmp_path / "rules").mkdir()
    shutil.copy(shipped("rules") / "evasion" / "keep-alive-conduct.yaml", tmp_path / "rules")
    story = STORIES / "renamed-trainer.jsonl"
    assert replay(story, "--rules", tmp_path / "rules", data=tmp_path).exit_code == 0


@pytest.mark.parametrize("folder", ["none", "empty"])
def test_a_folder_without_rules_is_unusable(tmp_path: Path, folder: str):
    (tmp_path / "empty").mkdir()
    story = STORIES / "idle-runtime.jsonl"
    result = replay(story, "--rules", tmp_path / folder, data=tmp_path)
    assert result.exit_code == 2
    assert "no rule" in result.stderr
