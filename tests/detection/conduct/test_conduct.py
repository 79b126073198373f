"""One runtime's conduct: what is judged alone, what together, and what hostile input does to it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.conduct import reading, window
from colonnade.detection.conduct.conduct import Conduct
from colonnade.detection.conduct.finding import ConductFinding
from colonnade.detection.conduct.reading import READERS
from colonnade.detection.conduct.story import observations_of
from colonnade.detection.rulebook import default_rules, parse_rule
from colonnade.detection.rules import RuleSet
from colonnade.observations import Observation, Trust

RULES = default_rules()
TOGETHER = """
id: together
version: 1
category: evasion
axis: conduct
scope: runtime
within: 10m
confidence: 0.7
title: Two things that belong together
rationale: It is a rule that stands in this test and nowhere else at all.
false_alarms: There are none that matter here.
benign_if: It is a test.
condition:
  all:
    - one: {all: [{verb: train}, {option: --two}]}
    - any: [{lasted: busy-5m}, {progress: epochs}]
context:
  - host: '/./'
examples:
  fires:
    - title: Both within ten minutes
      seen: [{exec: 'python3 a.py train --two'}, {at: 9m, load: '', cpu_share: 1, seconds: 300}]
  stays_silent:
    - title: Only one of them
      seen: [{exec: 'python3 a.py train --two'}]
