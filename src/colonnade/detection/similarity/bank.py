"""The fingerprints that a tree is compared with."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from colonnade.detection.similarity.fingerprint import Common, Fingerprint
from colonnade.kit.errors import Invalid
from colonnade.kit.shipped import shipped

COMMON_FILE = "common.json"

_Model = TypeVar("_Model", bound=BaseModel)


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
    fingerprints = tuple(_read(file, Fingerprint) for file in files)
    return Bank(fingerprints, _read(folder / COMMON_FILE, Common))


@cache
def default_bank() -> Bank:
    """The fingerprints that ship with this version, read once in a process.

    Raises FileNotFoundError when none ship.
    """
    return load_bank(shipped("fingerprints"))


def _read(file: Path, model: type[_Model]) -> _Model:
    try:
        return model.model_validate_json(file.read_bytes())
    except OSError as problem:
        raise Invalid(f"{file}: {problem.strerror}.", "Make the fingerprints again.") from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(map(str, first["loc"])) or "file"
        raise Invalid(f"{file.name}: {place}: {first['msg']}.", "Make it again.") from problem
