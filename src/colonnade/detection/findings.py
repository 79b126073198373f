"""Findings between processes: as plain JSON out, and back in against the receiver's own rules.

What comes back names a rule and shows evidence; everything that the rule says of itself (category,
axis, confidence) is taken from the receiver's rules, so a process that read hostile input cannot
make it up.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from colonnade.detection.features.feature import Kind
from colonnade.detection.match import Evidence, Finding, Result
from colonnade.detection.rules import RuleSet

MAX_EVIDENCE_SENT = 60
MAX_TREE_NODES = 300


def to_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings in a form that `json.dumps` takes."""
    return [_to_json(finding) for finding in findings]


def from_json(raw: object, rules: RuleSet) -> tuple[Finding, ...]:
    """The findings again. Raises ValueError when `raw` has another form or names no known rule."""
    try:
        return tuple(_finding(cast("dict[str, Any]", one), rules) for one in cast("list[Any]", raw))
    except (KeyError, TypeError, IndexError, AttributeError) as problem:
        raise ValueError(f"not findings: {problem}") from problem


def tree_of(result: Result) -> dict[str, Any]:
    """What a page shows of the condition: each statement, whether it held, and its parts."""
    tree: dict[str, Any] = {"statement": result.statement, "holds": result.holds}
    if result.children:
        tree["children"] = [tree_of(child) for child in result.children]
    return tree


def _to_json(finding: Finding) -> dict[str, Any]:
    sent = finding.evidence[:MAX_EVIDENCE_SENT]
    places = {one: place for place, one in enumerate(sent)}
    return {
        "rule": finding.rule,
        "evidence": [_evidence(one) for one in sent],
        "tree": _tree(finding.result, places),
    }


def _tree(result: Result, places: Mapping[Evidence, int]) -> dict[str, Any]:
    """A node as `tree_of` has it; what a leaf found is named by its place in the evidence."""
    tree: dict[str, Any] = {"statement": result.statement, "holds": result.holds}
    if result.evidence:
        tree["found"] = [places[one] for one in result.evidence if one in places]
    if result.children:
        tree["children"] = [_tree(child, places) for child in result.children]
    return tree


def _evidence(one: Evidence) -> list[str | int]:
    return [one.cell, one.cell_id, one.kind.value, one.value, one.line, one.end_line]


def _finding(raw: dict[str, Any], rules: RuleSet) -> Finding:
    rule = rules.by_id[str(raw["rule"])]
    evidence = tuple(
        Evidence(int(one[0]), str(one[1]), Kind(one[2]), str(one[3]), int(one[4]), int(one[5]))
        for one in raw["evidence"]
    )
    result = _result(raw["tree"], evidence, [MAX_TREE_NODES])
    return Finding.of(rule, result, (), evidence)


def _result(raw: dict[str, Any], evidence: tuple[Evidence, ...], budget: list[int]) -> Result:
    budget[0] -= 1
    if budget[0] < 0:
        raise ValueError("not findings: the tree is too large")
    children = tuple(_result(child, evidence, budget) for child in raw.get("children", ()))
    found = tuple(evidence[int(place)] for place in raw.get("found", ())[:MAX_EVIDENCE_SENT])
    return Result(bool(raw["holds"]), str(raw["statement"])[:2000], children, found)
