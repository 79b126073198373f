"""Whose processes are a runtime's, where there are no control groups."""

import os
import subprocess

from colonnade.sensors.process.scan import Census, lister


def test_without_groups_descendants_are_found() -> None:
    with subprocess.Popen(["/bin/sh", "-c", "sleep 5 & wait"], stdout=subprocess.PIPE) as shell:
        found = lister((), shell.pid)
        while len(living := found()) < 2:
            continue
        assert shell.pid in living
        assert os.getpid() not in living
        shell.kill()
        for pid in living - {shell.pid}:
            os.kill(pid, 9)
    assert found() == {shell.pid}


def test_a_census_of_nobody_finds_nothing() -> None:
    census = Census(lambda: frozenset({2**22 + 1}), 0)
    assert census.look() == []
    assert not census.is_waiting
