"""Recorded stories, judged again: `tests/replays/README.md` says what each must come to."""

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from colonnade.detection.rulebook import default_rules
from colonnade.detection.rules import Axis
from colonnade.enforcement.decide_conduct import Step
from colonnade.enforcement.replay import Run, replay
from colonnade.observations import Observation, Trust
from colonnade.observations.line import observation_of
from colonnade.policy import load_book

POLICY = load_book().current
STORIES = {path.stem: path for path in sorted(Path(__file__).parents[1].glob("replays/*.jsonl"))}
EXPECTED: dict[str, dict[str, Any]] = {
    name: json.loads(path.with_suffix(".json").read_text()) for name, path in STORIES.items()
}
STOPPED = [name for name, expected in EXPECTED.items() if expected["verdict"] == "stop"]
BENIGN = [name for name, expected in EXPECTED.items() if expected["verdict"] == "none"]


@cache
def observations(name: str) -> tuple[Observation, ...]:
    return tuple(observation_of(line) for line in STORIES[name].read_bytes().splitlines())


def run(seen: "tuple[Observation, ...] | list[Observation]") -> Run:
    (one,) = replay(seen, default_rules(), POLICY)
    return one


def test_there_are_stories_of_both_kinds():
    assert len(BENIGN) >= 8
    assert len(EXPECTED) - len(BENIGN) >= 8


@pytest.mark.parametrize("name", STORIES)
def test_a_story_comes_to_what_stands_beside_it(name: str):
    expected, judged = EXPECTED[name], run(observations(name))
    assert judged.step == expected["verdict"]
    first = {told.finding.rule: told.finding for told in reversed(judged.told)}
    for rule in expected.get("rules", ()):
        assert first[rule].seconds <= expected["within_seconds"]
    if judged.gravest is not None and judged.step is not Step.NONE:
        assert judged.gravest.decision.category is not None
        assert judged.gravest.decision.category.id == expected["category"]


@pytest.mark.parametrize("name", BENIGN)
def test_nothing_that_would_hold_anything_is_found_in_honest_work(name: str):
    for told in run(observations(name)).told:
        category = POLICY.category(told.finding.category)
        assert category is not None
        assert (
            told.finding.axis is Axis.LEGITIMACY
            or told.finding.confidence < POLICY.ladder_of(category).hold
        )


@pytest.mark.parametrize("name", STOPPED)
def test_no_sensor_stops_a_runtime_alone(name: str):
    seen = observations(name)
    for source in {one.source for one in seen}:
        assert run([one for one in seen if one.source == source]).step is not Step.STOP


@pytest.mark.parametrize("name", STOPPED)
def test_what_is_said_inside_the_sandbox_is_not_needed_for_a_stop(name: str):
    seen = [one for one in observations(name) if one.trust is not Trust.IN_SANDBOX]
    assert run(seen).step is Step.STOP


@pytest.mark.parametrize("name", STOPPED)
def test_what_is_said_inside_the_sandbox_stops_nothing(name: str):
    seen = [one for one in observations(name) if one.trust is Trust.IN_SANDBOX]
    assert all(judged.step is not Step.STOP for judged in replay(seen, default_rules(), POLICY))


def test_the_order_of_lines_does_not_matter():
    seen = observations("renamed-trainer")
    shuffled = [*seen[1::2], *seen[::2]]
    assert [one.finding.rule for one in run(shuffled).told] == [
        one.finding.rule for one in run(seen).told
    ]


def test_runtimes_are_judged_apart():
    miner, course = observations("hidden-miner"), observations("course-trains-for-hours")
    runs = replay([*miner, *course], default_rules(), POLICY)
    assert [one.step for one in runs] == [Step.STOP, Step.NONE]


def test_what_goes_on_is_told_every_ten_minutes_and_counted():
    told = [
        one
        for one in run(observations("miner-from-memory")).told
        if one.finding.rule == "hidden-program-works"
    ]
    assert [one.finding.times for one in told] == list(range(1, len(told) + 1))
    assert len(told) > 1
    assert all((b.at - a.at).total_seconds() >= 600 for a, b in pairwise(told))
