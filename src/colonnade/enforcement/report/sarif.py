"""Verdicts as SARIF 2.1.0 (OASIS standard, 27 March 2020), for code-scanning services and editors.

One result a rule and file. Lines are those of a cell, which is named as the logical location; where
evidence stands in several places, the first is the location and the others are related to it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from colonnade.detection.rules import Axis, Rule, RuleSet
from colonnade.enforcement.report.explain import Explanation, Place, explain
from colonnade.enforcement.scanning import FileVerdict, Result, Tally, Unusable
from colonnade.enforcement.verdict import Outcome
from colonnade.policy import Policy

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MAX_PLACES = 20
MAX_NOTIFICATIONS = 1000
"""Of unusable inputs: these are kept until the end, where SARIF has its place for them."""
UNSCANNABLE = "unscannable"
_LEVELS = {Outcome.REFUSE: "error", Outcome.HOLD: "warning", Outcome.NOTICE: "note"}
_LEVELS_OF_AXES = {Axis.CONDUCT: "error", Axis.CAPABILITY: "warning", Axis.HARM: "warning"}


class SarifReport:
    """One run, written as it goes: only notifications wait for the end.

    Args:
        files: the rules' own files, for links to them.
    """

    def __init__(self, rules: RuleSet, policy: Policy, files: Iterable[Path] = ()) -> None:
        self._rules, self._policy = rules, policy
        self._files = {file.stem: file for file in files}
        self._unusable: list[Unusable] = []
        self._first = True

    def begin(self) -> str:
        """Everything before the first result: the tool and its rules."""
        driver = {
            "name": "colonnade",
            "version": version("colonnade"),
            "properties": {
                "rulesVersion": self._rules.version,
                "policyVersion": self._policy.version,
            },
            "rules": [*(self._rule(rule) for rule in self._rules.rules), _unscannable_rule()],
        }
        head = {"$schema": SCHEMA, "version": "2.1.0"}
        run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
        return f'{_written(head)[:-1]}, "runs": [{_written(run)[:-1]}, "results": ['

    def one(self, result: Result) -> str:
        """One file's results."""
        if isinstance(result, Unusable):
            self._unusable.append(result)
            return ""
        pieces: list[str] = []
        for value in self._results(result):
            pieces.append(("\n" if self._first else ",\n") + _written(value))
            self._first = False
        return "".join(pieces)

    def end(self, tally: Tally) -> str:
        """What closes the run: whether it could read everything, and what not."""
        invocation = {
            "executionSuccessful": not tally.unusable,
            "exitCode": tally.exit_code,
            "toolExecutionNotifications": [
                {
                    "level": "error",
                    "message": {"text": one.reason},
                    "locations": [{"physicalLocation": {"artifactLocation": _artifact(one.path)}}],
                }
                for one in self._unusable[:MAX_NOTIFICATIONS]
            ],
        }
        return f'\n], "invocations": [{_written(invocation)}]}}]}}\n'

    def _rule(self, rule: Rule) -> dict[str, Any]:
        prose = " ".join(rule.rationale.split())
        fine = " ".join(rule.benign_if.split())
        alarms = " ".join(rule.false_alarms.split())
        value: dict[str, Any] = {
            "id": rule.id,
            "name": "".join(word.capitalize() for word in rule.id.split("-")),
            "shortDescription": {"text": rule.title},
            "fullDescription": {"text": prose},
            "help": {
                "text": f"{prose} Expected false alarms: {alarms} It would be fine if: {fine}"
            },
            "defaultConfiguration": {"level": _LEVELS_OF_AXES.get(rule.axis, "none")},
            "properties": {"tags": [rule.category, rule.axis.value], "version": rule.version},
        }
        if file := self._files.get(rule.id):
            value["helpUri"] = file.resolve().as_uri()
        return value

    def _results(self, result: FileVerdict) -> Iterator[dict[str, Any]]:
        path = result.scanned.path
        for cell, reason in result.scanned.unscannable:
            yield {
                "ruleId": UNSCANNABLE,
                "level": "error",
                "message": {"text": f"This could not be examined: {reason}."},
                "locations": [_location(path, cell)],
            }
        for one in explain(result, self._rules, self._policy):
            yield _result(path, one)


def _result(path: str, one: Explanation) -> dict[str, Any]:
    level = _LEVELS.get(one.step, "none")
    places = [_place(path, place) for place in one.places[:MAX_PLACES]]
    value: dict[str, Any] = {
        "ruleId": one.rule,
        "kind": "informational" if level == "none" else "fail",
        "level": level,
        "rank": round(one.confidence * 100, 1),
        "message": {"text": f"{one.title}. It would be fine if: {one.benign_if}"},
        "locations": places[:1] or [_location(path, None)],
        "partialFingerprints": {"seen/v1": _fingerprint(one.rule, one.places)},
    }
    if places[1:]:
        value["relatedLocations"] = [
            {"id": number, **place} for number, place in enumerate(places[1:], 1)
        ]
    return value


def _place(path: str, place: Place) -> dict[str, Any]:
    location = _location(path, place.cell if place.start_line else None)
    if place.start_line:
        location["physicalLocation"]["region"] = {
            "startLine": place.start_line,
            "endLine": max(place.end_line, place.start_line),
            "snippet": {"text": "\n".join(place.excerpt)},
        }
    location["message"] = {"text": place.seen}
    return location


def _location(path: str, cell: int | None) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(path)}}
    if cell is not None:
        location["logicalLocations"] = [
            {"name": f"cell {cell + 1}", "fullyQualifiedName": f"cells[{cell}]", "kind": "element"}
        ]
    return location


def _artifact(path: str) -> dict[str, str]:
    file = Path(path)
    if file.is_absolute():
        return {"uri": file.as_uri()}
    return {"uri": quote(file.as_posix().encode("utf-8", "surrogateescape"))}


def _unscannable_rule() -> dict[str, Any]:
    return {
        "id": UNSCANNABLE,
        "name": "Unscannable",
        "shortDescription": {"text": "Something exceeds the budget of an examination"},
        "fullDescription": {"text": "What cannot be examined is neither called good nor bad."},
        "defaultConfiguration": {"level": "error"},
    }


def _fingerprint(rule: str, places: Sequence[Place]) -> str:
    """The same as long as the same things are seen, on whatever lines they stand."""
    seen = sorted({place.seen for place in places})
    return hashlib.sha256("\0".join([rule, *seen]).encode("utf-8", "replace")).hexdigest()[:32]


def _written(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
