"""What every measurement stands on: the tree, a temporary folder, the environment, how long."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache"


@dataclass(frozen=True)
class Ground:
    """Handed to each measurement.

    folder: temporary, removed at the end, its path short enough for unix sockets; environment: the
    built default environment; quick: fewer samples, for a look rather than a record; say: tells
    the person at the terminal what happens now.
    """

    folder: Path
    environment: Path
    quick: bool
    say: Callable[[str], None]

    def samples(self, full: int, quick: int) -> int:
        """How many samples to take."""
        return quick if self.quick else full

    def room(self, name: str) -> Path:
        """A fresh folder named `name`. Raises FileExistsError when there is one."""
        fresh = self.folder / name
        fresh.mkdir()
        return fresh
