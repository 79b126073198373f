from dataclasses import replace
from pathlib import Path

from colonnade.enforcement.verdict import Outcome
from colonnade.evaluation.judging import Judged, judge_all
from colonnade.evaluation.manifest import Side, read_manifest
from colonnade.policy import load_book

POLICY = load_book().current


def test_each_notebook_keeps_its_step_and_what_fired(judged: list[Judged]):
    by_path = {one.entry.path: one for one in judged}
    swap = by_path["swap.ipynb"]
    assert (swap.step, swap.category, swap.side) == (Outcome.REFUSE, "deepfakes", Side.ABUSE)
    assert "face-swap-pipeline" in swap.fired
    assert swap.fired["face-swap-pipeline"].alone is Outcome.REFUSE
    assert by_path["animate.ipynb"].caught
    assert by_path["plain.ipynb"].confidence == 0
    assert not by_path["plain.ipynb"].fired


def test_a_rule_that_works_alone_is_missed_when_it_is_off(judged: list[Judged]):
    animate = next(one for one in judged if one.entry.path == "animate.ipynb")
    assert len(animate.fired) == 1
    (fired,) = animate.fired.values()
    assert (fired.alone, fired.without) == (animate.step, Outcome.ALLOW)


def test_what_exceeds_its_budget_is_counted_beside_the_step(judged: list[Judged]):
    deep = next(one for one in judged if one.entry.path == "deep.ipynb")
    assert (deep.step, deep.unscannable) == (Outcome.ALLOW, 1)


def test_a_file_that_cannot_be_read_is_said_and_stops_nothing(corpus: Path):
    (corpus.parent / "swap.ipynb").unlink()
    first, *others = judge_all(read_manifest(corpus), POLICY, processes=1)
    assert first.problem
    assert not any(one.problem for one in others)


def test_several_processes_give_the_same_in_the_same_order(corpus: Path, judged: list[Judged]):
    assert list(judge_all(read_manifest(corpus), POLICY, processes=2)) == judged


def test_a_policy_that_lets_a_rule_fall_back_catches_less(corpus: Path):
    entries = [one for one in read_manifest(corpus) if one.path == "animate.ipynb"]
    (before,) = judge_all(entries, POLICY, processes=1)
    milder = POLICY.model_copy(update={"fallen_back": tuple(before.fired)})
    (after,) = judge_all(entries, milder, processes=1)
    assert before.caught
    assert after == replace(after, step=Outcome.NOTICE)
