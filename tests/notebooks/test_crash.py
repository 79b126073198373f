"""What was acknowledged is there after `kill -9`, and nothing is torn in two."""

import asyncio
import os
import random
import signal
import sys
from pathlib import Path

import pytest

import support
from colonnade.kit.database import Database
from colonnade.notebooks.contents import Contents
from support.notebooks import OWNER

KILLS = 2
MORE_KILLS = 20


async def save_until_killed(data: Path, address: str, name: str, lines: int) -> dict[str, int]:
    """Let a process save until it has acknowledged `lines`, kill it; what it acknowledged."""
    paths = os.pathsep.join(str(Path(entry).parent) for entry in support.__path__)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "support.saving_process", str(data), address, name),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert process.stdout is not None
    acknowledged = {"notebook": 0, "file": 0, "folder": 0}
    async with asyncio.timeout(60):
        for _ in range(lines):
            _note(acknowledged, await process.stdout.readline())
        # At no particular moment: somewhere within the next save.
        await asyncio.sleep(random.uniform(0, 0.02))
        process.send_signal(signal.SIGKILL)
        while line := await process.stdout.readline():
            _note(acknowledged, line)
        await process.wait()
    return acknowledged


def _note(acknowledged: dict[str, int], line: bytes) -> None:
    if line.endswith(b"\n"):  # The last one may be torn by the kill.
        kind, number = line.decode().split()
        acknowledged[kind] = int(number)


_kills = [
    *range(KILLS),
    *(pytest.param(kill, marks=pytest.mark.deep) for kill in range(KILLS, MORE_KILLS)),
]


@pytest.mark.parametrize("kill", _kills)
async def test_every_acknowledged_save_is_there(
    database: Database, contents: Contents, tmp_path: Path, kill: int
) -> None:
    address = database.engine.url.render_as_string(hide_password=False)
    acknowledged = await save_until_killed(tmp_path, address, "crash", 10 + kill)
    async with database.reading() as session:
        await contents.recover(session)
        folders = (await contents.get(session, OWNER, ""))["content"]
        assert len(folders) == 1
        folder = folders[0]["path"]
        assert int(folder.split()[1]) >= acknowledged["folder"]
        found = (await contents.get(session, OWNER, folder))["content"]
        assert [one["name"] for one in found] == ["f.txt", "n.ipynb"]
        notebook = (await contents.get(session, OWNER, f"{folder}/n.ipynb"))["content"]
        assert int(notebook["cells"][0]["source"]) >= acknowledged["notebook"]
        file = (await contents.get(session, OWNER, f"{folder}/f.txt"))["content"]
        assert int(file) >= acknowledged["file"]
        history = await contents.revisions(session, OWNER, f"{folder}/n.ipynb")
        assert len(history) >= acknowledged["notebook"]
