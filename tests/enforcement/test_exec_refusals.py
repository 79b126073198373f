"""Refused commands become notices with the rule and its clause, repetitions a count."""

from pathlib import Path

import pytest

from colonnade.detection.rulebook import load_rules
from colonnade.enforcement.exec_refusals import exec_refusals
from colonnade.kit.database import Database
from colonnade.observations import Observation, Trust
from colonnade.runtimes.engine import Observed
from support.exec_rules import write_rules
from support.witnessing import NOON, RUNTIME, Witness, runtime


def refused(**attributes: str | int | bool) -> Observed:
    given: dict[str, str | int | float | bool] = {
        "command": "python main.py swapper",
        "rule": "test-conduct",
        "category": "deepfakes",
        "reason": "rule",
        "count": 1,
        "repeated": False,
    }
    seen = Observation(NOON, "process", Trust.KERNEL, "exec-refused", RUNTIME, "/usr/bin/python")
    seen.attributes.update(given | attributes)
    return Observed(seen, 1)


@pytest.fixture
async def record(database: Database, tmp_path: Path) -> Witness:
    rules = load_rules(write_rules(tmp_path / "rules"))
    return Witness(database, {"exec-refused": exec_refusals(rules)})


async def test_a_refusal_is_a_notice_with_rule_clause_and_command(record: Witness) -> None:
    await record.heard(refused(), runtime())
    (notice,) = await record.notices()
    assert (notice.category, notice.channel, notice.times) == ("deepfakes", "exec", 1)
    assert notice.statement.clause == "1"
    assert notice.statement.command == "python main.py swapper"
    assert [rule.id for rule in notice.statement.rules] == ["test-conduct"]
    assert notice.contestable
    assert not notice.declarable
    ((where, text),) = record.shown
    assert where == RUNTIME
    assert "a command was not started" in text
    assert "python main.py swapper: a rule forbids it." in text
    assert "Clause 1 of the policy" in text
    assert "Rule test-conduct: A program swaps faces" in text
    assert f"http://127.0.0.1:1/notices/{notice.id}" in text


@pytest.mark.parametrize(("reason", "words"), [("late", "in time"), ("unjudged", "not be judged")])
async def test_what_was_not_judged_accuses_nobody(record: Witness, reason: str, words: str) -> None:
    await record.heard(refused(reason=reason, rule="", category=""), runtime())
    (notice,) = await record.notices()
    assert notice.statement.clause == ""
    ((_, text),) = record.shown
    assert words in " ".join(text.split())
    assert "nothing is said against it" in " ".join(text.split())
    assert "Clause" not in text


async def test_repetitions_are_counted_on_the_same_notice_and_not_shown(record: Witness) -> None:
    await record.heard(refused(), runtime())
    await record.heard(refused(count=19, repeated=True), runtime())
    (notice,) = await record.notices()
    assert notice.times == 20
    assert len(record.shown) == 1


async def test_another_command_is_another_notice(record: Witness) -> None:
    await record.heard(refused(), runtime())
    await record.heard(refused(command="python other.py swapper"), runtime())
    assert len(await record.notices()) == 2


async def test_a_command_is_made_visible_and_cut(record: Witness) -> None:
    await record.heard(refused(command="a\u202eb\n" + "x" * 990), runtime())
    (notice,) = await record.notices()
    assert "\u202e" not in notice.statement.command
    assert len(notice.statement.command) < 420


async def test_a_rule_that_is_no_longer_there_is_named_in_the_notice_alone(
    record: Witness,
) -> None:
    await record.heard(refused(rule="gone"), runtime())
    (notice,) = await record.notices()
    assert notice.statement.rules == ()


async def test_a_runtime_without_an_owner_gives_no_notice(record: Witness) -> None:
    await record.heard(refused(), runtime(owner=None))
    assert await record.notices() == []
