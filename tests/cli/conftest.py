"""Commands as an operator types them, each in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

COLONNADE = Path(sys.executable).with_name("colonnade")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `colonnade WORDS…` on a data folder of the test's own."""

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        variables = {**os.environ, "COLONNADE_DATA": str(tmp_path / "data")}
        return subprocess.run(
            [COLONNADE, *words], capture_output=True, text=True, env=variables, timeout=120
        )

    return run
