from pathlib import Path

import pytest

from colonnade.detection.rulebook import default_rules, load_rules
from colonnade.evaluation.bar import (
    Measured,
    Record,
    Standing,
    disagreements,
    shipped_record,
    standing_of,
)
from colonnade.evaluation.intervals import rate
from colonnade.evaluation.judging import judge_all
from colonnade.evaluation.manifest import read_manifest
from colonnade.evaluation.report import record_of, report_on
from colonnade.kit.errors import Invalid
from colonnade.policy import Policy, load_book

POLICY = load_book().current.model_copy(update={"fallen_back": ()})
"""In force, as far as nothing had to fall back."""
CORPUS = Path(__file__).parents[1] / "corpus" / "manifest.jsonl"
BAD = """
id: wrong-on-purpose
version: 1
category: deepfakes
axis: capability
scope: notebook
confidence: 0.8
title: A picture is read
rationale: Many notebooks read pictures, so that this rule is wrong as often as one could wish.
false_alarms: Nearly everyone who works with pictures.
benign_if: Nearly always.
condition:
  import: '/^(cv2|pil|matplotlib|numpy|pandas|torch|sklearn)/'
examples:
  fires: [{title: A picture, cells: ["import cv2"]}]
  stays_silent: [{title: Numbers, cells: ["print(1)"]}]
"""


def measured(id: str, right: int, wrong: int, category: str = "deepfakes") -> Measured:
    return Measured(id=id, version=1, category=category, right=right, wrong=wrong)


def fallen(*ids: str) -> Policy:
    return POLICY.model_copy(update={"fallen_back": ids})


@pytest.mark.parametrize(
    ("right", "total", "standing"),
    [
        (0, 0, "unmeasured"),
        (98, 100, "doubtful"),
        (90, 100, "below"),
        (1, 2, "below"),
        (50, 50, "holds"),
        (400, 400, "proven"),
    ],
)
def test_the_standing_says_how_sure_the_measure_is(right: int, total: int, standing: str):
    precision = rate((str(place), place < right) for place in range(total))
    assert standing_of(precision, 0.99) is Standing(standing)


def test_a_rule_below_the_bar_must_stand_under_fallen_back():
    (sentence,) = disagreements([measured("bad", 5, 5)], POLICY)
    assert "bad is right in 5 of 10" in sentence
    assert "Name it under fallen_back" in sentence
    assert disagreements([measured("bad", 5, 5)], fallen("bad")) == ()


def test_what_the_evidence_does_not_settle_is_left_to_people():
    assert disagreements([measured("one-slip", 80, 1)], POLICY) == ()
    assert disagreements([measured("one-slip", 80, 1)], fallen("one-slip")) == ()


def test_a_category_that_is_switched_off_asks_for_nothing():
    assert disagreements([measured("web", 1, 9, "web-uis")], POLICY) == ()


def test_what_is_proven_again_or_unknown_is_taken_from_the_list():
    proven, unknown = disagreements([measured("good", 900, 0)], fallen("good", "gone"))
    assert proven == "good is proven to hold the bar. Take it from fallen_back."
    assert unknown.startswith("gone stands under fallen_back")


def test_a_rule_that_is_bad_on_purpose_is_caught_on_the_corpus(tmp_path: Path):
    """The check that CI makes can fail: this is the rule that fails it."""
    (tmp_path / "deepfakes").mkdir()
    (tmp_path / "deepfakes" / "wrong-on-purpose.yaml").write_text(BAD)
    rules = load_rules(tmp_path)
    judged = list(judge_all(read_manifest(CORPUS), POLICY, tmp_path, processes=1))
    report = report_on(judged, POLICY, rules)
    assert report.below_bar == ("wrong-on-purpose",)
    assert len(report.disagreements) == 1
    assert report_on(judged, fallen("wrong-on-purpose"), rules).disagreements == ()


def test_a_record_comes_back_as_it_was_written(tmp_path: Path):
    entries = read_manifest(CORPUS)[:3]
    judged = list(judge_all(entries, POLICY, processes=1))
    record = record_of(report_on(judged, POLICY, default_rules()))
    file = tmp_path / "measured.json"
    file.write_text(record.model_dump_json())
    assert Record.read(file) == record


def test_a_record_that_is_none_is_said_to_be_none(tmp_path: Path):
    file = tmp_path / "measured.json"
    file.write_text('{"form": 1, "rules": [{"id": 4}]}')
    with pytest.raises(Invalid, match="measured"):
        Record.read(file)
    with pytest.raises(Invalid, match="No such file"):
        Record.read(tmp_path / "absent.json")


def test_the_policy_that_ships_agrees_with_the_record_that_ships():
    assert disagreements(shipped_record().rules, load_book().current) == ()
