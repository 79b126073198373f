"""What the sensor of files sees of real sandboxes, and what no sandbox can do to it."""

import base64
import json
import pickle
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from colonnade.detection.similarity.bank import COMMON_FILE
from colonnade.observations import Observation
from colonnade.observations.vocabulary import FILE, FOLDER, GAP, TREE
from colonnade.sensors.files.walk import Budget
from detection.files import building
from detection.similarity.banks import bank_of
from support import projects

from .conftest import Kernel
from .sight import eyes, watched

pytestmark = pytest.mark.sandbox

STATE = {"iter": 9, "options": {"archi": "df", "ae_dims": 1, "e_dims": 1}, "loss_history": []}
MINER = (
    b"\x7fELF\x02\x01\x01\0 stratum+tcp:// mining.subscribe mining.authorize mining.submit"
    + bytes(64)
)


MADE = (
    "/content/holiday",
    "/content/plain",
    "/content/set",
    "/content/course",
    "/content/trap",
    "/content/work",
    "/content/traps",
    "/content/after",
    "/content/swap",
    "/content/many",
    "/tmp/cache",
    "/tmp/many",
    "/dev/shm/many",
    "/opt/layer/many",
    "/drive/many",
    "/drive/faces.zip",
)


@pytest.fixture(autouse=True)
async def tidy(kernel: Kernel) -> AsyncGenerator[None]:
    """Leave the shared runtime as it was."""
    yield
    await kernel.run(f"import subprocess; subprocess.run(('rm', '-rf', *{MADE!r}))")


async def write(kernel: Kernel, files: dict[str, bytes]) -> None:
    """Make these files in the sandbox, with their folders."""
    packed = {path: base64.b64encode(data).decode() for path, data in files.items()}
    await kernel.run(
        f"""
import base64, pathlib
for path, data in {packed!r}.items():
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(base64.b64decode(data))
"""
    )


def features(observation: Observation) -> list[list[str]]:
    return json.loads(str(observation.attributes["features"]))


async def test_what_a_file_is_shows_whatever_it_is_called(
    house: Path, shared: str, kernel: Kernel
) -> None:
    files = {
        "/content/holiday/notes.txt": (building.swapper(), ["graph", "one-shot-swapper"]),
        "/tmp/cache/a.tmp": (MINER, ["signature", "miner-program"]),
        "/content/plain/x": (pickle.dumps(STATE, 4), ["file-format", "dfl-model-state"]),
        "/drive/faces.zip": (building.faceset(), ["file-format", "dfl-faceset"]),
    }
    async with eyes(watched(house, shared)) as sight:
        await write(kernel, {path: data for path, (data, _) in files.items()})
        for path, (data, feature) in files.items():
            found = await sight.until(FILE, path)
            assert feature in features(found)
            assert found.attributes["bytes"] == len(data)


async def test_folders_of_a_sandbox_and_its_own_mounts_are_counted(
    house: Path, shared: str, kernel: Kernel
) -> None:
    places = ("/content", "/tmp", "/dev/shm", "/opt/layer", "/drive")
    picture = building.jpeg()
    async with eyes(watched(house, shared)) as sight:
        await write(
            kernel, {f"{place}/many/{n}.JPG": picture for place in places for n in range(5)}
        )
        for place in places:
            found = await sight.until(FOLDER, f"{place}/many")
            assert found.attributes == {
                "extension": "jpg",
                "count": 5,
                "bytes": 5 * len(picture),
                "grown": 5,
                "format": "jpeg",
                "sampled": 5,
                "of_format": 5,
            }


async def test_a_growing_set_of_faces_costs_few_examinations(
    house: Path, shared: str, kernel: Kernel
) -> None:
    async with eyes(watched(house, shared)) as sight:
        face = base64.b64encode(building.aligned_jpeg()).decode()
        await kernel.run(
            f"import base64, os, threading, time\nface = base64.b64decode('{face}')\n"
            "os.makedirs('/content/set')\n"
            "def copy():\n"
            "    for n in range(600):\n"
            "        open(f'/content/set/{n}.jpg', 'wb').write(face); time.sleep(0.02)\n"
            "threading.Thread(target=copy).start()"
        )
        whole = await sight.until(
            FOLDER, "/content/set", lambda one: one.attributes["count"] == 600
        )
        assert whole.attributes["format"] == "dfl-aligned-face"
        assert 24 <= int(whole.attributes["sampled"]) <= 32
        assert whole.attributes["of_format"] == whole.attributes["sampled"]
        steps = [int(one.attributes["grown"]) for one in sight.of(FOLDER, "/content/set")]
        assert len(steps) > 1
        assert sum(steps) == 600
        examined = sight.of(FILE, "/content/set")
        assert ["file-format", "dfl-aligned-face"] in features(examined[0])
        assert len(examined) < 20


