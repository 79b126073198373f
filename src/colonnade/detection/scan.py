"""Findings over files: notebooks, scripts and folders, for `colonnade scan` and the evaluation.

Purely about files: which step a finding leads to is `enforcement.scanning`'s to say. Notebooks and
scripts are read as code; every other file is known by its bytes (`files`), and most have nothing to
say. Archives are looked into, each member as a file of its own (`archives`). What exceeds a limit
is unscannable, whether it is one cell or the whole file.
"""

import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from colonnade.detection.archives import MAX_DEPTH, Member, NotAnArchive, kind_of, members_of
from colonnade.detection.cells import Cell, read_notebook
from colonnade.detection.files.examine import examine_bytes, examine_descriptor
from colonnade.detection.files.source import NotThisKind, Source, open_safely
from colonnade.detection.limits import MAX_NOTEBOOK_BYTES, Unscannable
from colonnade.detection.match import Evidence, Finding, Seen, match, match_group, see
from colonnade.detection.rules import RuleSet
from colonnade.detection.scopes import Scope
from colonnade.detection.surroundings import Surroundings
from colonnade.kit.errors import Invalid, NotFound, TooLarge

SUFFIXES = frozenset({".ipynb", ".py", ".ipy", ".sh", ".bash"})
_SHELL_SUFFIXES = frozenset({".sh", ".bash"})
MAX_HASHED_BYTES = 1 << 30
"""Of a file that is no code; larger ones are told without their hash."""
EXCERPT_LINES = 6
EXCERPT_CHARACTERS = 400
"""Of each line."""

Span = tuple[int, int, int]
"""Cell, first and last line."""
MAX_MEMBERS_TOLD = 50
"""Of one archive."""
_CONTAINERS = frozenset(
    {".pt", ".pth", ".ckpt", ".bin", ".npz", ".keras", ".docx", ".xlsx", ".pptx", ".odt", ".ods"}
    | {".jar", ".apk", ".epub", ".whl", ".egg"}
)
"""Formats that are zips by their bytes. Code in them is read like any other."""
_WHOLE: Span = (0, 0, 0)
"""Where evidence stands that a whole file gives."""


@dataclass(frozen=True)
class Scanned:
    """One file after examination.

    Attributes:
        sha256: of its bytes, hexadecimal; '' where they are too many to read.
        excerpts: the lines of each span that evidence stands on, cut to their limits.
        unscannable: (cell index, reason) of what exceeded its budget; None is the whole file.
        members: of an archive, those in which something was found or that could not be examined.
    """

    path: str
    sha256: str
    findings: tuple[Finding, ...] = ()
    excerpts: Mapping[Span, tuple[str, ...]] = field(default_factory=dict[Span, tuple[str, ...]])
    unscannable: tuple[tuple[int | None, str], ...] = ()
    members: "tuple[Scanned, ...]" = ()


def is_code(file: Path) -> bool:
    """Whether it is read as a notebook or script, by its name; else it is known by its bytes."""
    return file.suffix.lower() in SUFFIXES


def scan_file(rules: RuleSet, file: Path) -> Scanned:
    """Findings over one file. Raises NotFound or Invalid for unusable input."""
    if not is_code(file):
        return _scan_by_bytes(rules, file)
    data = _read(file)
    if data is None:
        limit = f"it is larger than {MAX_NOTEBOOK_BYTES >> 20} MiB"
        return Scanned(str(file), "", unscannable=((None, limit),))
    return scan_bytes(rules, str(file), data)


def _scan_by_bytes(rules: RuleSet, file: Path) -> Scanned:
    descriptor = open_safely(file)
    try:
        if kind_of(_head(descriptor)):
            with open(descriptor, "rb", closefd=False) as opened, suppress(NotAnArchive):
                return _scan_archive(rules, str(file), opened)
        findings = match_group(rules, Scope.FILE, examine_descriptor(descriptor, file))
        sha256 = _hash(descriptor) if findings else ""
    except Unscannable as problem:
        return Scanned(str(file), "", unscannable=((None, problem.reason),))
    finally:
        os.close(descriptor)
    return Scanned(str(file), sha256, findings, {_WHOLE: ()} if findings else {})


