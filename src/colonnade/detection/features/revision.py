"""Which state of a repository is asked for, and under which name it is kept."""

import re
from itertools import pairwise

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.normalise.urls import canonical, project

_COMMIT = re.compile(r"(?:[0-9a-f]{7,40})")
_RELATIVE = re.compile(r"(?:HEAD|[\w./-]+)[~^]\d*")
_BEFORE = re.compile(r"--(?:before|until)\b|@\{")
_PINNED = re.compile(r"git\+\S+@([\w./-]+)")
_NAME = re.compile(r"[\w./-]{1,80}")
_CHANGE = re.compile(r"[a-z]\d|\d[a-z]")
MIN_RANDOM = 8
"""Letters and digits of a name that nobody would give a folder."""


def read_revision(
    collector: Collector, program: str, rest: tuple[str, ...], line: int, end: int
) -> None:
    """Note a commit, a branch or an older state that `git` or `pip` is asked for."""
    if program != "git":
        for word in rest:
            if pinned := _PINNED.search(word):
                _state(collector, pinned[1], line, end)
        return
    plain = [word for word in rest if not word.startswith("-")]
    if any(_BEFORE.search(word) for word in rest):
        collector.add(Kind.REVISION, "commit-before", line, end)
    if "clone" in plain:
        _cloned(collector, rest, line, end)
    elif plain[:1] and plain[0] in {"checkout", "reset", "switch"}:
        for word in plain[1:2]:
            _state(collector, word, line, end)


def _state(collector: Collector, name: str, line: int, end: int) -> None:
    if _COMMIT.fullmatch(name):
        collector.add(Kind.REVISION, "commit", line, end)
    elif _RELATIVE.fullmatch(name):
        collector.add(Kind.REVISION, "relative", line, end)
    elif _NAME.fullmatch(name):
        collector.add(Kind.REVISION, f"branch {name}", line, end)


def _cloned(collector: Collector, rest: tuple[str, ...], line: int, end: int) -> None:
    """`git clone -b BRANCH ADDRESS FOLDER`: the branch, and whether the folder is another name."""
    after = dict(pairwise(rest))
    branch = after.get("-b") or after.get("--branch")
    if branch:
        _state(collector, branch, line, end)
    place = next((n for n, word in enumerate(rest) if "://" in word or "@" in word), None)
    if place is None:
        return
    name = project(canonical(rest[place]))
    folder = rest[place + 1] if place + 1 < len(rest) else ""
    if is_random(name):
        collector.add(Kind.DISGUISE, "random-name", line, end)
    if not folder or folder.startswith(("-", "$", "{", ".")) or not name:
        return
    kept = folder.rstrip("/").rsplit("/", 1)[-1].lower()
    if _letters(kept) not in _letters(name) and _letters(name) not in _letters(kept):
        collector.add(
            Kind.DISGUISE, "random-name" if is_random(kept) else "renamed-clone", line, end
        )


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def is_random(name: str) -> bool:
    """Whether a name is a token of letters and digits in turn, which nobody reads.

    >>> is_random("x7f2k9q1"), is_random("wav2lip"), is_random("stable-diffusion-2")
    (True, False, False)
    """
    plain = _letters(name)
    return len(plain) >= MIN_RANDOM and len(_CHANGE.findall(plain)) >= 3