async def test_a_renamed_fork_is_known_by_its_tree(
    house: Path, shared: str, kernel: Kernel, tmp_path: Path
) -> None:
    known = projects.project(1)
    bank = bank_of({"known": known, "other": projects.project(2)})
    for number, one in enumerate(bank.fingerprints):
        (tmp_path / f"{number}.json").write_text(one.model_dump_json())
    (tmp_path / COMMON_FILE).write_text(bank.common.model_dump_json())
    fork = projects.below("/content/course", projects.moved(projects.renamed(known)))
    async with eyes(watched(house, shared), fingerprints=tmp_path) as sight:
        await write(kernel, dict(fork))
        found = await sight.until(TREE, "/content/course")
    kind, value = features(found)[0]
    assert (kind, value.split()[:2]) == ("fork", ["face-swap", "known"])


async def test_many_files_hide_others_for_a_while_only(
    house: Path, shared: str, kernel: Kernel
) -> None:
    """A trap of 5,000 files, of which a walk sees 1,000."""
    await kernel.run(
        "import os\nos.makedirs('/content/trap')\n"
        "for n in range(5_000): open(f'/content/trap/{n}', 'w').close()"
    )
    async with eyes(watched(house, shared), budget=Budget(1_000, 1.0)) as sight:
        gap = await sight.until(GAP, "walk-bound")
        assert str(gap.attributes["detail"]).startswith("/content")
        await write(kernel, {"/content/work/a.bin": building.swapper()})
        assert features(await sight.until(FILE, "/content/work/a.bin"))
        trap = await sight.until(FOLDER, "/content/trap")
        assert trap.attributes["count"] == 5_000


async def test_traps_are_passed_by(
    house: Path, shared: str, kernel: Kernel, tmp_path: Path
) -> None:
    """Pipes, sockets, loops of links, links to the host's files, names of any bytes, depth."""
    (tmp_path / "outside").write_bytes(building.swapper())
    await kernel.run(
        f"""
import os, socket
os.makedirs('/content/traps/real'); os.chdir('/content/traps')
for n in range(50): os.mkfifo(f'pipe{{n}}.onnx')
socket.socket(socket.AF_UNIX).bind('socket.onnx')
os.symlink('.', 'loop'); os.symlink('loop/loop', 'loop2'); os.symlink('/', 'real/up')
os.symlink('{tmp_path}/outside', 'outside.onnx'); os.symlink('{tmp_path}', 'outside-folder')
for name in (b'\\xff\\xfe.onnx', b'new\\nline.onnx', b'\\x1b[2J.onnx', 'משה.onnx'.encode()):
    open(name, 'wb').write(b'\\x08\\x07\\x12' + bytes(100))
for n in range(300):
    os.mkdir('d'); os.chdir('d')
os.chdir('/content')
"""
    )
    async with eyes(watched(house, shared)) as sight:
        gap = await sight.until(GAP, "walk-bound")
        assert str(gap.attributes["detail"]).endswith("too deep")
        folder = await sight.until(FOLDER, "/content/traps")
        assert (folder.attributes["count"], folder.attributes["format"]) == (4, "onnx")
        await write(kernel, {"/content/after/a": building.swapper()})
        await sight.until(FILE, "/content/after/a")
        for name in ("��.onnx", "new�line.onnx", "�[2J.onnx", "משה.onnx"):
            await sight.until(FILE, f"/content/traps/{name}")
    assert not any("outside" in one.subject for one in sight.seen)


async def test_a_file_swapped_for_a_link_never_leads_outside(
    house: Path, shared: str, kernel: Kernel, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(MINER)
    await kernel.run(
        f"""
import os, threading
os.makedirs('/content/swap/folder', exist_ok=True); stop = threading.Event()
def swap(name, target):
    while not stop.is_set():
        os.symlink(target, name + '-'); os.rename(name + '-', name); os.unlink(name)
        open(name + '-', 'wb').write(b'\\x7fELF' + os.urandom(100)); os.rename(name + '-', name)
def swap_folder():
    while not stop.is_set():
        os.rename('/content/swap/folder', '/content/swap/aside')
        os.symlink('{tmp_path}', '/content/swap/folder'); os.unlink('/content/swap/folder')
        os.rename('/content/swap/aside', '/content/swap/folder')
works = [threading.Thread(target=swap_folder)] + [
    threading.Thread(target=swap, args=(f'/content/swap/{{n}}.bin', '{tmp_path}/secret'))
    for n in range(8)]
for one in works: one.start()
"""
    )
    async with eyes(watched(house, shared)) as sight:
        for times in range(1, 6):
            await sight.until(FOLDER, "/content/swap", at_least=times)
        await sight.until(FILE, "/content/swap")
    await kernel.run("stop.set()\nfor one in works: one.join()")
    told = [pair for one in sight.of(FILE, "/content/swap") for pair in features(one)]
    assert ["signature", "miner-program"] not in told
    assert not any("secret" in one.subject for one in sight.seen)
