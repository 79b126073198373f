"""Dangerous system calls are refused inside, and each probe succeeds where no wall stands."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Kernel

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the probes know x86-64's numbers"),
]

PROBES = Path(__file__).with_name("attacks") / "system_calls.py"
ANSWERS = {
    "clone3": "ENOSYS",
    "io_uring": "ENOSYS",
    "open_tree_attr": "ENOSYS",
    "set-user-id by openat2": "ENOSYS",
    "32-bit calls": "killed",
    "x32 calls": "killed",
    "a higher priority": "EACCES",
}
"""What is answered instead of EPERM."""
UNTRIED = {
    "clone3": "EINVAL",
    "the clock": "EINVAL",
    "x32 calls": "ENOSYS",
    "a kernel crypto socket": "EAFNOSUPPORT",
}
"""What a machine without walls may say too: to wrong arguments, or for want of a module."""
OUTSIDE = "unshare --mount --uts --net --ipc --pid --fork --mount-proc"


async def test_every_dangerous_call_is_refused_inside(kernel: Kernel) -> None:
    seen = json.loads(await kernel.run(PROBES.read_text()))
    assert seen == {name: ANSWERS.get(name, "EPERM") for name in seen}


@pytest.mark.skipif(os.geteuid() != 0, reason="without walls only root is without walls")
def test_the_same_calls_succeed_outside(tmp_path: Path) -> None:
    command = [*OUTSIDE.split(), sys.executable, str(PROBES)]
    done = subprocess.run(
        command, capture_output=True, check=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    seen = json.loads(done.stdout)
    # An older kernel may lack a newer call; whatever is there works.
    refused = {name for name, outcome in seen.items() if outcome not in {"done", "ENOSYS"}}
    assert {name: seen[name] for name in refused}.items() <= UNTRIED.items()
    assert len(seen) - len(refused) > 30


async def test_programs_that_change_users_change_nothing(kernel: Kernel) -> None:
    code = """
import os, stat, subprocess
marked = [e.path for e in os.scandir("/usr/bin") if e.stat().st_mode & stat.S_ISUID]
print(len(marked) > 0)
print([line for line in open("/proc/self/mountinfo") if "nosuid" not in line])
print(subprocess.run(["su", "-c", "id -u"], capture_output=True, stdin=-3).returncode != 0)
print("NoNewPrivs:\\t1" in open("/proc/self/status").read())
"""
    assert (await kernel.run(code)).split("\n")[:4] == ["True", "[]", "True", "True"]
