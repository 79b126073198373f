"""Runs the engine of `colonnade scan` over the entries of a manifest, in several processes.

Of each notebook only a few small values are kept, so memory is flat in the size of the
notebooks and small in their number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from colonnade.detection.match import Finding
from colonnade.detection.rulebook import default_rules, load_rules
from colonnade.detection.rules import Axis, RuleSet
from colonnade.detection.scan import Scanned, scan_file
from colonnade.enforcement.scanning import judge_file
from colonnade.enforcement.verdict import Outcome
from colonnade.evaluation.manifest import Entry, Side
from colonnade.evaluation.masquerade import scan_disguised
from colonnade.evaluation.processes import spread
from colonnade.kit.errors import ColonnadeError
from colonnade.policy import Policy

CAUGHT = frozenset({Outcome.HOLD, Outcome.REFUSE})


@dataclass(frozen=True, slots=True)
class Fired:
    """What one rule did in one notebook.

    Attributes:
        alone: the step that the notebook would meet if this rule were the only one.
        without: the step that it would meet if this rule were missing.
    """

    category: str
    axis: Axis
    alone: Outcome
    without: Outcome


@dataclass(frozen=True, slots=True)
class Judged:
    """One notebook after judging.

    Attributes:
        side: what was expected of it.
        step: the gravest step of any of its cells, those aside that could not be examined.
        category: of the strongest finding behind `step`, or ''.
        confidence: of the strongest finding that speaks against it, 0 without any.
        fired: every rule that holds, legitimacy included, by its id.
        unscannable: how many of its cells exceeded their budget.
        problem: why it could not be judged at all, or ''.
    """

    entry: Entry
    side: Side
    step: Outcome = Outcome.ALLOW
    category: str = ""
    confidence: float = 0.0
    fired: Mapping[str, Fired] = field(default_factory=dict[str, Fired])
    unscannable: int = 0
    problem: str = ""

    @property
    def caught(self) -> bool:
        """Whether any of its cells would be held or refused."""
        return self.step in CAUGHT


@dataclass(frozen=True)
class Judge:
    """What judges: the rules and the policy. Given to each process once.

    Attributes:
        disguise: one of `disguises`, which each notebook is put into first, or ''.
    """

    rules: RuleSet
    policy: Policy
    disguise: str = ""

    def judge(self, entry: Entry) -> Judged:
        """One entry. What cannot be read is said in `Judged.problem`."""
        try:
            scanned = self._scan(entry.file)
        except ColonnadeError as problem:
            return Judged(entry, entry.side(self.policy), problem=str(problem))
        return self.weigh(entry, scanned)

    def _scan(self, file: Path) -> Scanned:
        if self.disguise:
            return scan_disguised(self.rules, file, self.disguise)
        return scan_file(self.rules, file)

    def weigh(self, entry: Entry, scanned: Scanned) -> Judged:
        """What is kept of a notebook once it is scanned."""
        verdict = judge_file(replace(scanned, unscannable=()), self.policy)
        return Judged(
            entry,
            entry.side(self.policy),
            Outcome(verdict.verdict),
            verdict.category,
            max(map(self._against, scanned.findings), default=0.0),
            {finding.rule: self._fired(finding, scanned) for finding in scanned.findings},
            len(scanned.unscannable),
        )

    def _against(self, finding: Finding) -> float:
        category = self.policy.category(finding.category)
        counts = category is not None and category.enabled
        return finding.confidence if counts and finding.axis is not Axis.LEGITIMACY else 0.0

    def _fired(self, finding: Finding, scanned: Scanned) -> Fired:
        own = tuple(one for one in scanned.findings if one.rule == finding.rule)
        others = tuple(one for one in scanned.findings if one.rule != finding.rule)
        return Fired(
            finding.category, finding.axis, self._step(scanned, own), self._step(scanned, others)
        )

    def _step(self, scanned: Scanned, findings: tuple[Finding, ...]) -> Outcome:
        if not findings:
            return Outcome.ALLOW
        supposed = replace(scanned, findings=findings, unscannable=())
        return Outcome(judge_file(supposed, self.policy).verdict)


def judge_all(
    entries: Sequence[Entry],
    policy: Policy,
    rules: Path | None = None,
    processes: int | None = None,
    disguise: str = "",
) -> Iterator[Judged]:
    """Each entry judged, in their order, by the rules in the folder `rules` (None: the shipped).

    Args:
        processes: how many work at once; None takes one for each core, 1 works in this one.
        disguise: one of `disguises`, which each notebook is put into first.

    Raises Unavailable when a process dies, as one does that gets no more memory.
    """
    yield from spread(_work, entries, processes, _begin, (policy, rules, disguise))


_own: Judge | None = None
"""What this process judges with."""


def _begin(policy: Policy, rules: Path | None, disguise: str) -> None:
    global _own
    _own = Judge(load_rules(rules) if rules else default_rules(), policy, disguise)


def _work(entry: Entry) -> Judged:
    assert _own is not None  # `spread` calls `_begin` first.
    return _own.judge(entry)