def _head(descriptor: int) -> bytes:
    """The beginning of an open file, or nothing where the disk refuses. Raises Invalid."""
    with suppress(NotThisKind):
        return Source.of_descriptor(descriptor).read(0, 512)
    return b""


def _scan_archive(rules: RuleSet, path: str, file: IO[bytes], depth: int = 1) -> Scanned:
    """Each member as a file of its own, `archive!/member`; the archive itself is no program.

    Raises NotAnArchive when it is none, or is broken before anything was found.
    """
    found: list[Scanned] = []
    problems: list[tuple[int | None, str]] = []
    try:
        for member in members_of(file):
            scanned = _scan_member(rules, f"{path}!/{member.name}", member, depth)
            found += (scanned, *scanned.members)
    except NotAnArchive:
        if not found:
            raise
        problems.append((None, "it is broken, and not all of it could be read"))
    except Unscannable as problem:
        problems += () if _is_container(path) else ((None, problem.reason),)
    told = [replace(one, members=()) for one in found if one.findings or one.unscannable]
    if len(told) > MAX_MEMBERS_TOLD:
        problems.append((None, f"more than {MAX_MEMBERS_TOLD} of its files have something to say"))
    return Scanned(path, "", unscannable=tuple(problems), members=tuple(told[:MAX_MEMBERS_TOLD]))


def _scan_member(rules: RuleSet, path: str, member: Member, depth: int) -> Scanned:
    if member.problem:
        return Scanned(path, "", unscannable=((None, member.problem),))
    if kind_of(member.data):
        if depth >= MAX_DEPTH:
            return Scanned(path, "", unscannable=((None, "archives nest too deeply in it"),))
        with suppress(NotAnArchive):
            return _scan_archive(rules, path, io.BytesIO(member.data), depth + 1)
    if member.is_code:
        try:
            return scan_bytes(rules, path, member.data)
        except Invalid:  # Called a notebook, and none: nothing would open it.
            return Scanned(path, "")
    return _with_bytes(rules, Scanned(path, ""), member.data)


def _is_container(path: str) -> bool:
    """Whether what is packed is data of some format, of which more is never a reason to ask."""
    return Path(path).suffix.lower() in _CONTAINERS


def _with_bytes(rules: RuleSet, scanned: Scanned, data: bytes) -> Scanned:
    """What was found in a script as code, with what its bytes say."""
    try:
        findings = match_group(rules, Scope.FILE, examine_bytes(data, Path(scanned.path)))
    except Unscannable as problem:
        return replace(scanned, unscannable=(*scanned.unscannable, (None, problem.reason)))
    if not findings:
        return scanned
    return replace(
        scanned,
        findings=(*scanned.findings, *findings),
        excerpts={**scanned.excerpts, _WHOLE: ()},
    )


def _hash(descriptor: int) -> str:
    """Of what only few files have to be hashed for: they may be large."""
    if os.fstat(descriptor).st_size > MAX_HASHED_BYTES:
        return ""
    with open(descriptor, "rb", closefd=False) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_cells(file: Path) -> tuple[Cell, ...]:
    """The cells of a notebook, or a script as one. Raises NotFound, Invalid, TooLarge."""
    data = _read(file)
    if data is None:
        raise TooLarge(
            f"{file} is larger than {MAX_NOTEBOOK_BYTES >> 20} MiB.", "Name a smaller file."
        )
    return _cells(str(file), data)