"""
RULE = RuleSet((parse_rule(TOGETHER, "together.yaml"),), "test")
TRAIN = {"at": "1m", "exec": "python3 a.py train --two"}
BUSY = {"at": "7m", "load": "", "cpu_share": 1.0, "seconds": 300}


def found(*story: dict[str, Any], rules: RuleSet = RULE) -> list[ConductFinding]:
    conduct = Conduct(rules, "r1")
    return [one for seen in observations_of(story) for one in conduct.take([seen])]


def test_a_finding_names_its_sensors_its_times_and_what_was_seen():
    (finding,) = found(TRAIN, BUSY)
    assert (finding.runtime, finding.sensors, finding.outside) == ("r1", ("load", "process"), True)
    assert finding.seconds == 360
    assert (finding.last_at - finding.first_at) == timedelta(seconds=360)
    assert [(one.source, one.trust, one.text) for one in finding.evidence] == [
        ("process", Trust.KERNEL, "python3 a.py train --two"),
        ("load", Trust.KERNEL, "processors in full use for 5 minutes"),
    ]


def test_what_is_further_apart_than_the_rule_allows_is_not_found():
    assert not found(TRAIN, {**BUSY, "at": "12m"})
    assert not found({**TRAIN, "at": "0m"}, {**BUSY, "at": "11m"})


def test_what_was_seen_again_counts_as_of_now():
    assert found(TRAIN, {**TRAIN, "at": "11m"}, {**BUSY, "at": "12m"})


def test_options_of_two_processes_are_not_one_command():
    assert not found(
        {"exec": "python3 a.py train"}, {"exec": "python3 b.py show --two"}, {**BUSY, "at": "5m"}
    )


def test_two_observations_of_one_sensor_are_one_sensor():
    (finding,) = found({**TRAIN, "exec": "python3 a.py train --two --x"}, TRAIN, BUSY)
    assert finding.sensors == ("load", "process")


def test_what_rests_on_the_inside_of_the_sandbox_says_so():
    (finding,) = found(TRAIN, {"at": "7m", "output": "epochs"})
    assert (finding.outside, finding.sensors) == (False, ("output", "process"))


def test_what_is_seen_outside_is_enough_where_it_is():
    *_, last = found(TRAIN, {"at": "6m", "output": "epochs"}, BUSY)
    assert (last.outside, last.sensors) == (True, ("load", "process"))


def test_the_context_of_a_rule_is_no_signal():
    (finding,) = found(TRAIN, {"at": "2m", "egress": "a.example", "connections": 1}, BUSY)
    assert finding.sensors == ("load", "process")


def test_one_thing_is_judged_by_the_rules_of_its_own_scope():
    one = {"at": "1m", "file": "/content/a.bin"}
    one["features"] = json.dumps([["file-format", "onnx"], ["graph", "one-shot-swapper"]])
    (finding,) = found(one, rules=RULES)
    assert (finding.rule, finding.scope, finding.sensors) == ("swap-model-file", "file", ("files",))


def test_the_program_counts_whatever_its_first_word_says():
    rules = {one.rule for one in found({"exec": "python3", "subject": "/tmp/tmate"}, rules=RULES)}
    assert rules == {"remote-shell-process"}


def test_much_of_one_kind_pushes_out_nothing_else():
    conduct = Conduct(RULE, "r1")
    conduct.take(observations_of([TRAIN]))
    flood = [{"exec": f"python3 a.py train --two --seed-{one}"} for one in range(100)]
    flood += [{"exec": f"python3 b.py train {one}"} for one in range(100)]
    conduct.take(observations_of([{**flood[0], "at": "2m"}, *flood]))
    (finding,) = conduct.take(observations_of([{**BUSY, "at": "9m"}]))
    assert finding.evidence[0].text == TRAIN["exec"]


def test_much_that_no_rule_cares_for_keeps_nothing():
    conduct = Conduct(RULE, "r1")
    conduct.take(observations_of([{"exec": f"ls {number}"} for number in range(3000)]))
    assert len(conduct._window) == 0  # pyright: ignore[reportPrivateUsage]


values = (
    st.text(max_size=30)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.sampled_from(["jpeg", "10m", "dfl-aligned-face", '[["graph","x"]]', "[[]]", "{"])
)
names = st.sampled_from(
    [
        *("command", "image", "extension", "count", "grown", "format", "features", "cpu_share"),
        *("share", "seconds", "sent_bytes", "received_bytes", "connections", "reason", "port"),
        *("category", "example", "origin", "detail"),
    ]
)
hostile = st.builds(
    Observation,
    time=st.datetimes(
        timezones=st.just(UTC),
        min_value=datetime(1971, 1, 1),
        max_value=datetime(2100, 1, 1),
    ),
    source=st.sampled_from(["process", "files", "load", "egress", "hook", "output", "other"]),
    trust=st.sampled_from(Trust),
    kind=st.sampled_from([*READERS, "unheard"]),
    runtime=st.just("r1"),
    subject=st.text(max_size=40) | st.just("/content/data_src/aligned"),
    attributes=st.dictionaries(names, values, max_size=8),
)


@given(st.lists(hostile, max_size=12))
def test_any_observation_is_taken(batch: list[Observation]):
    conduct = Conduct(RULES, "r1")
    for one in batch:
        conduct.take([one])
    for finding in conduct.take(batch):
        assert finding.first_at <= finding.last_at
        assert finding.sensors
        assert finding.seconds >= 0


texts = st.text(max_size=60) | st.sampled_from(
    ["python3 a.py train --training-data-src-dir x", "bash -c 'a | b", '"', "$(", "a" * 30_000]
)


@given(texts)
def test_any_command_line_is_read(command: str):
    found({"exec": command}, rules=RULES)


def test_a_flood_of_long_commands_is_read_in_haste_and_hides_no_short_one():
    long = [{"exec": f"python3 x{number}.py " + "a" * 9000} for number in range(20)]
    late = {"exec": TRAIN["exec"] + " " + "b" * 9000, "at": "2m"}
    (finding,) = found_at_once([*long, late, {**BUSY, "at": "8m"}])
    assert finding.evidence[0].text.startswith(TRAIN["exec"])


def found_at_once(story: list[dict[str, Any]]) -> list[ConductFinding]:
    return Conduct(RULE, "r1").take(observations_of(story))


def test_what_is_kept_of_a_runtime_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "MOST_ACCOUNTS", 100)
    monkeypatch.setattr(window, "MOST_KEPT", 50)
    conduct = Conduct(RULES, "r1")
    begun = datetime(2026, 11, 30, tzinfo=UTC)
    kinds = ["folder", "egress", "egress-refused", "gap", "output", "exec", "file"]
    batch: list[Observation] = []
    for number in range(1400):
        kind = kinds[number % len(kinds)]
        attributes: dict[str, str | int | float | bool] = {
            "command": f"python3 a{number}.py train --training-data-src-dir {number}",
            "features": json.dumps([["graph", "one-shot-swapper"], ["path", str(number)]]),
            "reason": "port",
            "format": "jpeg",
            "grown": 1000,
            "connections": 5,
        }
        batch.append(Observation(begun, "x", Trust.KERNEL, kind, "r1", f"s{number}", attributes))
    for place in range(0, len(batch), 100):
        conduct.take(batch[place : place + 100])
    assert len(conduct._window) == 50  # pyright: ignore[reportPrivateUsage]
    assert len(conduct._accounts._accounts) == 100  # pyright: ignore[reportPrivateUsage]
