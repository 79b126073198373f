"""What was read becomes observations: small, redacted, and true to the vocabulary."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.ledger.service import MAX_ATTRIBUTE_CHARACTERS, MAX_ATTRIBUTES
from colonnade.sensors.process.facts import is_same, is_script, tell_exec, tell_gap, tell_refused
from colonnade.sensors.process.reading import Command, Process
from colonnade.sensors.process.terms import Reason, Refusal

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROCESS = Process(7, 3, 1000.5)
TEXTS = st.text(max_size=3000)


def test_an_exec_carries_what_the_vocabulary_names() -> None:
    command = Command("/bin/tool", ("tool", "--token", "abcdefgh"), "/content", "memfd")
    seen = tell_exec(NOON, "r", command, PROCESS, "notification")
    assert (seen.kind, seen.source, seen.subject) == ("exec", "process", "/bin/tool")
    assert seen.attributes == {
        "pid": 7,
        "started": 1000.5,
        "parent": 3,
        "command": "tool --token '<redacted>'",
        "cut": False,
        "folder": "/content",
        "via": "notification",
        "image": "memfd",
    }


def test_a_refusal_says_by_which_rule_and_how_often() -> None:
    refusal = Refusal(Reason.RULE, "swap", "deepfakes")
    seen = tell_refused(NOON, "r", Command("/bin/x", ("x",)), PROCESS, refusal, 4)
    given = {name: seen.attributes[name] for name in ("rule", "category", "reason", "count")}
    assert given == {"rule": "swap", "category": "deepfakes", "reason": "rule", "count": 4}
    assert seen.attributes["repeated"] is True


@given(program=TEXTS, words=st.lists(TEXTS, max_size=6), folder=TEXTS)
def test_whatever_is_run_fits_the_ledger(program: str, words: list[str], folder: str) -> None:
    command = Command(program, tuple(words), folder)
    refusal = Refusal(Reason.UNJUDGED)
    for seen in (
        tell_exec(NOON, "r", command, PROCESS, "scan"),
        tell_refused(NOON, "r", command, PROCESS, refusal),
        tell_gap(NOON, "r", "argument-race", 1, program),
    ):
        texts = [value for value in seen.attributes.values() if isinstance(value, str)]
        assert len(seen.attributes) <= MAX_ATTRIBUTES
        assert max(map(len, [seen.subject, *texts])) <= MAX_ATTRIBUTE_CHARACTERS


@pytest.mark.parametrize(
    ("runs", "script"),
    [
        (("/bin/sh", "/content/job", "a"), True),
        (("/usr/bin/env", "python3", "/content/job", "a"), True),
        (("/content/job", "a"), False),
        (("/bin/sh", "/content/other", "a"), False),
        (("/bin/sh", "/content/job", "b"), False),
        ((), False),
    ],
)
def test_the_interpreter_of_a_script_is_no_race(runs: tuple[str, ...], script: bool) -> None:
    asked = Command("/content/job", ("job", "a"))
    assert is_script(asked, Command("/bin/sh", runs)) is script
    assert not is_same(asked, Command("/bin/sh", runs))
