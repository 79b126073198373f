"""Which rules hold, and where: pure, in the manner of capa's engine.

`match` judges cells, each by itself and all as one notebook. `match_group` judges the features of
any other whole: a file, a process, a connection, a tree. A finding keeps the whole tree of what
matched, so that a page can explain it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from colonnade.detection.cells import Cell
from colonnade.detection.conditions import Branch, Condition, Leaf, Weighed
from colonnade.detection.extract import extract_after
from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.parts import apart, in_order
from colonnade.detection.rules import Axis, Rule, RuleSet
from colonnade.detection.scopes import Scope
from colonnade.detection.surroundings import Surroundings

Hits = Mapping[Leaf, tuple[Feature, ...]]

MAX_EVIDENCE = 200
"""Of one leaf over a whole notebook; the cells that are given first are kept first."""
MAX_PARTS_SHOWN = 20
"""Of `several`, in the tree of a finding."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A cell after extraction: which leaves of the rules hold in it. Small, and worth caching."""

    index: int
    id: str
    hits: Hits


@dataclass(frozen=True, slots=True)
class Evidence:
    """A feature that made a leaf hold, and where it stands; line 0 where there are no lines."""

    cell: int
    cell_id: str
    kind: Kind
    value: str
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Result:
    """Whether one node of a condition held, with its children and the evidence of a leaf."""

    holds: bool
    statement: str
    children: "tuple[Result, ...]" = ()
    evidence: tuple[Evidence, ...] = ()

    def moved(self, places: Sequence[int]) -> "Result":
        """The same tree with cell `i` standing at `places[i]`. Raises IndexError."""
        children = tuple(child.moved(places) for child in self.children)
        return replace(self, children=children, evidence=_moved(self.evidence, places))


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that holds, with everything that made it hold.

    Attributes:
        result: the tree of the condition.
        context: evidence that joins in without having been needed.
        evidence: all of it, without that of branches that did not hold, in the order of lines.
        learned: whether a model's weights decided; then the tree has each sign's contribution.
    """

    rule: str
    rule_version: int
    title: str
    category: str
    axis: Axis
    confidence: float
    result: Result
    context: tuple[Evidence, ...]
    evidence: tuple[Evidence, ...]
    learned: bool = False

    @classmethod
    def of(
        cls,
        rule: Rule,
        result: Result,
        context: tuple[Evidence, ...],
        evidence: tuple[Evidence, ...],
    ) -> "Finding":
        """What `rule` found, in the rule's own words."""
        return cls(
            rule.id,
            rule.version,
            rule.title,
            rule.category,
            rule.axis,
            rule.confidence_given(child.statement for child in result.children if child.holds),
            result,
            context,
            evidence,
            rule.learned,
        )

    def moved(self, places: Sequence[int]) -> "Finding":
        """The same finding with cell `i` standing at `places[i]`. Raises IndexError."""
        evidence = _moved(self.evidence, places)
        return replace(self, evidence=evidence, result=self.result.moved(places))

    def touches(self, cell: int) -> bool:
        """Whether the cell at this index adds to the evidence."""
        return any(one.cell == cell for one in self.evidence)


def _moved(evidence: Iterable[Evidence], places: Sequence[int]) -> tuple[Evidence, ...]:
    return tuple(replace(one, cell=places[one.cell]) for one in evidence)


def see(rules: RuleSet, cell: Cell, around: Surroundings | None = None) -> Seen:
    """Extract one cell, and keep what the rules care for. Raises `limits.Unscannable`.

    `around` is what the cells before it gave; what this one gives is added to it.
    """
    around = around if around is not None else Surroundings()
    found = extract_after(cell.source, cell.language, around.known)
    around.take(found.gives)
    return Seen(cell.index, cell.id, hits_of(rules, found.features))


def hits_of(rules: RuleSet, features: Iterable[Feature], scope: Scope = Scope.NOTEBOOK) -> Hits:
    """The leaves of `rules` in `scope` that hold, each with the features that made it hold."""
    values: dict[Kind, dict[str, list[Feature]]] = {}
    for feature in features:
        values.setdefault(feature.kind, {}).setdefault(feature.value, []).append(feature)
    hits: dict[Leaf, tuple[Feature, ...]] = {}
    lookouts = rules.lookouts[scope]
    for kind, by_value in values.items():
        if lookout := lookouts.get(kind):
            hits.update(lookout.hits(by_value))
    return hits


def match(rules: RuleSet, cells: Sequence[Seen]) -> tuple[Finding, ...]:
    """Every rule over code that holds: over each cell by itself, or over the whole notebook."""
    parts = [_evidence_in(cell) for cell in cells if cell.hits]
    return tuple(_findings(rules, {Scope.NOTEBOOK: [_merge(parts)], Scope.CELL: parts}))


def match_group(rules: RuleSet, scope: Scope, features: Iterable[Feature]) -> tuple[Finding, ...]:
    """Every rule of `scope` that holds over the features of one whole, such as one file.

    Its evidence stands at cell 0, so that `decide` takes the whole for what was asked.
    """
    seen = Seen(0, "", hits_of(rules, features, scope))
    return tuple(_findings(rules, {scope: [_evidence_in(seen)]}))


