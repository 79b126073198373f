"""Texts that kernels ran are read in a process that is killed when it takes too long."""

import os
from collections.abc import AsyncGenerator

import psutil
import pytest

from colonnade.host.sensing import source_reader
from colonnade.host.sensing.source_reader import OPAQUE, SourceReader
from colonnade.kit.ownership import EGRESS_UID


@pytest.fixture
async def reader() -> AsyncGenerator[SourceReader]:
    made = SourceReader()
    yield made
    await made.close()


def process() -> psutil.Process:
    """The one that reads; a host that other tests share has one of its own."""
    children = psutil.Process().children()
    (found,) = [one for one in children if source_reader.MODULE in one.cmdline()]
    return found


async def test_the_most_telling_features_come_first(reader: SourceReader) -> None:
    source = "import os\nos.system('git clone https://github.com/lab-example/tool')"
    found = await reader.read(source, "python")
    assert found[0] == ("clone", "github.com/lab-example/tool")
    assert ("import", "os") in found
    assert ("subcommand", "main.py train") in await reader.read("python main.py train", "shell")


async def test_the_process_is_nobody_and_small(reader: SourceReader) -> None:
    await reader.read("1", "python")
    one = process()
    assert one.memory_info().rss < 200 << 20
    if os.geteuid() == 0:
        assert set(one.uids()) == set(one.gids()) == {EGRESS_UID}


async def test_what_cannot_be_read_is_opaque_and_the_next_is_read(reader: SourceReader) -> None:
    assert await reader.read("(" * 5000, "python") == OPAQUE
    assert await reader.read("x", "klingon") == OPAQUE
    assert ("import", "os") in await reader.read("import os", "python")


async def test_what_takes_too_long_is_killed(reader: SourceReader) -> None:
    await reader.read("1", "python")
    stuck = process()
    stuck.suspend()
    reader._seconds = 0.2
    assert await reader.read("import os", "python") == OPAQUE
    assert not stuck.is_running()
