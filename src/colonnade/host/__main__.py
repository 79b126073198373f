"""`python -m colonnade.host --data DIR`: how the engine starts the host when it is not there."""

import argparse
from pathlib import Path

from colonnade.host.server import run
from colonnade.kit.settings import read_settings


def main() -> None:
    """Read the arguments and be the host."""
    parser = argparse.ArgumentParser(prog="colonnade host")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--unsafe-no-sandbox", action="store_true", default=None)
    chosen = parser.parse_args()
    run(read_settings(chosen.data, unsafe_no_sandbox=chosen.unsafe_no_sandbox))


if __name__ == "__main__":
    main()
