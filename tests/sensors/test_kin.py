"""Kin are found among real processes."""

import os
import subprocess
import sys

from colonnade.sensors.kin import ancestors, descendants

PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"


def test_children_of_children_are_found_and_lead_back() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE) as child:
        while len(found := list(descendants(child.pid))) < 2:
            pass
        assert found[0] == child.pid
        assert list(ancestors(found[1]))[:3] == [found[1], child.pid, os.getpid()]
        child.communicate(b"\n")
    assert list(descendants(child.pid)) == [child.pid]


def test_the_first_process_has_no_ancestors() -> None:
    assert list(ancestors(1)) == [1]
    assert list(ancestors(0)) == []
