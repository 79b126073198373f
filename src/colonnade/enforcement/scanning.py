"""What `colonnade scan` and `colonnade rules` do: files in, verdicts out, no person and no record.

The same rules, policy and decision as for a running cell, over each cell in turn with the rest of
its file around it. The command prints what `render` gives and exits with `exit_code`.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from colonnade.detection.cells import Cell
from colonnade.detection.match import Evidence, Finding
from colonnade.detection.rules import RuleSet
from colonnade.detection.scan import Scanned, files_under, scan_file
from colonnade.enforcement.decide import decide
from colonnade.enforcement.verdict import Outcome
from colonnade.enforcement.visible import clip, visible
from colonnade.kit.errors import ColonnadeError
from colonnade.policy import Policy

Verdict = Literal["allow", "notice", "hold", "refuse", "unscannable"]
_RISING: tuple[Verdict, ...] = ("allow", "notice", "hold", "unscannable", "refuse")
EXCERPT_COLUMNS = 160
EXCERPT_LINES = 6


@dataclass(frozen=True)
class FileVerdict:
    """What would happen to a file's cells, the gravest step first."""

    scanned: Scanned
    verdict: Verdict
    category: str
    confidence: float


@dataclass(frozen=True)
class Unusable:
    """A path that could not be judged, and why."""

    path: str
    reason: str


def scan(paths: Sequence[Path], rules: RuleSet, policy: Policy) -> Iterator[FileVerdict | Unusable]:
    """Verdicts on every file at or under `paths`, one at a time: memory does not grow with them."""
    for path in paths:
        for file in files_under(path):
            try:
                yield judge_file(scan_file(rules, file), policy)
            except ColonnadeError as problem:
                yield Unusable(str(file), str(problem))


def judge_file(scanned: Scanned, policy: Policy) -> FileVerdict:
    """The gravest step that any of the file's cells would meet. Pure."""
    gravest: Verdict = "unscannable" if scanned.unscannable else "allow"
    category, confidence = "", 0.0
    for cell in scanned.cells:
        decision = decide(scanned.findings, policy, asked=cell.index)
        step = decision.outcome.value
        if decision.outcome is Outcome.ALLOW or _RISING.index(step) < _RISING.index(gravest):
            continue
        strongest = decision.reasons[0].finding
        if step != gravest or strongest.confidence > confidence:
            gravest, category, confidence = step, strongest.category, strongest.confidence
    return FileVerdict(scanned, gravest, category, confidence)


def exit_code(results: Sequence[FileVerdict | Unusable]) -> int:
    """0 nothing to refuse, 1 something to refuse, 2 when any input was unusable."""
    if not results or any(isinstance(one, Unusable) for one in results):
        return 2
    return int(any(isinstance(one, FileVerdict) and one.verdict == "refuse" for one in results))


def render(
    results: Sequence[FileVerdict | Unusable],
    form: Literal["text", "json", "sarif"],
    rules: RuleSet,
) -> str:
    """The results as text for people, JSON (one object a line) or SARIF 2.1.0."""
    if form == "sarif":
        return json.dumps(_sarif(results, rules), indent=2) + "\n"
    if form == "json":
        return "".join(
            json.dumps(as_json(one, rules), ensure_ascii=False) + "\n" for one in results
        )
    return "\n".join(_text(one) for one in results) + "\n"


def as_json(result: FileVerdict | Unusable, rules: RuleSet) -> dict[str, Any]:
    """One file in the form that design.md ('The contract of names') promises."""
    if isinstance(result, Unusable):
        return {"path": result.path, "error": result.reason}
    by_index = {cell.index: cell for cell in result.scanned.cells}
    return {
        "path": result.scanned.path,
        "sha256": result.scanned.sha256,
        "verdict": result.verdict,
        "category": result.category,
        "confidence": result.confidence,
        "findings": [_finding(one, by_index) for one in result.scanned.findings],
        "unscannable": [
            {"cell": cell, "reason": reason} for cell, reason in result.scanned.unscannable
        ],
        "rules_version": rules.version,
    }


def _finding(finding: Finding, cells: dict[int, Cell]) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "category": finding.category,
        "axis": finding.axis.value,
        "confidence": finding.confidence,
        "evidence": [
            {
                "cell": place.cell,
                "start_line": place.line,
                "end_line": place.end_line,
                "excerpt": _excerpt(place, cells),
            }
            for place in _places(finding)
        ],
    }


def _places(finding: Finding) -> list[Evidence]:
    """One piece of evidence for each span."""
    spans = {(one.cell, one.line, one.end_line): one for one in finding.evidence}
    return list(spans.values())


def _excerpt(place: Evidence, cells: dict[int, Cell]) -> str:
    last = min(place.end_line, place.line + EXCERPT_LINES - 1)
    lines = cells[place.cell].source.split("\n")[place.line - 1 : last]
    return "\n".join(clip(visible(line.rstrip()), EXCERPT_COLUMNS) for line in lines)


def _text(result: FileVerdict | Unusable) -> str:
    if isinstance(result, Unusable):
        return f"{visible(result.path)}: unusable: {visible(result.reason)}"
    by_index = {cell.index: cell for cell in result.scanned.cells}
    lines = [f"{visible(result.scanned.path)}: {result.verdict} {result.category}".rstrip()]
    for finding in result.scanned.findings:
        lines.append(
            f"  {finding.rule} ({finding.category}, {finding.axis}, {finding.confidence:.2f}):"
            f" {finding.title}"
        )
        for place in _places(finding):
            lines.append(f"    cell {place.cell}, line {place.line}: {place.kind} {place.value}")
            lines += [f"      | {line}" for line in _excerpt(place, by_index).split("\n")]
    for cell, reason in result.scanned.unscannable:
        lines.append(f"  cell {cell} could not be examined: {reason}")
    return "\n".join(lines)


def _sarif(results: Sequence[FileVerdict | Unusable], rules: RuleSet) -> dict[str, Any]:
    driver = {
        "name": "colonnade",
        "semanticVersion": rules.version,
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.title},
                "fullDescription": {"text": rule.rationale.strip()},
            }
            for rule in rules.rules
        ],
    }
    found = [
        _sarif_result(result, finding)
        for result in results
        if isinstance(result, FileVerdict)
        for finding in result.scanned.findings
    ]
    return {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": found}]}


def _sarif_result(result: FileVerdict, finding: Finding) -> dict[str, Any]:
    level = {"refuse": "error", "hold": "warning"}.get(result.verdict, "note")
    return {
        "ruleId": finding.rule,
        "level": level,
        "message": {"text": finding.title},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": Path(result.scanned.path).as_posix()},
                    "region": {"startLine": place.line, "endLine": place.end_line},
                },
                "logicalLocations": [{"name": f"cell {place.cell}", "kind": "member"}],
            }
            for place in _places(finding)[:20]
        ],
    }
