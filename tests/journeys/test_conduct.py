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

import aiohttp
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
"""
UNPACK = "import zipfile; zipfile.ZipFile('course.zip').extractall('/content/course')"
START = """
import base64
exec(base64.b64decode(open('/content/course/notes.txt').read()))
print('begun')
"""
RECOGNISED_SECONDS = 60
MINED = (
    "'/content/course/helper.py', '-a', 'rx/0', '-o', 'stratum+tcp://pool.example.org:3333', "
    "'-u', '0x52908400098527886E0F7030069857D2E4169EE7', '-p', 'x'"
)


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
        # The gate notes that it cannot see what runs here, and lets it run.
        assert text_of(await kernel.run(START)).endswith("begun\n")
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
    """The runtime once it was stopped and nothing of it runs."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        runtime = await runtime_of(person, kernel_id)
        if runtime["stop"] and runtime["stop"]["done"]:
            return runtime
        await asyncio.sleep(1)
    raise AssertionError(f"it runs still: {runtime}")


async def test_a_renamed_swapper_is_recognised_stopped_and_its_files_are_kept(
    colonnade: Platform,
) -> None:
    colonnade.command("user", "add", "ada")
    async with api(colonnade.address, colonnade.token("ada")) as ada:
        await bring(
            ada,
            lesson__py=RENAMED_SWAPPER,
            cover__jpg=aligned_jpeg(),
            notes__txt=note(beside(STEPS)),
        )
        kernel_id = await begin(ada, "course.ipynb")
        first = await notices_of(ada, "deepfakes", RECOGNISED_SECONDS)
        assert first, "not recognised in time"
        runtime = await ended(ada, kernel_id, RECOGNISED_SECONDS)
        stop = next(
            one for one in await notices_of(ada, "deepfakes", 1) if one["outcome"] == "stop"
        )
        assert stop["statement"]["sensors"] == ["files", "process"]
        assert stop["statement"]["clause"] == "1"
        seen = [line for rule in stop["statement"]["rules"] for line in rule["evidence"]]
        assert any("lesson.py extract" in line for line in seen)
        assert any("dfl-aligned-face" in line for line in seen)
        assert "clause 1" in runtime["stop_reason"]
        names = await kept_names(ada, runtime["id"])
        assert any(name.endswith("lessons/left/cut/00000_0.jpg") for name in names)
        # A stop is no suspension.
        again = await ada.start_kernel("other.ipynb")
        async with ada.kernel(again) as kernel:
            assert text_of(await kernel.run("print('on we go')")) == "on we go\n"


async def kept_names(person: Api, runtime_id: str) -> list[str]:
    """Names in the archive of what a stopped runtime left."""
    path = f"/api/v1/runtimes/{runtime_id}/files"
    async with person.http.get(f"{person.address}{path}", allow_redirects=False) as answer:
        assert answer.status in {302, 303, 307}, answer.status
        link = answer.headers["Location"]
    # The archive comes from the content origin, where nobody is signed in.
    async with aiohttp.ClientSession() as nobody, nobody.get(link) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.headers["Content-Disposition"].startswith("attachment")
        packed_files = io.BytesIO(await answer.read())
    with tarfile.open(fileobj=packed_files, mode="r:gz") as archive:
        return archive.getnames()


async def test_a_program_that_hides_its_command_line_is_known_by_its_files(
    colonnade: Platform,
) -> None:
    colonnade.command("user", "add", "ben")
    async with api(colonnade.address, colonnade.token("ben")) as ben:
        await bring(
            ben,
            lesson__py=SILENT_SWAPPER,
            cover__jpg=aligned_jpeg(),
            notes__txt=note(beside("import runpy; runpy.run_path('/content/course/lesson.py')")),
        )
        kernel_id = await begin(ben, "course.ipynb")
        found = await notices_of(ben, "deepfakes", RECOGNISED_SECONDS)
        assert found, "not recognised in time"
        assert all(one["outcome"] == "notice" for one in found)
        # One sensor alone is enough for a notice, and never for a stop.
        assert (await runtime_of(ben, kernel_id))["stop_reason"] == ""


async def test_a_renamed_miner_is_known_by_its_command_line(colonnade: Platform) -> None:
    colonnade.command("user", "add", "cleo")
    async with api(colonnade.address, colonnade.token("cleo")) as cleo:
        start = f"import subprocess, sys; subprocess.Popen([sys.executable, {MINED}])"
        await bring(cleo, helper__py=MINER, notes__txt=note(start))
        kernel_id = await begin(cleo, "course.ipynb")
        found = await notices_of(cleo, "cryptomining", RECOGNISED_SECONDS)
        assert found, "not recognised in time"
        assert (await runtime_of(cleo, kernel_id))["stop_reason"] == ""


async def test_a_course_that_trains_at_full_load_and_cuts_out_faces_hears_nothing(
    colonnade: Platform,
) -> None:
    colonnade.command("user", "add", "dora")
    async with api(colonnade.address, colonnade.token("dora")) as dora:
        await bring(dora, lesson__py=program(COURSE).replace("SECONDS", "40"), notes__txt=b"")
        kernel_id = await dora.start_kernel("course.ipynb")
        async with dora.kernel(kernel_id) as kernel:
            await kernel.run(UNPACK)
            said = text_of(await kernel.run("%run /content/course/lesson.py", 120))
        assert "trained\n" in said
        assert (await dora.call("GET", "/api/v1/notices"))[1] == []
