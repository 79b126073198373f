"""Where files that ship beside the code lie: `rules/`, `signatures/`, `policies/`, `migrations/`.

In a checkout they lie beside `src/`; an installed wheel carries them under `share/colonnade/`.
"""

import sys
from pathlib import Path


def shipped(name: str) -> Path:
    """The folder `name` that ships with this version. Raises FileNotFoundError if absent."""
    candidates = (Path(__file__).parents[3] / name, Path(sys.prefix) / "share" / "colonnade" / name)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"no folder {name} in {', '.join(map(str, candidates))}")