def scan_bytes(rules: RuleSet, name: str, data: bytes) -> Scanned:
    """Findings over code in memory; the suffix of `name` says what it is. Raises Invalid.

    A script is also known by its bytes: its name may hide what it is.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        cells = _cells(name, data)
    except TooLarge as problem:
        return Scanned(name, sha256, unscannable=((None, _reason(problem)),))
    scanned = scan_cells(rules, cells, name, sha256)
    return scanned if name.lower().endswith(".ipynb") else _with_bytes(rules, scanned, data)


def scan_tree(rules: RuleSet, folder: Path) -> Scanned:
    """Findings over a folder as one program: what its tree of files says.

    A tree that is too large to be compared has nothing to say as a whole. It is not called clean
    for that: each of its files is judged by itself.
    """
    # Libraries that compare trees are loaded by those only who scan a folder.
    from colonnade.detection.similarity.examine import examine_tree

    with suppress(Unscannable):
        findings = match_group(rules, Scope.TREE, examine_tree(folder))
        return Scanned(str(folder), "", findings, {_WHOLE: ()} if findings else {})
    return Scanned(str(folder), "")


def scan_cells(rules: RuleSet, cells: Sequence[Cell], path: str, sha256: str) -> Scanned:
    """Findings over cells that are together one notebook, each read as if those before had run."""
    seen: list[Seen] = []
    unscannable: list[tuple[int | None, str]] = []
    before = Surroundings()
    for cell in cells:
        try:
            seen.append(see(rules, cell, before))
        except Unscannable as problem:
            unscannable.append((cell.index, problem.reason))
    findings = match(rules, seen)
    return Scanned(path, sha256, findings, _excerpts(findings, cells), tuple(unscannable))


def span_of(one: Evidence) -> Span:
    """Where a piece of evidence stands."""
    return (one.cell, one.line, one.end_line)


def files_under(path: Path, blocked: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """`path` itself, or every plain file in the folder; links are not followed.

    They come folder by folder, each in the order of its names, so memory is bounded by the largest
    folder. `blocked` is told of folders that cannot be read.
    """
    if not path.is_dir():
        yield path
        return
    for folder, inner, names in os.walk(path, onerror=blocked):
        inner.sort()
        for name in sorted(names):
            file = Path(folder, name)
            if _is_regular(file):
                yield file


def _is_regular(file: Path) -> bool:
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except OSError:
        return False


def _read(file: Path) -> bytes | None:
    """The file's bytes, or None when they are too many."""
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Invalid(f"{file} is no regular file.", "Name notebooks, scripts or folders.")
        return None if status.st_size > MAX_NOTEBOOK_BYTES else file.read_bytes()
    except OSError as problem:
        raise NotFound(f"{file}: {problem.strerror}.", "Name files that can be read.") from problem


def _cells(name: str, data: bytes) -> tuple[Cell, ...]:
    suffix = Path(name).suffix.lower()
    if suffix == ".ipynb":
        return read_notebook(data)
    if suffix not in SUFFIXES:
        raise Invalid(
            f"{name} is neither a notebook nor a script.", "Name .ipynb, .py or .sh files."
        )
    text = data.decode("utf-8", "replace")
    return (Cell(text, language="shell" if suffix in _SHELL_SUFFIXES else "notebook"),)


def _reason(problem: TooLarge) -> str:
    """The problem in the words of `Unscannable`: a clause without its full stop."""
    return problem.message[:1].lower() + problem.message[1:].rstrip(".")


def _excerpts(findings: Sequence[Finding], cells: Sequence[Cell]) -> dict[Span, tuple[str, ...]]:
    spans = {span_of(one) for finding in findings for one in finding.evidence}
    sources = {cell.index: cell.source for cell in cells}
    lines = {cell: sources[cell].split("\n") for cell, _, _ in spans}
    return {
        (cell, first, last): tuple(
            line[:EXCERPT_CHARACTERS]
            for line in lines[cell][first - 1 : min(last, first + EXCERPT_LINES - 1)]
        )
        for cell, first, last in spans
    }
