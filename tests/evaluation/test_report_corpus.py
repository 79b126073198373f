"""The figures that are promised on the corpus of our own writing; see docs/detection.md."""

from pathlib import Path

import pytest

from colonnade.detection.rulebook import default_rules
from colonnade.evaluation.judging import Judged, judge_all
from colonnade.evaluation.manifest import Side, read_manifest
from colonnade.evaluation.report import report_on
from colonnade.policy import load_book

CORPUS = Path(__file__).parents[1] / "corpus"
POLICY = load_book().current


@pytest.fixture(scope="module")
def found() -> list[Judged]:
    return list(judge_all(read_manifest(CORPUS / "manifest.jsonl"), POLICY, processes=1))


def split(found: list[Judged], name: str) -> list[Judged]:
    return [one for one in found if one.entry.split == name]


def test_nothing_benign_is_held_or_refused(found: list[Judged]):
    alarms = {one.entry.path: list(one.fired) for one in found if one.side is Side.BENIGN}
    assert not {path: rules for path, rules in alarms.items() if path in _caught(found)}


def test_a_rule_below_the_bar_stands_in_the_policy_as_fallen_back(found: list[Judged]):
    """What makes this fail is in test_bar.py: a rule that is bad on purpose."""
    assert report_on(found, POLICY, default_rules()).disagreements == ()


def test_every_notebook_can_be_judged(found: list[Judged]):
    report = report_on(found, POLICY, default_rules())
    assert not report.unusable
    assert not any(label.unscannable for label in report.labels)


def test_what_the_rules_were_written_with_is_caught(found: list[Judged]):
    recall = report_on(split(found, "dev"), POLICY, default_rules()).overall.recall
    assert (recall.value or 0) >= 0.95


def test_of_what_was_written_after_the_rules_most_is_caught(found: list[Judged]):
    """Ten notebooks, known by now: a floor that shows when something breaks, and no measure."""
    recall = report_on(split(found, "test"), POLICY, default_rules()).overall.recall
    assert (recall.value or 0) >= 0.5


def _caught(found: list[Judged]) -> set[str]:
    return {one.entry.path for one in found if one.caught}
