from colonnade.detection.cells import Cell
from colonnade.detection.rulebook import default_rules
from colonnade.detection.scan import Scanned, scan_cells
from colonnade.enforcement.report.text import WIDTH, TextReport
from colonnade.enforcement.scanning import Tally, Unusable, judge_file
from colonnade.policy import load_book
from support.judged_notebooks import SWAP

RULES, POLICY = default_rules(), load_book().current
REPORT = TextReport(RULES, POLICY)


def told(*sources: str) -> str:
    cells = [Cell(source, index) for index, source in enumerate(sources)]
    return REPORT.one(judge_file(scan_cells(RULES, cells, "a.ipynb", "0"), POLICY))


def test_a_refused_file_is_told_what_where_why_and_what_would_be_fine():
    text = told(*(cell["source"] for cell in SWAP["cells"]))
    assert text.startswith("a.ipynb: refuse (deepfakes, 0.97)\n")
    for part in (
        "\n  face-swap-pipeline: ",
        "step      would be refused, by clause 1 of the policy: Fakes of real people",
        "about     conduct, with a confidence of 0.97",
        "why       ",
        "found     cell 3, line 1: ",
        "| !mkdir -p /content/work/data_src/aligned",
        "matched   all of these",
        "verb: extract @ 4:1",
        "benign if ",
    ):
        assert part in text, part
    assert max(map(len, text.splitlines())) <= WIDTH


def test_a_file_with_nothing_to_say_takes_one_line():
    assert told("x = 1") == "a.ipynb: allow\n"


def test_what_could_not_be_examined_is_said():
    text = told("x = 1", "(" * 20_000)
    assert text.startswith("a.ipynb: unscannable\n  cell 2 could not be examined: its brackets")
    whole = Scanned("a.ipynb", "", unscannable=((None, "it is larger than 64 MiB"),))
    assert "\n  it could not be examined: it is larger" in REPORT.one(judge_file(whole, POLICY))


def test_unusable_input_and_its_name_cannot_act_on_the_terminal():
    assert REPORT.one(Unusable("a\x1b[2J", "No\x07.")) == "a\\x1b[2J: unusable: No\\x07.\n"


def test_nothing_stands_around_the_results():
    assert REPORT.begin() + REPORT.end(Tally()) == ""