def _findings(
    rules: RuleSet, wholes: Mapping[Scope, Sequence[Mapping[Leaf, tuple[Evidence, ...]]]]
) -> list[Finding]:
    """What holds, in the order of the rules, and of the wholes for each."""
    found = (
        judge(rule, evidence)
        for scope, parts in wholes.items()
        for evidence in parts
        for rule in rules.concerned(scope, evidence)
    )
    return sorted((one for one in found if one is not None), key=lambda one: one.rule)


def _evidence_in(cell: Seen) -> Mapping[Leaf, tuple[Evidence, ...]]:
    """The evidence of one cell for each leaf; one feature is one piece, for however many leaves."""
    made: dict[int, Evidence] = {}

    def piece(one: Feature) -> Evidence:
        known = made.get(id(one))
        if known is None:
            known = made[id(one)] = Evidence(
                cell.index, cell.id, one.kind, one.value, one.line, one.end_line
            )
        return known

    return {leaf: tuple(map(piece, features)) for leaf, features in cell.hits.items()}


def _merge(
    parts: Sequence[Mapping[Leaf, tuple[Evidence, ...]]],
) -> Mapping[Leaf, tuple[Evidence, ...]]:
    merged: dict[Leaf, tuple[Evidence, ...]] = {}
    for part in parts:
        for leaf, evidence in part.items():
            before = merged.get(leaf, ())
            if len(before) < MAX_EVIDENCE:
                merged[leaf] = before + evidence
    return merged


def judge(rule: Rule, evidence: Mapping[Leaf, tuple[Evidence, ...]]) -> Finding | None:
    """What `rule` finds in one whole, given the evidence for each leaf that holds in it."""
    if not evidence or not _holds_at_all(rule.condition, evidence):
        return None
    result = evaluate(rule.condition, evidence)
    if not result.holds:
        return None
    context = tuple(one for leaf in rule.context for one in evidence.get(leaf, ()))
    everything = dict.fromkeys([*evidence_of(result), *context])
    ordered = sorted(everything, key=lambda one: (one.cell, one.line, one.kind, one.value))
    return Finding.of(rule, result, context, tuple(ordered))


def _holds_at_all(condition: Condition, evidence: Mapping[Leaf, tuple[Evidence, ...]]) -> bool:
    """What `evaluate` comes to, without the tree: nearly all rules hold nowhere in most cells."""
    if isinstance(condition, Leaf):
        return condition in evidence
    if isinstance(condition, Weighed):
        return not evidence.keys().isdisjoint(condition.children)
    if condition.operator == "several":
        (child,) = condition.children
        return (
            sum(_holds_at_all(child, part) for part in apart(child, evidence)) >= condition.needed
        )
    holding = (_holds_at_all(child, evidence) for child in condition.children)
    match condition.operator:
        case "sequence":
            return all(holding) and in_order(condition.children, evidence)
        case "all":
            return all(holding)
        case "any":
            return any(holding)
        case "not":
            return not any(holding)
        case "at_least":
            return sum(holding) >= condition.needed


def evaluate(condition: Condition, evidence: Mapping[Leaf, tuple[Evidence, ...]]) -> Result:
    """Whether `condition` holds, with the tree of what did and did not."""
    if isinstance(condition, Leaf):
        found = evidence.get(condition, ())
        return Result(bool(found), str(condition), (), found)
    if isinstance(condition, Weighed):
        return _estimate(condition, evidence)
    if condition.operator == "several":
        return _several(condition, evidence)
    children = tuple(evaluate(child, evidence) for child in condition.children)
    holds = _holds(condition, children)
    if holds and condition.operator == "sequence":
        holds = in_order(condition.children, evidence)
    return Result(holds, str(condition), children)


def _several(branch: Branch, evidence: Mapping[Leaf, tuple[Evidence, ...]]) -> Result:
    """The parts in which the child holds, or the child over everything when they are too few."""
    (child,) = branch.children
    judged = (evaluate(child, part) for part in apart(child, evidence))
    holding = tuple(one for one in judged if one.holds)
    if len(holding) >= branch.needed:
        return Result(True, str(branch), holding[:MAX_PARTS_SHOWN])
    return Result(False, str(branch), (evaluate(child, evidence),))


def _estimate(condition: Weighed, evidence: Mapping[Leaf, tuple[Evidence, ...]]) -> Result:
    """The signs that are there, each with what it adds, strongest first."""
    model = condition.model
    seen = [
        (sign, evidence[leaf])
        for sign, leaf in zip(model.signs, condition.children, strict=True)
        if leaf in evidence
    ]
    estimate = model.estimate(sign for sign, _ in seen)
    children = tuple(Result(True, sign.statement, (), found) for sign, found in seen)
    statement = f"estimated at {estimate:.2f} by the model, {model.threshold:.2f} needed"
    return Result(estimate >= model.threshold, statement, children)


def _holds(branch: Branch, children: tuple[Result, ...]) -> bool:
    holding = sum(child.holds for child in children)
    match branch.operator:
        case "all" | "sequence":
            return holding == len(children)
        case "any":
            return holding > 0
        case "not":
            return holding == 0
        case "at_least" | "several":
            return holding >= branch.needed


def evidence_of(result: Result) -> Iterator[Evidence]:
    """Evidence of the branches that hold; what a `not` looked for and missed is none."""
    if not result.holds:
        return
    yield from result.evidence
    if result.statement != "not":
        for child in result.children:
            yield from evidence_of(child)
