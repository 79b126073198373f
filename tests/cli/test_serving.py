"""What `colonnade serve` needs to start, and what it must not wait for."""

import subprocess
import sys

SLOW = ("alembic", "jsonschema", "jupyter_server", "jupyterlab_server", "nbconvert", "nbformat")
"""Each takes a large part of a second to import; warmed in the background, or never needed here."""


def test_the_start_does_not_import_what_is_slow() -> None:
    program = "import sys, colonnade.cli.serving; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    ).stdout.split()
    assert "colonnade.app" in loaded
    assert set(SLOW).isdisjoint(loaded)
