"""What the standard demands of a log, as far as it can be said without its schema."""

import json
from pathlib import Path
from typing import Any

from colonnade.detection.cells import Cell
from colonnade.detection.rulebook import default_rules
from colonnade.detection.scan import Scanned, scan_cells
from colonnade.enforcement.report.sarif import SarifReport
from colonnade.enforcement.scanning import Result, Tally, Unusable, judge_file
from colonnade.kit.shipped import shipped
from colonnade.policy import load_book
from support.judged_notebooks import SWAP

RULES, POLICY = default_rules(), load_book().current
STAGES = tuple(cell["source"] for cell in SWAP["cells"])


def log_of(*results: Result) -> dict[str, Any]:
    report, tally = SarifReport(RULES, POLICY, shipped("rules").rglob("*.yaml")), Tally()
    text = report.begin()
    for one in results:
        tally.add(one)
        text += report.one(one)
    return json.loads(text + report.end(tally))


def judged(*sources: str, path: str = "a.ipynb") -> Result:
    cells = [Cell(source, index) for index, source in enumerate(sources)]
    return judge_file(scan_cells(RULES, cells, path, "0"), POLICY)


def test_a_run_names_its_rules_with_help_and_a_link_to_each():
    log = log_of()
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert set(rules) == {rule.id for rule in RULES.rules} | {"unscannable"}
    pipeline = rules["face-swap-pipeline"]
    assert str(pipeline["helpUri"]).endswith("/rules/deepfakes/face-swap-pipeline.yaml")
    assert "It would be fine if:" in pipeline["help"]["text"]
    assert pipeline["defaultConfiguration"] == {"level": "error"}
    assert (run["results"], run["invocations"][0]["executionSuccessful"]) == ([], True)


def test_a_result_has_its_own_level_and_names_cell_and_lines():
    results = log_of(judged(*STAGES), judged("x = 1"))["runs"][0]["results"]
    by_rule = {one["ruleId"]: one for one in results}
    pipeline = by_rule["face-swap-pipeline"]
    assert (pipeline["kind"], pipeline["level"], pipeline["rank"]) == ("fail", "error", 97.0)
    (location,) = pipeline["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "a.ipynb"}
    region = location["physicalLocation"]["region"]
    assert (region["startLine"], region["endLine"]) == (1, 1)
    assert "data_src" in region["snippet"]["text"]
    (logical,) = location["logicalLocations"]
    assert logical["fullyQualifiedName"] == "cells[2]"
    assert [one["id"] for one in pipeline["relatedLocations"]][:2] == [1, 2]
    for one in results:
        assert one["kind"] == "fail" or one["level"] == "none"


def test_a_fingerprint_stays_when_lines_move():
    def fingerprints(*sources: str) -> list[dict[str, str]]:
        results = log_of(judged(*sources))["runs"][0]["results"]
        return [one["partialFingerprints"] for one in results]

    moved = tuple(f"\n\n{source}" for source in STAGES)
    assert fingerprints(*STAGES) == fingerprints("x = 1", *moved)
    assert fingerprints(*STAGES) != fingerprints("!git clone https://github.com/iperov/DeepFaceLab")


def test_what_could_not_be_examined_is_a_result_of_its_own():
    whole = Scanned("a.ipynb", "", unscannable=((None, "it is too large"), (3, "it nests")))
    results = log_of(judge_file(whole, POLICY))["runs"][0]["results"]
    assert [(one["ruleId"], one["level"]) for one in results] == [("unscannable", "error")] * 2
    assert "logicalLocations" not in results[0]["locations"][0]


def test_unusable_input_is_a_notification_and_paths_are_addresses(tmp_path: Path):
    log = log_of(Unusable("a b.ipynb", "No."), judged(*STAGES, path=str(tmp_path / "ü.ipynb")))
    (run,) = log["runs"]
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    (notification,) = invocation["toolExecutionNotifications"]
    where = notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert where == "a%20b.ipynb"
    artifact = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert artifact == (tmp_path / "ü.ipynb").as_uri()
