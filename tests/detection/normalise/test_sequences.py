"""A command that is put together step by step is told all of what it may be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

RUN = "import subprocess\nrun = ['tool', place]\n{}\nsubprocess.Popen(run, text=True)"


def options(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.OPTION}


@pytest.mark.parametrize(
    "step",
    [
        "run += ['--seed']",
        "run.append('--seed')",
        "run.extend(['--seed', other])",
        "run = run + ['--seed']",
        "if fast:\n    run += ['--fast']\nelse:\n    run += ['--seed']",
        "more = ['--seed', other]\nrun += more",
    ],
)
def test_what_is_added_to_a_command_is_read(step: str) -> None:
    found = extract(RUN.format(step))
    assert "--seed" in options(RUN.format(step))
    assert {one.value for one in found if one.kind is Kind.COMMAND} == {"tool"}


def test_a_sum_of_lists_is_a_command() -> None:
    assert options("import os, subprocess\nsubprocess.run(['tool', p] + ['--seed'] + rest)") == {
        "--seed"
    }


def test_what_is_assigned_anew_forgets_what_was_there() -> None:
    assert options(RUN.format("run += ['--seed']\nrun = ['tool', place]")) == set()


@given(st.text(alphabet="run=+[],'-ab.appendextend()\n ", max_size=80))
def test_any_steps_can_be_read(steps: str) -> None:
    options(RUN.format(steps))
