"""Write the figures of docs/detection.md anew.

tools/detection_page.py MANIFEST...

Each manifest is judged, and again in twelve disguises and in some over each other; the first one
also shows the shipped model's figures. What is written names no owner and no path. It takes some
minutes.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from colonnade.detection.model import shipped_model
from colonnade.detection.rulebook import default_rules
from colonnade.evaluation.calibration import Calibration
from colonnade.evaluation.disguised import compare
from colonnade.evaluation.disguises.catalogue import DISGUISES, stacks
from colonnade.evaluation.judging import judge_all
from colonnade.evaluation.manifest import read_manifest
from colonnade.evaluation.picture import draw
from colonnade.evaluation.report import Learned, Report, report_on
from colonnade.evaluation.training import LeftOut
from colonnade.evaluation.wording import text_of
from colonnade.policy import load_book

ROOT = Path(__file__).parents[1]
PAGE, PICTURE = ROOT / "docs" / "detection.md", ROOT / "docs" / "pictures" / "calibration.svg"
BEGIN, END = "<!-- figures: made by tools/detection_page.py -->", "<!-- end of figures -->"


def main() -> None:
    """Judge every manifest, and replace what stands between the two marks."""
    reports = {Path(name): _report(Path(name)) for name in sys.argv[1:]}
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(_blocks(reports)) + END + after, "utf-8")
    curves: dict[str, Calibration] = {
        f"rules, {_name(file)}": report.calibrations["rules"] for file, report in reports.items()
    }
    PICTURE.write_text(draw(curves), "utf-8")


def _report(file: Path) -> Report:
    policy, entries = load_book().current, read_manifest(file)
    judged = list(judge_all(entries, policy))
    compared = (
        compare(name, judged, list(judge_all(entries, policy, disguise=name)))
        for name in (*DISGUISES, *stacks())
    )
    report = report_on(judged, policy, default_rules())
    return report.model_copy(update={"disguises": tuple(compared)})


def _blocks(reports: dict[Path, Report]) -> Iterator[str]:
    for place, (file, report) in enumerate(reports.items()):
        if place == 0:
            report = report.model_copy(update={"learned": _shipped()})
        yield f"\n### {_name(file)}\n\n```text\n{text_of(report, names=False)}```\n"


def _name(file: Path) -> str:
    return "Corpus of our own" if file.resolve().is_relative_to(ROOT) else "Development list"


def _shipped() -> Learned:
    model = shipped_model("deepfakes")
    return Learned(
        name=model.name,
        threshold=model.threshold,
        signs=tuple(sign.statement for sign in model.signs),
        left_out=LeftOut.model_validate(model.provenance["left_out"]),
    )


if __name__ == "__main__":
    main()
