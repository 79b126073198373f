"""The fingerprints that a tree is compared with."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from colonnade.detection.similarity.fingerprint import Common, Fingerprint
from colonnade.kit.forms import read_form
from colonnade.kit.shipped import shipped

COMMON_FILE = "common.json"
REMEDY = "Make the fingerprints again."


@dataclass(frozen=True)
class Bank:
    """Known projects, and what unrelated projects share."""

    fingerprints: tuple[Fingerprint, ...]
    common: Common

    @cached_property
    def code(self) -> frozenset[bytes]:
        """Every hash of code that any fingerprint keeps."""
        return frozenset[bytes]().union(*(one.code.hashes for one in self.fingerprints))


def load_bank(folder: Path) -> Bank:
    """Every fingerprint in `folder`. Raises Invalid naming the file that is none."""
    files = [file for file in sorted(folder.glob("*.json")) if file.name != COMMON_FILE]
    fingerprints = tuple(read_form(file, Fingerprint, REMEDY) for file in files)
    return Bank(fingerprints, read_form(folder / COMMON_FILE, Common, REMEDY))


@cache
def default_bank() -> Bank:
    """The fingerprints that ship with this version, read once in a process.

    Raises FileNotFoundError when none ship.
    """
    return load_bank(shipped("fingerprints"))
