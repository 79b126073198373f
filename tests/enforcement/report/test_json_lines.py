import json

from colonnade.detection.cells import Cell
from colonnade.detection.rulebook import default_rules
from colonnade.detection.scan import Scanned, scan_cells
from colonnade.enforcement.report.json_lines import JsonReport
from colonnade.enforcement.scanning import Unusable, judge_file
from colonnade.policy import load_book
from support.judged_notebooks import SWAP

RULES, POLICY = default_rules(), load_book().current
REPORT = JsonReport(RULES)


def test_one_object_a_file_in_the_promised_form():
    cells = [Cell(cell["source"], index) for index, cell in enumerate(SWAP["cells"])]
    verdict = judge_file(scan_cells(RULES, cells, "a.ipynb", "f" * 64), POLICY)
    (line,) = REPORT.one(verdict).splitlines()
    found = json.loads(line)
    assert found["verdict"] == "refuse"
    assert found["category"] == "deepfakes"
    assert found["confidence"] == 0.97
    assert found["sha256"] == "f" * 64
    assert found["rules_version"] == RULES.version
    finding = next(one for one in found["findings"] if one["rule"] == "face-swap-pipeline")
    assert set(finding) == {"rule", "category", "axis", "confidence", "evidence"}
    assert finding["evidence"][0] == {
        "cell": 2,
        "start_line": 1,
        "end_line": 1,
        "excerpt": "!mkdir -p /content/work/data_src/aligned /content/work/data_dst/aligned",
    }


def test_what_could_not_be_examined_names_its_cell_or_the_whole_file():
    whole = Scanned("a.ipynb", "", unscannable=((None, "it is too large"), (3, "it nests")))
    found = json.loads(REPORT.one(judge_file(whole, POLICY)))
    assert found["verdict"] == "unscannable"
    assert [one["cell"] for one in found["unscannable"]] == [None, 3]


def test_unusable_input_is_a_path_and_what_is_wrong_with_it():
    assert json.loads(REPORT.one(Unusable("a", "No."))) == {"path": "a", "error": "No."}
