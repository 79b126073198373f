from dataclasses import replace

from colonnade.detection.rulebook import default_rules
from colonnade.evaluation.intervals import rate
from colonnade.evaluation.judging import Judged
from colonnade.evaluation.report import report_on
from colonnade.evaluation.wording import share, text_of
from colonnade.policy import load_book

POLICY = load_book().current


def test_a_share_is_told_with_its_counts_and_intervals():
    assert share(None) == share(rate([])) == "–"
    assert share(rate([("a", True)] * 10)) == "1.000 (10/10) [0.722, 1.000]"
    trials = [(owner, owner in "abc") for owner in "abcdef"]
    assert "‹" in share(rate(trials))


def test_the_text_holds_every_table_and_names_mistakes(judged: list[Judged]):
    text = text_of(report_on(judged, POLICY, default_rules()))
    for words in (
        "By label",
        "By family",
        "By owner",
        "Mistakes",
        "By rule",
        "Calibration",
        "recall",
        "false alarms",
    ):
        assert words in text
    assert "By split" not in text, "a single split is no table"
    assert "allow, deepfake-creation (one-shot): missed.ipynb" in text


def test_a_manifest_cannot_write_to_the_terminal(judged: list[Judged]):
    nasty = replace(judged[2].entry, path="\x1b[2Jx", family="\x1b]0;y\x07", owner="\x1b[1m")
    text = text_of(
        report_on([replace(judged[2], entry=nasty, problem="")], POLICY, default_rules())
    )
    assert "\x1b" not in text
    broken = replace(judged[2], entry=nasty, problem="\x1b[2J is gone")
    assert "\x1b" not in text_of(report_on([*judged, broken], POLICY, default_rules()))
