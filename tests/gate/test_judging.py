"""Asking the judge: never later than allowed, never 'allow' by failure, never without a memory."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from colonnade.enforcement.verdict import Asked, Outcome, Verdict, digest
from colonnade.gate.judging import (
    MAX_EARLIER,
    MAX_EARLIER_CHARACTERS,
    MAX_KERNELS,
    UNJUDGED,
    Judging,
    Memory,
    Subject,
)
from colonnade.gate.metrics import GateMetrics
from colonnade.gate.protocol.judged_parts import Part

from .harness import WordJudge

SUBJECT = Subject("p", "r", "k", "Notes.ipynb")


def judging(judge: WordJudge, seconds: float = 5.0) -> Judging:
    return Judging(judge, GateMetrics(CollectorRegistry()), seconds)


async def test_parts_are_judged_in_turn_up_to_the_first_that_may_not_run() -> None:
    judge = WordJudge()
    parts = [Part("cell", "a"), Part("user-expression", "EVIL"), Part("user-expression", "b")]
    verdicts = await judging(judge).ask(SUBJECT, parts)
    assert [verdict.outcome for verdict in verdicts] == [Outcome.ALLOW, Outcome.REFUSE]
    assert judge.asked[1] == Asked(
        "p", "r", "k", "Notes.ipynb", "user-expression", "EVIL", earlier=("a",)
    )


async def test_a_judge_that_fails_or_is_late_refuses() -> None:
    for source in ("FAIL", "WAIT"):
        [verdict] = await judging(WordJudge(), 0.05).ask(SUBJECT, [Part("cell", source)])
        assert verdict == Verdict(Outcome.REFUSE, "", UNJUDGED, digest(source))


async def test_only_what_ran_is_remembered_and_only_for_its_kernel() -> None:
    judge = WordJudge()
    asking = judging(judge)
    for source in ("one", "EVIL", "two"):
        await asking.ask(SUBJECT, [Part("cell", source)])
    await asking.ask(SUBJECT, [Part("comm", "a comm's text")])
    await asking.ask(SUBJECT, [Part("cell", "three")])
    assert judge.asked[-1].earlier == ("one", "two")
    await asking.ask(Subject("p", "r", "another"), [Part("cell", "four")])
    assert judge.asked[-1].earlier == ()


async def test_one_persons_slow_verdict_does_not_hold_another() -> None:
    judge = WordJudge()
    asking = judging(judge)
    slow = asyncio.create_task(asking.ask(SUBJECT, [Part("cell", "WAIT")]))
    [verdict] = await asking.ask(Subject("q", "r", "k2"), [Part("cell", "1")])
    assert verdict.outcome.runs
    judge.go_on.set()
    assert (await slow)[0].outcome.runs


async def test_what_is_known_at_once_is_what_would_be_answered_and_is_remembered() -> None:
    judge = WordJudge()
    asking = judging(judge)
    parts = [Part("cell", "PLAIN 1"), Part("user-expression", "PLAIN 2")]
    verdicts = asking.at_once(SUBJECT, parts)
    assert verdicts == await judging(WordJudge()).ask(SUBJECT, parts)
    assert judge.asked == []
    await asking.ask(SUBJECT, [Part("cell", "three")])
    assert judge.asked[-1].earlier == ("PLAIN 1",)


@pytest.mark.parametrize("source", ["1 + 1", "PLAIN EVIL", "PLAIN HOLD", "FAIL"])
async def test_all_else_takes_the_longer_way_and_leaves_no_trace_before(source: str) -> None:
    judge = WordJudge()
    asking = judging(judge)
    assert asking.at_once(SUBJECT, [Part("cell", "PLAIN"), Part("cell", source)]) is None
    await asking.ask(SUBJECT, [Part("cell", "next")])
    assert judge.asked[-1].earlier == ()


def test_the_memory_is_bounded_in_every_direction() -> None:
    memory = Memory()
    for number in range(MAX_EARLIER + 5):
        memory.remember("k", str(number))
    assert len(memory.earlier("k")) == MAX_EARLIER
    memory.remember("k", "x" * (MAX_EARLIER_CHARACTERS + 5))
    assert memory.earlier("k") == ("x" * MAX_EARLIER_CHARACTERS,)
    for number in range(MAX_KERNELS):
        memory.remember(f"other {number}", "1")
    assert memory.earlier("k") == ()
