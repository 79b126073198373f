"""The default environment, built once and kept beside the working tree for every test run."""

import os
from pathlib import Path

from colonnade.runtimes.environments import DEFAULT, build

CACHE = Path(__file__).parents[2] / ".cache" / "environments"


def built_environment() -> Path:
    """Folder of the default environment; builders in other processes are waited for."""
    root = Path(os.environ.get("COLONNADE_ENVIRONMENTS") or CACHE)
    return build(DEFAULT, root, lambda line: print(line, flush=True))
