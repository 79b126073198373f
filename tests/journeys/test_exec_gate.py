"""A refused command on a whole platform: the reason in the running cell, and in a notice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.exec_rules import REFUSED, write_rules
from support.kernels import api
from support.serving import Platform, platform

pytestmark = pytest.mark.sandbox

CONFIGURATION = """
[policy]
rules = "{rules}"

[[runtimes.classes]]
name = "python3"
display_name = "Python 3"
memory = "1 GiB"
pool = 0
exec_gate = true
exec_deadline_seconds = 5
"""
ASK = f"""
import subprocess, time
word = "{REFUSED[:4]}" + "{REFUSED[4:]}"
for n in range(3):
    try:
        subprocess.run(["python", "main.py", word])
    except PermissionError as problem:
        print(problem)
print(subprocess.run(["echo", "fine"], capture_output=True).stdout)
time.sleep(3)
"""


@pytest.fixture(scope="module")
def colonnade(tmp_path_factory: pytest.TempPathFactory, environment: Path) -> Iterator[Platform]:
    """A platform with rules of its own and a class with an exec gate."""
    rules = write_rules(tmp_path_factory.mktemp("r") / "rules")
    for folder in (rules, *rules.parents[:2]):
        folder.chmod(0o755)
    folder = tmp_path_factory.mktemp("c")
    with platform(folder, environment.parent, CONFIGURATION.format(rules=rules)) as running:
        yield running


async def test_a_refused_command_says_why_in_the_cell_and_in_a_notice(colonnade: Platform) -> None:
    colonnade.command("user", "add", "ada")
    async with api(colonnade.address, colonnade.token("ada")) as ada:
        kernel_id = await ada.start_kernel()
        async with ada.kernel(kernel_id) as kernel:
            messages = await kernel.run(ASK, 60)
        shown = [one["content"] for one in messages if one["msg_type"] == "stream"]
        words = "".join(one["text"] for one in shown if one["name"] == "stderr")
        printed = "".join(one["text"] for one in shown if one["name"] == "stdout")
        assert words.count("a command was not started") == 1
        assert f"python main.py {REFUSED}: a rule forbids it" in words
        assert "Clause 1 of the policy" in words
        assert printed.count("Permission denied") == 3
        assert "fine" in printed
        status, (notice,) = await ada.call("GET", "/api/v1/notices")
        assert status == 200
        assert notice["statement"]["command"] == f"python main.py {REFUSED}"
        assert notice["statement"]["clause"] == "1"
        _, page = await ada.call("GET", f"/notices/{notice['id']}")
        assert "What was not started" in page
