from colonnade.detection.cells import Cell
from colonnade.detection.rulebook import parse_rule
from colonnade.detection.rules import RuleSet
from colonnade.detection.scan import scan_cells
from colonnade.enforcement.report.explain import Explanation, explain
from colonnade.enforcement.scanning import judge_file
from colonnade.enforcement.verdict import Outcome
from colonnade.policy import load_book

RULES = RuleSet(
    (
        parse_rule(
            """
            id: two-things
            version: 3
            category: deepfakes
            axis: capability
            scope: notebook
            confidence: 0.8
            title: Two things are together
            rationale: They are looked for in tests, so that
              an explanation has something to explain.
            false_alarms: Everyone; it exists in tests only.
            benign_if: Nobody minds.
            condition:
              all:
                - any: [{import: one}, {import: other}]
                - any: [{call: first.go}, {call: second.go}]
                - not: {import: absent}
            examples:
              fires: [{title: Together, cells: ["import one", "first.go()"]}]
              stays_silent: [{title: Alone, cells: ["import one"]}]
            """,
            "two-things.yaml",
        ),
    ),
    "test",
)
POLICY = load_book().current


def explained(*sources: str, declared: frozenset[str] = frozenset()) -> list[Explanation]:
    cells = [Cell(source, index) for index, source in enumerate(sources)]
    verdict = judge_file(scan_cells(RULES, cells, "a.ipynb", "0"), POLICY, declared)
    return explain(verdict, RULES, POLICY)


def test_a_rule_is_explained_in_its_own_words_and_the_policys():
    (one,) = explained("import one", "first.go()")
    assert (one.rule, one.version, one.axis) == ("two-things", 3, "capability")
    assert one.step is Outcome.HOLD
    assert (one.clause, one.clause_title) == ("1", "Fakes of real people")
    assert one.rationale.endswith("so that an explanation has something to explain.")
    assert one.benign_if == "Nobody minds."


def test_each_place_has_its_lines_and_what_was_seen_there():
    (one,) = explained("x = 1\nimport one", "first.go(); second.go()")
    assert [(place.cell, place.start_line, place.seen) for place in one.places] == [
        (0, 2, "one"),
        (1, 1, "first.go, second.go"),
    ]
    assert one.places[0].excerpt == ("import one",)


def test_the_tree_shows_what_holds_and_where_and_skips_a_choice_of_one():
    (one,) = explained("import one", "first.go()", "second.go()")
    assert [(node.depth, node.text, node.places) for node in one.matched] == [
        (0, "all of these", ()),
        (1, "import: one", ((0, 1),)),
        (1, "any of these", ()),
        (2, "call: first.go", ((1, 1),)),
        (2, "call: second.go", ((2, 1),)),
        (1, "none of: import: absent", ()),
    ]


def test_nothing_in_a_shown_line_acts_or_hides():
    (one,) = explained("import one # \u202e\x1b[2J\u200b" + "x" * 500, "first.go()")
    (line,) = one.places[0].excerpt
    assert line.isprintable()
    assert len(line) <= 160
    assert "\\u202e\\x1b" in line


def test_what_a_declared_purpose_lets_run_is_said():
    (one,) = explained("import one", "first.go()", declared=frozenset({"two-things"}))
    assert one.released


def test_nothing_found_is_nothing_explained():
    assert explained("x = 1") == []
