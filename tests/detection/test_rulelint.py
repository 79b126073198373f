import pytest

from colonnade.detection.rulebook import parse_rule
from colonnade.detection.rulelint import lint

RULE = """
id: a-rule
version: 1
category: evasion
axis: conduct
scope: cell
confidence: 0.9
title: Something is imported
rationale: It is here to be tested, and it says so at the length that rules need.
false_alarms: Everyone who imports it for good.
benign_if: It is imported for good.
condition: {all: [{import: something}, {any: [{call: one}, {call: two}]}]}
context: [{call: one}]
examples:
  fires: [{title: It is imported, cells: ["import something; one()"]}]
  stays_silent: [{title: Another is imported, cells: ["import other"]}]
"""


def problems(before: str = "", after: str = "", file: str = "evasion/a-rule.yaml") -> list[str]:
    assert before in RULE
    text = RULE.replace(before, after)
    return lint(parse_rule(text, file), text, file)


def test_a_well_written_rule_has_no_problem():
    assert problems() == []
    assert lint(parse_rule(RULE, "a"), "", "") == []


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("version: 1", "version: 1\nversion: 2", "line 4: 'version' is given twice"),
        ("{call: one}, {call: two}", "{call: one}, {call: one}", "'any' has 'call: one' twice"),
        ("call: two", "call: '/^Two$/'", "'call: /(?:^Two$)/' has capitals"),
        ("context: [{call: one}]", "context: [{import: something}]", "its context repeats"),
        ("title: Another is", "title: It is", "two examples are called 'It is imported'"),
    ],
)
def test_what_makes_no_difference_is_named(before: str, after: str, named: str):
    (problem,) = problems(before, after)
    assert named in problem


@pytest.mark.parametrize("expression", [r"^\W\S$", "(?i:Two)", "(?P<Name>two)", "[[:alpha:]]"])
def test_letters_that_stand_for_none_are_no_capitals(expression: str):
    assert problems("call: two", f"call: '/{expression}/'") == []


def test_a_rule_lies_where_its_id_and_category_say():
    assert problems(file="evasion/b.yaml") == ["its file is b.yaml and not a-rule.yaml."]
    assert problems(file="deepfakes/a-rule.yaml") == ["it lies in deepfakes/ and not in evasion/."]
    assert problems(file="a-rule.yaml") == []
