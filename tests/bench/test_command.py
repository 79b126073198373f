"""Which measurements the command line asks for, and one made for real."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import arguments, chosen
from bench.measurements import MEASUREMENTS
from bench.served import pool_ready

ROOT = Path(__file__).parents[2]


def test_without_options_everything_is_measured_that_installs_nothing() -> None:
    options = arguments([])
    names = [one.name for one in chosen(options.only, options.hub)]
    assert names == [one.name for one in MEASUREMENTS if one.name != "hub"]


def test_the_hub_is_measured_when_it_is_asked_for() -> None:
    assert chosen([], with_hub=True) == list(MEASUREMENTS)
    assert [one.name for one in chosen(["claim"], with_hub=True)] == ["claim", "hub"]
    assert [one.name for one in chosen(["hub"], with_hub=False)] == ["hub"]


def test_a_name_that_is_no_measurement_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(["--only", "everything"])
    assert "invalid choice" in capsys.readouterr().err


def test_the_pool_is_counted_over_all_classes() -> None:
    text = (
        "# TYPE colonnade_pool_ready gauge\n"
        'colonnade_pool_ready{runtime_class="python3"} 2.0\n'
        'colonnade_pool_ready{runtime_class="t4"} 1.0\n'
        'colonnade_pool_ready_other{runtime_class="t4"} 9.0\n'
    )
    assert pool_ready(text) == 3


@pytest.mark.deep
@pytest.mark.sandbox
def test_a_measurement_is_made_printed_and_written(tmp_path: Path, environment: Path) -> None:
    report = tmp_path / "report.json"
    words = ["--quick", "--only", "ready", "--json", str(report)]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *words],
        cwd=ROOT,
        env={**os.environ, "COLONNADE_ENVIRONMENTS": str(environment.parent)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode in {0, 1}, done.stderr
    assert "control plane ready" in done.stdout
    written = json.loads(report.read_text())
    assert written["failures"] == []
    assert all(figure["value"] > 0 for figure in written["figures"])
