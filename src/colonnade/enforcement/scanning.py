"""What `colonnade scan` does: files in, verdicts out, no person and no record.

The same rules, policy and decision as for a running cell, over each file as a whole. A file that is
neither notebook nor script is told only when there is something to say of it. Files are
examined by processes that can be killed (`file_workers`), a bounded number ahead of the one that is
told next, so memory does not grow with their number. `report` says what was found.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Iterator, Sequence, Set
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeGuard

from colonnade.detection.scan import Scanned, files_under, is_code
from colonnade.enforcement.decide import Reason, rank, weigh
from colonnade.enforcement.file_workers import FileWorkers
from colonnade.enforcement.verdict import Outcome
from colonnade.kit.errors import Invalid, NotFound
from colonnade.policy import Policy

Verdict = Literal["allow", "notice", "hold", "refuse", "unscannable"]
AHEAD = 8
"""Files that are handed out before their answers are told, for each process."""


@dataclass(frozen=True)
class FileVerdict:
    """What would happen to a file's cells, the gravest step first.

    Attributes:
        reasons: every finding with the step that it justifies by itself, strongest first.
        released: ids of rules that would hold, had the person not declared a purpose.
    """

    scanned: Scanned
    verdict: Verdict
    category: str
    confidence: float
    reasons: tuple[Reason, ...] = ()
    released: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unusable:
    """A path that could not be judged, and why."""

    path: str
    reason: str


Result = FileVerdict | Unusable


@dataclass(frozen=True)
class _Tree:
    """A named folder, as one program."""

    folder: Path


@dataclass
class Tally:
    """What came out so far."""

    verdicts: Counter[str] = field(default_factory=Counter[str])
    unusable: int = 0

    def add(self, result: Result) -> None:
        """Count one more."""
        if isinstance(result, Unusable):
            self.unusable += 1
        else:
            self.verdicts[result.verdict] += 1

    @property
    def files(self) -> int:
        """How many were judged."""
        return self.verdicts.total()

    @property
    def exit_code(self) -> int:
        """0 nothing to refuse; 1 something that would not run; 2 when any input was unusable.

        What cannot be examined is not run either, so it counts as something to refuse.
        """
        if self.unusable or not self.files:
            return 2
        return int(bool(self.verdicts["refuse"] or self.verdicts["unscannable"]))


async def scan(
    paths: Sequence[Path], workers: FileWorkers, policy: Policy, ahead: int = AHEAD
) -> AsyncGenerator[Result]:
    """Verdicts on the files at or under `paths`, in their order, as they come.

    A folder is also looked at as one program. What an archive holds follows it, member by member.
    Of folders, of what lies in them and is no code, and of what lies in archives, only what has
    findings or could not be examined is told.
    At most `ahead` files are under way at once. Close the generator when it is left early: it ends
    what is under way. Raises Unavailable when no process can be started.
    """
    named = frozenset(str(path) for path in paths if not path.is_dir())
    async with aclosing(_all(paths, workers, policy, ahead)) as results:
        async for result in results:
            if not _is_silent(result) or result.scanned.path in named:
                yield result
            for member in () if isinstance(result, Unusable) else result.scanned.members:
                yield judge_file(member, policy)


def _is_silent(result: Result) -> TypeGuard[FileVerdict]:
    """Whether it is of what is no code, and in which nothing was found."""
    if isinstance(result, Unusable) or is_code(Path(result.scanned.path)):
        return False
    return not result.scanned.findings and not result.scanned.unscannable


async def _all(
    paths: Sequence[Path], workers: FileWorkers, policy: Policy, ahead: int
) -> AsyncGenerator[Result]:
    window: deque[asyncio.Task[Result]] = deque()
    try:
        for found in _found(paths):
            window.append(asyncio.create_task(_judged(found, workers, policy)))
            if len(window) >= ahead:
                yield await window.popleft()
        while window:
            yield await window.popleft()
    finally:
        for task in window:
            task.cancel()
        await asyncio.gather(*window, return_exceptions=True)


def judge_file(scanned: Scanned, policy: Policy, declared: Set[str] = frozenset()) -> FileVerdict:
    """The gravest step that any of the file's cells would meet, as `decide` takes it. Pure.

    A file that could not be examined whole is 'unscannable', unless what was seen is refused.
    """
    weighed = {id(one.finding): one for one in weigh(scanned.findings, policy)}
    reasons = [weighed.get(id(one), Reason(one, Outcome.ALLOW)) for one in scanned.findings]
    reasons.sort(key=lambda one: (rank(one.step), one.finding.confidence), reverse=True)
    steps = [one for one in reasons if one.finding.evidence and one.step is not Outcome.ALLOW]
    holds = [one.finding.rule for one in steps if one.step is Outcome.HOLD]
    released = tuple(rule for rule in dict.fromkeys(holds) if rule in declared)
    kept = [one for one in steps if one.finding.rule not in released]
    gravest = kept[0] if kept else None
    return FileVerdict(
        scanned,
        _verdict(gravest.step if gravest else Outcome.ALLOW, scanned),
        gravest.finding.category if gravest else "",
        gravest.finding.confidence if gravest else 0.0,
        tuple(reasons),
        released,
    )


def _verdict(step: Outcome, scanned: Scanned) -> Verdict:
    if scanned.unscannable and step is not Outcome.REFUSE:
        return "unscannable"
    assert step is not Outcome.STOP  # What is only read does not run, so nothing can be stopped.
    return step.value


async def _judged(found: Path | _Tree | Unusable, workers: FileWorkers, policy: Policy) -> Result:
    if isinstance(found, Unusable):
        return found
    if isinstance(found, _Tree):
        return judge_file(await workers.examine_tree(str(found.folder)), policy)
    try:
        return judge_file(await workers.examine(str(found)), policy)
    except (Invalid, NotFound) as problem:
        return Unusable(str(found), str(problem))


def _found(paths: Sequence[Path]) -> Iterator[Path | _Tree | Unusable]:
    for path in paths:
        if path.is_dir():
            yield _Tree(path)
        blocked: list[OSError] = []
        yield from files_under(path, blocked.append)
        for problem in blocked:
            yield Unusable(str(problem.filename), f"The folder cannot be read: {problem.strerror}.")
