"""Verdicts as JSON, one object a line, in the form that other programs rely on."""

import json
from typing import Any

from colonnade.detection.match import Finding
from colonnade.detection.rules import RuleSet
from colonnade.detection.scan import Scanned
from colonnade.enforcement.report.explain import places_of
from colonnade.enforcement.scanning import FileVerdict, Result, Tally, Unusable


class JsonReport:
    """One line for each file, at once."""

    def __init__(self, rules: RuleSet) -> None:
        self._version = rules.version

    def begin(self) -> str:
        """Nothing."""
        return ""

    def one(self, result: Result) -> str:
        """One file's line."""
        return json.dumps(self.value_of(result), ensure_ascii=False) + "\n"

    def end(self, tally: Tally) -> str:
        """Nothing."""
        return ""

    def value_of(self, result: Result) -> dict[str, Any]:
        """One file in the form that is promised, or the path and what is wrong with it."""
        if isinstance(result, Unusable):
            return {"path": result.path, "error": result.reason}
        return {
            "path": result.scanned.path,
            "sha256": result.scanned.sha256,
            "verdict": result.verdict,
            "category": result.category,
            "confidence": result.confidence,
            "findings": [_finding(one, result.scanned) for one in _ordered(result)],
            "unscannable": [
                {"cell": cell, "reason": reason} for cell, reason in result.scanned.unscannable
            ],
            "rules_version": self._version,
        }


def _ordered(result: FileVerdict) -> list[Finding]:
    return [reason.finding for reason in result.reasons]


def _finding(finding: Finding, scanned: Scanned) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "category": finding.category,
        "axis": finding.axis.value,
        "confidence": finding.confidence,
        "evidence": [
            {
                "cell": place.cell,
                "start_line": place.start_line,
                "end_line": place.end_line,
                "excerpt": "\n".join(place.excerpt) or place.seen,
            }
            for place in places_of(finding.evidence, scanned)
        ],
    }
