"""The one parser of paths in Jupyter's form, and the arithmetic of names.

A canonical path is '' for a person's own root, or names joined by single slashes, without one at
either end. It means the same to the database, to the disk and to code in a runtime; so names are
not normalised: like Linux, we tell composed and decomposed letters apart, or the browser could not
open what code wrote.
"""

import re
import unicodedata
from urllib.parse import unquote

from colonnade.kit.errors import Invalid

NAME_BYTES = 255
"""NAME_MAX of Linux file systems (limits.h)."""
PATH_BYTES = 1024
"""Fits twice into PostgreSQL's index rows (2704 bytes) and well into PATH_MAX (4096)."""
PATH_DEPTH = 64

NOTEBOOK_SUFFIX = ".ipynb"

# Characters that make a name look like another one: bidirectional controls (Unicode UAX #9) and
# what stands for bytes that were not UTF-8.
_MISLEADING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069�")
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_COPY = re.compile(r"-Copy\d*(?=\.|$)")


def parse_path(raw: str) -> str:
    """The canonical form of a path that a client sent.

    One slash at either end is allowed, as Jupyter clients write the root so. Raises Invalid for
    empty, '.' and '..' components, backslashes, control and bidirectional characters, what was not
    UTF-8, names that would become one of these if decoded once more, and what is too long.
    """
    trimmed = raw.removeprefix("/").removesuffix("/")
    if not trimmed:
        return ""
    if len(trimmed) > PATH_BYTES or len(trimmed.encode("utf-8", "replace")) > PATH_BYTES:
        raise _refusal(f"is longer than {PATH_BYTES} bytes")
    names = trimmed.split("/")
    if len(names) > PATH_DEPTH:
        raise _refusal(f"has more than {PATH_DEPTH} levels")
    for name in names:
        problem = problem_of(name)
        if problem:
            raise _refusal(problem)
    return trimmed


def problem_of(name: str) -> str | None:
    """Why `name` cannot be one component of a path, or None when it can."""
    if not name:
        return "has an empty component"
    decoded = name
    while True:
        problem = _flaw(decoded)
        if problem:
            return problem
        further = unquote(decoded)
        if further == decoded:
            break
        decoded = further
    return None if len(name.encode()) <= NAME_BYTES else f"has a name over {NAME_BYTES} bytes"


def _flaw(name: str) -> str | None:
    if name in {".", ".."}:
        return "has '.' or '..' as a component"
    if "/" in name or "\\" in name:
        return "has a slash or backslash inside a name"
    for character in name:
        if unicodedata.category(character) in _FORBIDDEN_CATEGORIES:
            return "has a control character"
        if character in _MISLEADING:
            return "has an invisible or invalid character"
    return None


def _refusal(problem: str) -> Invalid:
    return Invalid(f"The path {problem}.", "Choose another name.")


def is_hidden(path: str) -> bool:
    """Whether any component starts with a dot: such things are neither shown nor served."""
    return any(name.startswith(".") for name in path.split("/"))


def split(path: str) -> tuple[str, str]:
    """(folder, name); the folder of a thing in the root is ''."""
    folder, _, name = path.rpartition("/")
    return folder, name


def join(folder: str, name: str) -> str:
    """The canonical path of `name` in `folder`."""
    return f"{folder}/{name}" if folder else name


def is_within(path: str, folder: str) -> bool:
    """Whether `path` lies below `folder` (a thing does not lie below itself)."""
    return path.startswith(f"{folder}/") if folder else bool(path)


def is_notebook_name(path: str) -> bool:
    """Whether the name says that this is a notebook."""
    return path.endswith(NOTEBOOK_SUFFIX)


def numbered(name: str, number: int, insert: str = "") -> str:
    """`name` with `insert` and `number` before its suffix, as Jupyter numbers: 'Untitled2.ipynb'.

    All suffixes count as one ('.tar.gz'), but of a notebook only the last. Number 0 is the name
    itself. The stem gives way when the whole would be too long.
    """
    if number == 0:
        return name
    stem, suffix = _split_suffix(name)
    return with_mark(stem, f"{insert}{number}", suffix)


def marked(name: str, mark: str) -> str:
    """`name` with ` (mark)` before its suffix."""
    stem, suffix = _split_suffix(name)
    return with_mark(stem, f" ({mark})", suffix)


def with_mark(stem: str, mark: str, suffix: str) -> str:
    """Stem, mark and suffix as one name of at most `NAME_BYTES`."""
    room = NAME_BYTES - len((mark + suffix).encode())
    if room < 1:
        raise _refusal("has a name that is too long to be numbered")
    kept = stem.encode()[:room].decode("utf-8", "ignore")
    return f"{kept}{mark}{suffix}"


def without_copy_mark(name: str) -> str:
    """`name` without the '-Copy3' that an earlier copy gave it."""
    return _COPY.sub("", name)


def _split_suffix(name: str) -> tuple[str, str]:
    if is_notebook_name(name):
        return name.removesuffix(NOTEBOOK_SUFFIX), NOTEBOOK_SUFFIX
    stem, dot, suffix = name.partition(".")
    return stem, dot + suffix
