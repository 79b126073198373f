"""What runs is seen whatever the notebook says: from a fetched program to the stop, and no further.

Programs are brought along in a zip file and started by a text that no reader of cells can see
through. They only behave like what they stand for (`support.workloads`).
"""

import asyncio
import base64
import io
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from detection.files.building import aligned_jpeg
from support.kernels import Api, api, text_of
from support.serving import Platform, platform
from support.workloads import COURSE, MINER, RENAMED_SWAPPER, SILENT_SWAPPER, STEPS, packed, program

pytestmark = pytest.mark.sandbox

CONFIGURATION = """
[enforcement]
stop_grace_seconds = 3

[[runtimes.classes]]
name = "python3"
display_name = "Python 3"
cpus = 1
memory = "2 GiB"
pool = 0
held_by_a_person = 4
"""
UNPACK = "import zipfile; zipfile.ZipFile('course.zip').extractall('/content/course')"
START = (
    "import base64; exec(base64.b64decode(open('/content/course/notes.txt').read())); print('begun')"
)
RECOGNISED_SECONDS = 60


@pytest.fixture(scope="module")
def colonnade(tmp_path_factory: pytest.TempPathFactory, environment: Path) -> Iterator[Platform]:
    """A platform with a class that one person may hold a few of."""
    folder = tmp_path_factory.mktemp("c")
    with platform(folder, environment.parent, CONFIGURATION) as running:
        yield running


def note(code: str) -> bytes:
    """Code as the text that a cell decodes and runs."""
    return base64.b64encode(program(code).encode())


def beside(code: str) -> str:
    """Code that starts `code` in a process of its own and goes on."""
    return f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {program(code)!r}])"


async def bring(person: Api, **files: str | bytes) -> None:
    """Upload course.zip with these files."""
    content = base64.b64encode(packed(**files)).decode()
    model = {"type": "file", "format": "base64", "content": content}
    status, answer = await person.call("PUT", "/api/contents/course.zip", json=model)
    assert status in {200, 201}, answer


async def begin(person: Api, path: str) -> str:
    """Unpack the course and start what it brings; the kernel's id."""
    kernel_id = await person.start_kernel(path)
    async with person.kernel(kernel_id) as kernel:
        assert text_of(await kernel.run(UNPACK)) == ""
        assert text_of(await kernel.run(START)) == "begun\n"
    return kernel_id


async def notices_of(person: Api, category: str, seconds: float) -> list[dict[str, Any]]:
    """The person's notices of a category, once there is one; none after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        _, notices = await person.call("GET", "/api/v1/notices")
        if found := [one for one in notices if one["category"] == category]:
            return found
        await asyncio.sleep(1)
    return []


async def runtime_of(person: Api, kernel_id: str) -> dict[str, Any]:
    """What the person is told of the runtime around a kernel."""
    _, listed = await person.call("GET", "/api/v1/runtimes")
    return next(one for one in listed["runtimes"] if one["kernel_id"] == kernel_id)


async def ended(person: Api, kernel_id: str, seconds: float) -> dict[str, Any]:
    """The runtime once it has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        runtime = await runtime_of(person, kernel_id)
        if runtime["stop_reason"]:
            return runtime
        await asyncio.sleep(1)
    raise AssertionError(f"it runs still: {runtime}")
