"""The list of labelled files that an evaluation goes through: one JSON object a line.

    {"path": "a/b.ipynb", "label": "benign", "split": "dev", "owner": "someone"}

`path` and `label` are required; `split`, `family`, `owner` and `repo` (`owner/name`) are optional,
and other keys are ignored. To add a label, add it to `LABELS` with the policy's category that it
breaks.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from colonnade.kit.errors import Invalid, NotFound
from colonnade.policy import Policy

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "deepfake-creation": "deepfakes",
        "mining": "cryptomining",
        "tunnel-desktop": "remote-control",
        "p2p-hosting": "file-sharing",
        "cracking": "password-cracking",
        "dos-spam": "denial-of-service",
        "webui": "web-uis",
        "gray": "",
        "benign-lookalike": "",
        "benign": "",
    }
)
"""Label to the policy's category that it breaks; '' breaks none (design.md, 'The contract of
names')."""
_BENIGN = frozenset({"benign", "benign-lookalike"})
MAX_PROBLEMS = 10
_OPTIONAL = ("split", "family", "owner", "repo")


class Side(StrEnum):
    """What an evaluation expects of a label."""

    ABUSE = "abuse"
    BENIGN = "benign"
    APART = "apart"
    """Reported, and counted neither as right nor as wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One labelled file.

    Attributes:
        path: as the manifest has it.
        file: where it lies.
        owner: who published it; files of one owner resemble each other and are resampled and left
            out together. Without one, the file stands for itself.
    """

    path: str
    file: Path
    label: str
    split: str
    family: str
    owner: str

    @property
    def category(self) -> str:
        """The policy's category that the label breaks, or ''."""
        return LABELS[self.label]

    def side(self, policy: Policy) -> Side:
        """Whether it should be caught: a category that is switched off forbids nothing."""
        if self.label in _BENIGN:
            return Side.BENIGN
        category = policy.category(self.category)
        return Side.ABUSE if category is not None and category.enabled else Side.APART


def read_manifest(file: Path, root: Path | None = None) -> tuple[Entry, ...]:
    """The entries, in the order of lines; relative paths start at `root`, else at the manifest.

    Raises NotFound when it cannot be read, and Invalid naming the lines that are wrong.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "not UTF-8"
        raise NotFound(f"{file}: {reason}.", "Name a manifest of JSON lines.") from problem
    entries: list[Entry] = []
    problems: list[str] = []
    for number, line in _lines(text):
        try:
            entries.append(_entry(line, root or file.parent))
        except ValueError as problem:
            problems.append(f"{file}:{number}: {problem}.")
    problems += _twice(entries, file)
    if problems or not entries:
        shown = problems[:MAX_PROBLEMS] or [f"{file}: it has no line."]
        more = [f"({len(problems) - len(shown)} more.)"] if len(problems) > len(shown) else []
        raise Invalid(" ".join([*shown, *more]), "Correct the manifest.")
    return tuple(entries)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def _entry(line: str, root: Path) -> Entry:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise ValueError("not JSON") from problem
    if not isinstance(raw, dict):
        raise ValueError("not a JSON object")
    row = cast("dict[str, Any]", raw)
    path, label = row.get("path"), row.get("label")
    if not isinstance(path, str) or not path or "\0" in path:
        raise ValueError("'path' must be a text")
    if not isinstance(label, str) or label not in LABELS:
        raise ValueError(f"'label' must be one of {', '.join(LABELS)}")
    said = {key: _text(row, key) for key in _OPTIONAL}
    owner = said["owner"] or said["repo"].partition("/")[0] or path
    return Entry(path, root / path, label, said["split"], said["family"], owner)


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"'{key}' must be a text")
    return value


def _twice(entries: list[Entry], file: Path) -> list[str]:
    times = Counter(entry.file for entry in entries)
    return [f"{file}: {path} is named {count} times." for path, count in times.items() if count > 1]
