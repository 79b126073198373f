import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest

from colonnade.detection.cells import Cell
from colonnade.detection.rulebook import default_rules
from colonnade.detection.scan import Scanned, scan_cells
from colonnade.enforcement.file_workers import FileWorkers
from colonnade.enforcement.scanning import FileVerdict, Result, Tally, Unusable, judge_file, scan
from colonnade.enforcement.verdict import Outcome
from colonnade.policy import load_book
from detection.files.building import jpeg, swapper
from detection.test_archives import zipped
from support.judged_notebooks import BENIGN, SWAP

RULES, POLICY = default_rules(), load_book().current
CLONE = "!git clone https://github.com/iperov/DeepFaceLab"


@pytest.fixture
async def workers() -> AsyncGenerator[FileWorkers]:
    opened = FileWorkers(RULES)
    yield opened
    await opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {"swap": SWAP, **BENIGN}.items():
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(content))
    return tmp_path


async def results(workers: FileWorkers, *paths: Path) -> list[Result]:
    return [one async for one in scan(paths, workers, POLICY, ahead=3)]


def tallied(found: list[Result]) -> Tally:
    tally = Tally()
    for one in found:
        tally.add(one)
    return tally


def scanned(*sources: str) -> Scanned:
    return scan_cells(RULES, [Cell(one, at) for at, one in enumerate(sources)], "a.ipynb", "0")


async def test_a_folder_is_scanned_in_order_and_only_the_abusive_notebook_is_refused(
    workers: FileWorkers, folder: Path
):
    found = await results(workers, folder)
    verdicts = [
        (Path(one.scanned.path).stem, one.verdict) for one in found if not isinstance(one, Unusable)
    ]
    expected = {**dict.fromkeys(BENIGN, "allow"), "swap": "refuse"}
    assert verdicts == sorted(expected.items())


async def test_exit_codes_tell_refusals_and_unusable_input_apart(
    workers: FileWorkers, folder: Path
):
    assert tallied(await results(workers, folder / "course.ipynb")).exit_code == 0
    assert tallied(await results(workers, folder)).exit_code == 1
    assert tallied(await results(workers, folder, folder / "none.ipynb")).exit_code == 2
    assert tallied([]).exit_code == 2
    held = judge_file(scanned(CLONE), POLICY)
    assert (held.verdict, tallied([held]).exit_code) == ("hold", 0)


async def test_a_scan_that_is_left_early_ends_what_is_under_way(workers: FileWorkers, folder: Path):
    async with aclosing(scan([folder, folder], workers, POLICY, ahead=4)) as found:
        async for one in found:
            assert one
            break
    assert len(await results(workers, folder)) == len(BENIGN) + 1


async def test_a_folder_that_cannot_be_read_is_named_once_and_the_others_are_scanned(
    workers: FileWorkers, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    import os

    (folder / "locked").mkdir()
    listed = os.scandir

    def scandir(path: str) -> object:
        # Permissions do not keep root out, under which tests may run.
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = await results(workers, folder)
    (problem,) = [one for one in found if isinstance(one, Unusable)]
    assert problem.path.endswith("locked")
    assert len(found) == len(BENIGN) + 2


def test_what_was_not_examined_is_never_allowed_and_hides_no_refusal():
    deep = "(" * 20_000
    assert judge_file(scanned(deep), POLICY).verdict == "unscannable"
    assert tallied([judge_file(scanned(deep), POLICY)]).exit_code == 1
    assert judge_file(scanned(deep, CLONE), POLICY).verdict == "unscannable"
    stages = [cell["source"] for cell in SWAP["cells"]]
    assert judge_file(scanned(deep, *stages), POLICY).verdict == "refuse"


def test_a_declared_purpose_releases_what_is_held_and_nothing_else():
    held = judge_file(scanned(CLONE), POLICY)
    (rule,) = {reason.finding.rule for reason in held.reasons}
    released = judge_file(scanned(CLONE), POLICY, {rule})
    assert (released.verdict, released.released) == ("allow", (rule,))
    stages = [cell["source"] for cell in SWAP["cells"]]
    every = {one.id for one in RULES.rules}
    assert judge_file(scanned(*stages), POLICY, every).verdict == "refuse"


def test_every_finding_is_kept_with_its_own_step_the_gravest_first():
    stages = [cell["source"] for cell in SWAP["cells"]]
    verdict = judge_file(scanned(*stages, CLONE), POLICY)
    steps = [reason.step for reason in verdict.reasons]
    assert len(verdict.reasons) == len(verdict.scanned.findings)
    assert steps[0] is Outcome.REFUSE
    assert Outcome.HOLD in steps
    assert (verdict.category, verdict.confidence) == (
        verdict.reasons[0].finding.category,
        verdict.reasons[0].finding.confidence,
    )


async def test_other_files_are_told_where_something_is_found_or_where_they_are_named(
    workers: FileWorkers, folder: Path
):
    inner = folder / "inner"
    inner.mkdir()
    (inner / "holiday.bin").write_bytes(swapper())
    (inner / "photo.jpg").write_bytes(jpeg())
    (inner / "broken.jpg").write_bytes(b"\xff\xd8" + b"\xff\xe1\x00\x02" * 3000)
    verdicts = {
        Path(one.scanned.path).name: one.verdict
        for one in await results(workers, inner, folder / "inner" / "photo.jpg")
        if not isinstance(one, Unusable)
    }
    assert verdicts == {"holiday.bin": "hold", "broken.jpg": "unscannable", "photo.jpg": "allow"}
    assert len(await results(workers, inner)) == 2


async def test_what_an_archive_holds_is_told_after_it_member_by_member(
    workers: FileWorkers, tmp_path: Path
):
    held = {"swap.ipynb": json.dumps(SWAP).encode(), "fine.py": b"print(1)"}
    (tmp_path / "a.zip").write_bytes(zipped(held))
    (tmp_path / "b.zip").write_bytes(zipped({str(n): b"\0" * (8 << 20) for n in range(10)}))
    found = await results(workers, tmp_path)
    told = [
        (Path(one.scanned.path).name, one.verdict) for one in found if isinstance(one, FileVerdict)
    ]
    assert told == [("swap.ipynb", "refuse"), ("b.zip", "unscannable")]
    assert tallied(found).exit_code == 1
