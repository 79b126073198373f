"""Commands that start and end what runs."""

import subprocess
from collections.abc import Callable

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_ending_a_host_that_is_not_there_is_no_mistake(run: Run) -> None:
    ended = run("host", "--stop")
    assert ended.returncode == 0, ended.stderr
    assert "have ended" in ended.stdout


@pytest.mark.sandbox
def test_doctor_says_line_by_line_what_the_machine_can_enforce(run: Run) -> None:
    said = run("doctor")
    assert said.returncode == 0, said.stderr
    for word in ("sandbox", "limits", "user ids", "seccomp"):
        assert word in said.stdout


def test_a_wrong_configuration_is_told_and_nothing_starts(run: Run) -> None:
    refused = run("serve", "--port", "99999")
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr
