"""A process that reads what strangers chose is bounded by the kernel, not by its own care."""

import subprocess
import sys
from pathlib import Path

import pytest

CONFINED = """
from colonnade.kit import frames
frames.confine()
try:
    {attack}
except (MemoryError, OSError) as problem:
    print(type(problem).__name__)
else:
    print("done")
"""


def come_to(attack: str, folder: Path) -> str:
    """What a confined process comes to; a signal's number where it ends it."""
    code = CONFINED.format(attack=attack)
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder)
    return done.stdout.strip() or str(done.returncode)


@pytest.mark.parametrize(
    ("attack", "outcome"),
    [
        ("bytes(frames.MEMORY_BYTES // 4)", "done"),
        ("bytes(frames.MEMORY_BYTES)", "MemoryError"),
        ("import os; os.write(os.open('made', os.O_CREAT | os.O_WRONLY), b'x')", "PermissionError"),
    ],
)
def test_memory_and_new_files_are_bounded(attack: str, outcome: str, tmp_path: Path) -> None:
    assert come_to(attack, tmp_path) == outcome
