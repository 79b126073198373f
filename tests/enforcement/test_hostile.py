"""Hostile input through the whole way, by real processes: the gate's judge, a scan, a check.

Nothing here is timed. What is bounded shows itself in that the tests end, and in that the others
are answered meanwhile.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from colonnade.detection.rulebook import default_rules
from colonnade.enforcement.file_workers import FileWorkers
from colonnade.enforcement.report.json_lines import JsonReport
from colonnade.enforcement.scanning import FileVerdict, Tally, scan
from colonnade.enforcement.service import Enforcement
from colonnade.enforcement.verdict import Asked, Outcome, Verdict
from colonnade.policy import load_book
from support.hostile import (
    BEYOND_LIMITS,
    BOMBS,
    CLONE,
    MISLEADING,
    WITHIN_LIMITS,
    deep_json,
    stored,
)

RULES, POLICY = default_rules(), load_book().current


def asked(source: str, person: str = "mallory") -> Asked:
    return Asked(person, f"r-{person}", f"k-{person}", "", "cell", source)


async def judged(judge: Enforcement, source: str) -> Verdict:
    return await judge.judge(asked(source))


@pytest.mark.parametrize("name", BEYOND_LIMITS)
async def test_a_cell_that_is_not_examined_does_not_run_and_says_so(
    enforcement: Enforcement, name: str
):
    verdict = await judged(enforcement, BEYOND_LIMITS[name])
    assert verdict.outcome is Outcome.REFUSE
    assert "could not be examined" in verdict.text


async def test_a_cell_of_200_megabytes_is_not_even_sent(enforcement: Enforcement):
    verdict = await judged(enforcement, "x" * (200 << 20))
    assert verdict.outcome is Outcome.REFUSE


async def test_what_is_slow_for_the_careless_is_read_and_runs(enforcement: Enforcement):
    for name, source in WITHIN_LIMITS.items():
        verdict = await judged(enforcement, source)
        assert "could not be examined" not in verdict.text, name
        assert verdict.outcome is Outcome.ALLOW, name
        held = await judged(enforcement, f"{source}\n{CLONE}")
        assert not held.outcome.runs, name


async def test_what_follows_work_without_an_end_is_seen_or_not_run(enforcement: Enforcement):
    spent = "x = 'a'" + " + 'a'" * 20_000
    assert (await judged(enforcement, f"{spent}\n{CLONE}")).outcome is Outcome.HOLD
    hidden = f"{spent}\nname = 'sys' + 'tem'\nimport os\ngetattr(os, name)('x' + 'y')"
    verdict = await judged(enforcement, hidden)
    assert verdict.outcome is Outcome.REFUSE
    assert "too many steps" in " ".join(verdict.text.split())


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_not_unpacked_and_not_let_through(enforcement: Enforcement, name: str):
    assert (await judged(enforcement, BOMBS[name])).outcome is not Outcome.ALLOW


@pytest.mark.parametrize("name", MISLEADING)
async def test_what_misleads_the_eye_is_found_and_shown_for_what_it_is(
    enforcement: Enforcement, name: str
):
    verdict = await judged(enforcement, MISLEADING[name])
    assert verdict.outcome is Outcome.HOLD
    assert all(line.isprintable() for line in verdict.text.splitlines())


async def test_other_people_are_answered_while_somebody_sends_all_of_it(enforcement: Enforcement):
    sources = [*BEYOND_LIMITS.values(), *WITHIN_LIMITS.values(), *BOMBS.values()]
    attack = asyncio.gather(*(judged(enforcement, source) for source in sources))
    for number in range(20):
        verdict = await enforcement.judge(asked(f"total = sum(range({number}))  # ada", "ada"))
        assert verdict.outcome is Outcome.ALLOW
    assert not [one for one in await attack if "Traceback" in one.text]
    assert (await enforcement.judge(asked(CLONE, "ada"))).outcome is Outcome.HOLD


@pytest.fixture
async def workers() -> AsyncGenerator[FileWorkers]:
    opened = FileWorkers(RULES, count=2)
    yield opened
    await opened.close()


async def test_a_scan_goes_on_through_a_folder_of_it(workers: FileWorkers, tmp_path: Path):
    expected: dict[str, set[str]] = {}

    def put(name: str, data: bytes, *verdicts: str) -> None:
        (tmp_path / name).write_bytes(data)
        expected[name] = set(verdicts)

    for number, source in enumerate(BEYOND_LIMITS.values()):
        put(f"beyond-{number}.ipynb", stored(source), "unscannable")
        put(f"beyond-{number}.py", source.encode(), "unscannable")
    for number, source in enumerate(WITHIN_LIMITS.values()):
        put(f"within-{number}.ipynb", stored(source), "allow")
    for number, source in enumerate(BOMBS.values()):
        put(f"bomb-{number}.ipynb", stored(source), "notice", "hold", "unscannable")
    for number, source in enumerate(MISLEADING.values()):
        put(f"misleading-{number}.ipynb", stored(source), "hold")
    put("deep.ipynb", deep_json(), "unscannable")
    put("huge.ipynb", stored("x = 1")[:-1] + b" " * (200 << 20) + b"}", "unscannable")
    put("not-utf-8.ipynb", stored(CLONE).replace(b"iperov", b"iperov\xff\xfe"), "allow", "hold")
    put("not-utf-8.py", b"\xff\xfe\xc3\x28\n" + CLONE.encode(), "hold")
    put("last.py", CLONE.encode(), "hold")

    report, tally, found = JsonReport(RULES), Tally(), dict[str, str]()
    async for one in scan([tmp_path], workers, POLICY):
        tally.add(one)
        told = json.loads(report.one(one))
        found[Path(told["path"]).name] = told.get("verdict", "unusable")
    assert {name: one for name, one in found.items() if one not in expected[name]} == {}
    assert found.keys() == expected.keys()
    assert tally.exit_code == 1


async def test_a_check_of_it_is_answered_and_the_next_one_too(enforcement: Enforcement):
    check = enforcement.checks.check
    for name, source in BEYOND_LIMITS.items():
        assert (await check("a.ipynb", stored(source))).verdict == "unscannable", name
    for name, source in BOMBS.items():
        assert (await check("a.ipynb", stored(source))).verdict != "allow", name
    assert (await check("a.ipynb", deep_json())).verdict == "unscannable"
    assert (await check("a.ipynb", stored(*[CLONE] * 4999, "(" * 500))).verdict == "unscannable"
    for name, source in MISLEADING.items():
        checked = await check("a.ipynb", stored(source))
        assert checked.verdict == "hold", name
        lines = [line for rule in checked.findings for one in rule.places for line in one.excerpt]
        assert all(line.isprintable() for line in lines), name


async def test_one_process_survives_all_of_it_in_turn(tmp_path: Path):
    workers = FileWorkers(RULES, count=1)
    try:
        for source in (*BEYOND_LIMITS.values(), *BOMBS.values()):
            await workers.examine("a.ipynb", stored(source))
        (tmp_path / "last.py").write_text(CLONE)
        (last,) = [one async for one in scan([tmp_path / "last.py"], workers, POLICY)]
        assert isinstance(last, FileVerdict)
        assert last.verdict == "hold"
    finally:
        await workers.close()
