"""A refused connection on a whole platform: the reason in the running cell, and in a notice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.kernels import api
from support.serving import Platform, platform

pytestmark = pytest.mark.sandbox

CONFIGURATION = """
[egress]
deny = ["closed.example"]

[[runtimes.classes]]
name = "python3"
display_name = "Python 3"
memory = "1 GiB"
pool = 0
"""
ASK = """
import subprocess, sys, time
for n in range(3):
    done = subprocess.run(["curl", "-sS", "https://www.closed.example/"], capture_output=True)
print(done.stderr.decode())
time.sleep(3)
"""


@pytest.fixture(scope="module")
def colonnade(tmp_path_factory: pytest.TempPathFactory, environment: Path) -> Iterator[Platform]:
    """A platform that closes a domain of its own."""
    folder = tmp_path_factory.mktemp("c")
    with platform(folder, environment.parent, CONFIGURATION) as running:
        yield running


async def test_a_refused_connection_says_why_in_the_cell_and_in_a_notice(
    colonnade: Platform,
) -> None:
    colonnade.command("user", "add", "ada")
    async with api(colonnade.address, colonnade.token("ada")) as ada:
        kernel_id = await ada.start_kernel()
        async with ada.kernel(kernel_id) as kernel:
            messages = await kernel.run(ASK, 60)
        shown = [one["content"] for one in messages if one["msg_type"] == "stream"]
        words = "".join(one["text"] for one in shown if one["name"] == "stderr")
        assert "a connection was not made" in words
        assert "www.closed.example, port 443" in words
        assert "Clause 10 of the policy" in words
        assert words.count("a connection was not made") == 1
        assert "403" in "".join(one["text"] for one in shown if one["name"] == "stdout")
        status, (notice,) = await ada.call("GET", "/api/v1/notices")
        assert status == 200
        assert notice["statement"]["destination"] == "www.closed.example, port 443"
        assert notice["statement"]["clause"] == "10"
        _, page = await ada.call("GET", f"/notices/{notice['id']}")
        assert "Refused: a connection was not made." in page
        _, page = await ada.call("GET", "/notices")
        assert "not connected" in page
