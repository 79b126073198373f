import json
from dataclasses import replace

from colonnade.detection.rulebook import default_rules
from colonnade.evaluation.judging import Judged
from colonnade.evaluation.report import Report, report_on
from colonnade.policy import load_book

POLICY = load_book().current


def test_the_report_names_every_mistake_and_survives_json(judged: list[Judged]):
    report = report_on(judged, POLICY, default_rules())
    assert {(one.path, one.step) for one in report.mistakes} == {
        ("missed.ipynb", "allow"),
        ("alarm.ipynb", "hold"),
    }
    raw = json.loads(report.model_dump_json())
    assert raw["overall"]["recall"]["value"] == 2 / 3
    assert raw["labels"][0]["recall"]["low"] < 2 / 3
    assert Report.model_validate(raw) == report


def test_a_rule_that_is_wrong_too_often_is_named_for_the_policy(judged: list[Judged]):
    report = report_on(judged, POLICY, default_rules())
    (only,) = next(one for one in judged if one.entry.path == "alarm.ipynb").fired
    assert report.below_bar == (only,)


def test_what_could_not_be_judged_counts_nowhere(judged: list[Judged]):
    broken = [replace(judged[0], problem="It is gone."), *judged[1:]]
    report = report_on(broken, POLICY, default_rules())
    assert [one.path for one in report.unusable] == ["swap.ipynb"]
    assert report.overall.recall.total == 2
