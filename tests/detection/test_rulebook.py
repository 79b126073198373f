from pathlib import Path

import pytest

from colonnade.detection.rulebook import check_rules, default_rules, load_rules, parse_rule
from colonnade.detection.rules import RuleSet
from colonnade.kit.errors import Invalid
from colonnade.kit.shipped import shipped
from colonnade.policy import load_book

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
condition: {import: something}
examples:
  fires: [{title: It is imported, cells: ["import something"]}]
  stays_silent: [{title: Another is imported, cells: ["import other"]}]
"""


@pytest.mark.parametrize("rule", default_rules().rules, ids=lambda rule: rule.id)
def test_each_shipped_rule_fires_on_its_examples_and_is_silent_on_its_near_misses(rule):
    categories = frozenset(category.id for category in load_book().current.categories)
    assert check_rules(RuleSet((rule,), "test"), categories) == []


def test_a_rule_that_does_not_keep_its_word_is_named():
    broken = parse_rule(RULE.replace("import: something", "import: nothing"), "a.yaml")
    loud = parse_rule(RULE.replace("import: something", "import: /./"), "a.yaml")
    assert check_rules(RuleSet((broken,), "x")) == ["a-rule: does not fire on 'It is imported'."]
    assert check_rules(RuleSet((loud,), "x")) == [
        "a-rule: fires on its near miss 'Another is imported'."
    ]
    assert check_rules(RuleSet((broken,), "x"), frozenset())[0].startswith("a-rule: the policy has")


def test_a_near_miss_that_has_nothing_in_common_with_the_rule_proves_nothing():
    far = parse_rule(RULE.replace('"import other"', '"x = 1"'), "a.yaml")
    assert check_rules(RuleSet((far,), "x")) == [
        "a-rule: no near miss shows any kind of feature that it asks for."
    ]


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("condition: {import: something}", "condition: {imports: something}", "imports"),
        ("condition: {import: something}", "condition: {import: '/(/'}", "import"),
        ("condition: {import: something}", "condition: {all: []}", "list of conditions"),
        ("condition: {import: something}", "condition: {import: a, call: b}", "one key"),
        ("confidence: 0.9", "confidence: 2", "confidence"),
        ("axis: conduct", "axis: guess", "axis"),
        ("rationale: It", "reason: It", "rationale"),
        ("scope: cell", "scope: cell\nmore: 1", "more"),
        ("id: a-rule", "id: [", "line"),
        ("  stays_silent:", "  quiet:", "stays_silent"),
    ],
)
def test_a_malformed_rule_is_refused_with_its_file_and_place(before: str, after: str, named: str):
    with pytest.raises(Invalid) as problem:
        parse_rule(RULE.replace(before, after), "folder/a.yaml")
    assert "folder/a.yaml" in problem.value.message
    assert named in problem.value.message


def test_two_rules_of_one_id_are_refused(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(RULE)
    (tmp_path / "b.yaml").write_text(RULE)
    with pytest.raises(Invalid, match="a-rule"):
        load_rules(tmp_path)


def test_an_empty_folder_is_no_rulebook(tmp_path: Path):
    with pytest.raises(Invalid):
        load_rules(tmp_path)


def test_the_version_of_a_rulebook_changes_with_any_rule(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(RULE)
    first = load_rules(tmp_path).version
    (tmp_path / "a.yaml").write_text(RULE.replace("0.9", "0.8"))
    assert load_rules(tmp_path).version != first


FILE_RULE = (
    RULE.replace("scope: cell", "scope: file")
    .replace("import: something", "graph: Swapper")
    .replace('cells: ["import something"]', "features: [{graph: swapper}]")
    .replace('cells: ["import other"]', "features: [{graph: recogniser}]")
)


def test_a_rule_over_files_is_checked_on_features():
    assert check_rules(RuleSet((parse_rule(FILE_RULE, "a.yaml"),), "x")) == []
    deaf = parse_rule(FILE_RULE.replace("graph: Swapper", "graph: other"), "a.yaml")
    assert check_rules(RuleSet((deaf,), "x")) == ["a-rule: does not fire on 'It is imported'."]


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("graph: Swapper", "import: numpy", "'import' is not seen in scope 'file'"),
        ("scope: file", "scope: notebook", "'graph' is not seen in scope 'notebook'"),
        ("scope: file", "scope: planet", "scope"),
        ("features: [{graph: swapper}]", 'cells: ["x"]', "has 'features', no 'cells'"),
        ("{graph: swapper}]", '{graph: swapper}], cells: ["x"]', "no 'cells'"),
        ("{graph: swapper}", "{graph: swapper, path: a}", "kind: value"),
        ("{graph: swapper}", "{call: swapper}", "kind: value"),
        ("{graph: swapper}", "{unheard: swapper}", "features"),
    ],
)
def test_a_rule_that_does_not_fit_its_scope_is_refused(before: str, after: str, named: str):
    with pytest.raises(Invalid) as problem:
        parse_rule(FILE_RULE.replace(before, after), "a.yaml")
    assert named in problem.value.message


def test_a_rule_lies_where_its_id_and_category_say(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(RULE)
    assert check_rules(load_rules(tmp_path)) == ["a-rule: its file is a.yaml and not a-rule.yaml."]


def test_the_rules_in_the_guide_keep_their_word():
    guide = (shipped("rules").parent / "docs" / "how-to" / "write-a-rule.md").read_text("utf-8")
    written = [one.split("```")[0] for one in guide.split("```yaml\n")[1:]]
    assert len(written) >= 2
    for text in written:
        assert check_rules(RuleSet((parse_rule(text, "guide"),), "guide")) == []
